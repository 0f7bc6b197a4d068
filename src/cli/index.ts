import { Command, CommanderError } from 'commander';
import { asMenshenError, type MenshenError } from '../core/index.js';
import { productVersion } from '../platform/index.js';
import { commandGroupsOf } from './command-groups.js';
import { contextOf, defaultConfigPath } from './context.js';

const usageExitCode = 2;

/** Runs one command line; the exit code is the error registry's. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const empty = argv.indexOf('');
  if (empty !== -1) {
    process.stderr.write(`menshen: ${emptyArgument(argv[empty - 1])}\n`);
    process.exitCode = usageExitCode;
    return;
  }
  const program = new Command('menshen')
    .description('On-device face verification for gates and turnstiles.')
    .version(productVersion())
    .option('-c, --config <file>', `configuration file (default: MENSHEN_CONFIG or ${defaultConfigPath})`)
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride();
  const context = contextOf(program);
  for (const { add } of commandGroupsOf(firstWord(argv))) (await add())(program, context);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    // Commander has said what was wrong; help and version are no error.
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? 0 : usageExitCode;
      return;
    }
    const error = asMenshenError(thrown);
    process.stderr.write(`menshen: ${error.message}\n`);
    if (error.code === 'internal') process.stderr.write(`${inside(error)}\n`);
    process.exitCode = error.exitCode;
  }
}

/** What a shell makes of a variable that is not set; as part of a path it would mean something else. */
const emptyArgument = (before: string | undefined): string =>
  `An argument is empty (“”)${before === undefined ? '' : `, behind ${before}`}. Give a value or leave it out; a variable of the shell may not be set.`;

/** The command's name, behind the options that stand before it; none where the program's own help is asked for. */
function firstWord(argv: readonly string[]): string | undefined {
  const [first] = argv;
  if (first === '-h' || first === '--help') return undefined;
  if (first === '-c' || first === '--config') return firstWord(argv.slice(2));
  return first?.startsWith('-') ? firstWord(argv.slice(1)) : first;
}

/** `menshen ... | head`, or a log reader that went away: whoever listened has heard enough, and the gate goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function inside(error: MenshenError): string {
  const { cause } = error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? '');
}
