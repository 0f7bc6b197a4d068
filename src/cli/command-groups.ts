import type { Command } from 'commander';
import type { Context } from './context.js';

type Add = (program: Command, context: Context) => void;

export interface CommandGroup {
  /** The commands' names, as `menshen --help` lists them. */
  readonly words: readonly string[];
  /** Loads the group, with all that its commands stand on, and gives what adds them to a program. */
  readonly add: () => Promise<Add>;
}

/** In the order of the help. */
export const commandGroups: readonly CommandGroup[] = [
  { words: ['init'], add: async () => (await import('./commands/init.js')).addInitCommand },
  { words: ['serve'], add: async () => (await import('./commands/serve.js')).addServeCommand },
  {
    words: ['subject', 'consent', 'enrol', 'pin', 'card', 'withdraw', 'erase'],
    add: async () => (await import('./commands/people.js')).addPeopleCommands,
  },
  { words: ['door', 'groups', 'duress-pin'], add: async () => (await import('./commands/doors.js')).addDoorCommands },
  { words: ['people'], add: async () => (await import('./commands/visit.js')).addVisitCommands },
  {
    words: ['signer', 'sign-file', 'accept-downgrade'],
    add: async () => (await import('./commands/signing.js')).addSigningCommands,
  },
  { words: ['people'], add: async () => (await import('./commands/people-import.js')).addPeopleImportCommand },
  { words: ['receipt'], add: async () => (await import('./commands/receipt.js')).addReceiptCommands },
  { words: ['decommission'], add: async () => (await import('./commands/decommission.js')).addDecommissionCommand },
  {
    words: ['keys', 'audit', 'sweep', 'retention', 'clock-confirm'],
    add: async () => (await import('./commands/operation.js')).addOperationCommands,
  },
  { words: ['panels', 'tls'], add: async () => (await import('./commands/panels.js')).addPanelCommands },
  { words: ['acts', 'threshold', 'erase-many'], add: async () => (await import('./commands/acts.js')).addActCommands },
  { words: ['keys', 'store', 'audit'], add: async () => (await import('./commands/keys.js')).addKeyCommands },
  { words: ['backup'], add: async () => (await import('./commands/backup.js')).addBackupCommands },
  { words: ['assessment'], add: async () => (await import('./commands/assessment.js')).addAssessmentCommands },
  { words: ['notice', 'sign'], add: async () => (await import('./commands/notice.js')).addNoticeCommands },
  { words: ['kiosk'], add: async () => (await import('./commands/kiosk.js')).addKioskCommands },
  { words: ['listeners'], add: async () => (await import('./commands/listeners.js')).addListenerCommands },
  { words: ['isapi'], add: async () => (await import('./commands/isapi.js')).addIsapiCommands },
  { words: ['compliance'], add: async () => (await import('./commands/compliance.js')).addComplianceCommand },
  { words: ['reviews'], add: async () => (await import('./commands/compliance.js')).addReviewCommands },
  {
    words: ['incident', 'tamper', 'selftest'],
    add: async () => (await import('./commands/safety.js')).addSafetyCommands,
  },
  {
    words: ['inspection', 'alerts'],
    add: async () => (await import('./commands/inspection.js')).addInspectionCommands,
  },
  {
    words: ['complaints', 'staff-calls'],
    add: async () => (await import('./commands/complaints.js')).addComplaintCommands,
  },
  { words: ['count', 'filing', 'records'], add: async () => (await import('./commands/filing.js')).addFilingCommands },
  { words: ['inspector'], add: async () => (await import('./commands/inspector.js')).addInspectorCommands },
  { words: ['eval'], add: async () => (await import('./commands/evaluate.js')).addEvaluateCommand },
  { words: ['calibrate'], add: async () => (await import('./commands/calibrate.js')).addCalibrateCommand },
  { words: ['models'], add: async () => (await import('./commands/models.js')).addModelsCommands },
  { words: ['doctor'], add: async () => (await import('./commands/doctor.js')).addDoctorCommand },
];

/** Those that hold the command: a call to the daemon must not first open what the daemon is made of. Help needs all. */
export function commandGroupsOf(word: string | undefined): readonly CommandGroup[] {
  const holding = commandGroups.filter(({ words }) => word !== undefined && words.includes(word));
  return holding.length === 0 ? commandGroups : holding;
}
