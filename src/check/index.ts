export type { PanelAnswer } from './answer.js';
export type { Asking, Checked, CheckOutcome, PendingCheck, RemoteCheckParts } from './check.js';
export { type CheckDialect, infoPattern } from './listener-call.js';
export { RemoteChecks } from './remote-checks.js';
