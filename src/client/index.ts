export type { paths } from './api.js';
export {
  type ClientOptions,
  createPanelClient,
  type Decision,
  type EventPage,
  type EventSearch,
  type EventsOptions,
  type PanelClient,
  type PanelEvent,
  type Verification,
  type VerificationRequest,
  type VerifyOptions,
} from './client.js';
export { PanelProblem } from './problem.js';
