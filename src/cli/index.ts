import { Command } from 'commander';
import { asMenshenError, type MenshenError } from '../core/index.js';
import { productVersion } from '../platform/index.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addInitCommand } from './commands/init.js';
import { addOperationCommands } from './commands/operation.js';
import { addPeopleCommands } from './commands/people.js';
import { addServeCommand } from './commands/serve.js';
import { contextOf, defaultConfigPath } from './context.js';

/** Runs one command line; the exit code is the error registry's. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('menshen')
    .description('On-device face verification for gates and turnstiles.')
    .version(productVersion())
    .option('-c, --config <file>', `configuration file (default: MENSHEN_CONFIG or ${defaultConfigPath})`)
    .showHelpAfterError();
  const context = contextOf(program);
  addInitCommand(program, context);
  addServeCommand(program, context);
  addPeopleCommands(program, context);
  addOperationCommands(program, context);
  addDoctorCommand(program, context);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    const error = asMenshenError(thrown);
    process.stderr.write(`menshen: ${error.message}\n`);
    if (error.code === 'internal') process.stderr.write(`${inside(error)}\n`);
    process.exitCode = error.exitCode;
  }
}

function inside(error: MenshenError): string {
  const { cause } = error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? '');
}
