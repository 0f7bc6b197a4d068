export type { PanelAnswer } from './answer.js';
export { type CheckDialect, infoPattern } from './listener-call.js';
export {
  type Asking,
  type Checked,
  type CheckOutcome,
  type PendingCheck,
  type RemoteCheckParts,
  RemoteChecks,
} from './remote-checks.js';
