import { Command, CommanderError } from 'commander';
import { asMenshenError, type MenshenError } from '../core/index.js';
import { productVersion } from '../platform/index.js';
import { addActCommands } from './commands/acts.js';
import { addAssessmentCommands } from './commands/assessment.js';
import { addBackupCommands } from './commands/backup.js';
import { addCalibrateCommand } from './commands/calibrate.js';
import { addComplaintCommands } from './commands/complaints.js';
import { addComplianceCommand, addReviewCommands } from './commands/compliance.js';
import { addDecommissionCommand } from './commands/decommission.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addDoorCommands } from './commands/doors.js';
import { addEvaluateCommand } from './commands/evaluate.js';
import { addFilingCommands } from './commands/filing.js';
import { addInitCommand } from './commands/init.js';
import { addInspectionCommands } from './commands/inspection.js';
import { addInspectorCommands } from './commands/inspector.js';
import { addIsapiCommands } from './commands/isapi.js';
import { addKeyCommands } from './commands/keys.js';
import { addKioskCommands } from './commands/kiosk.js';
import { addListenerCommands } from './commands/listeners.js';
import { addModelsCommands } from './commands/models.js';
import { addNoticeCommands } from './commands/notice.js';
import { addOperationCommands } from './commands/operation.js';
import { addPanelCommands } from './commands/panels.js';
import { addPeopleCommands } from './commands/people.js';
import { addPeopleImportCommand } from './commands/people-import.js';
import { addReceiptCommands } from './commands/receipt.js';
import { addSafetyCommands } from './commands/safety.js';
import { addServeCommand } from './commands/serve.js';
import { addSigningCommands } from './commands/signing.js';
import { addVisitCommands } from './commands/visit.js';
import { contextOf, defaultConfigPath } from './context.js';

const usageExitCode = 2;

/** Runs one command line; the exit code is the error registry's. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const program = new Command('menshen')
    .description('On-device face verification for gates and turnstiles.')
    .version(productVersion())
    .option('-c, --config <file>', `configuration file (default: MENSHEN_CONFIG or ${defaultConfigPath})`)
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride();
  const context = contextOf(program);
  addInitCommand(program, context);
  addServeCommand(program, context);
  addPeopleCommands(program, context);
  addDoorCommands(program, context);
  addVisitCommands(program, context);
  addSigningCommands(program, context);
  addPeopleImportCommand(program, context);
  addReceiptCommands(program, context);
  addDecommissionCommand(program, context);
  addOperationCommands(program, context);
  addPanelCommands(program, context);
  addActCommands(program, context);
  addKeyCommands(program, context);
  addBackupCommands(program, context);
  addAssessmentCommands(program, context);
  addNoticeCommands(program, context);
  addKioskCommands(program, context);
  addListenerCommands(program, context);
  addIsapiCommands(program, context);
  addComplianceCommand(program, context);
  addReviewCommands(program, context);
  addSafetyCommands(program, context);
  addInspectionCommands(program, context);
  addComplaintCommands(program, context);
  addFilingCommands(program, context);
  addInspectorCommands(program, context);
  addEvaluateCommand(program);
  addCalibrateCommand(program);
  addModelsCommands(program, context);
  addDoctorCommand(program, context);
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

/** `menshen ... | head`, or a log reader that went away: whoever listened has heard enough, and the gate goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function inside(error: MenshenError): string {
  const { cause } = error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? '');
}
