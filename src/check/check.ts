import type { RemoteCheckConfig } from '../config/index.js';
import type { AuditPort, Clock, LanPort, Logger, Randomness, Timers } from '../core/index.js';
import type { Store } from '../store/index.js';
import type { PanelAnswer } from './answer.js';
import type { CheckDialect, EventReader } from './listener-call.js';

/** Somebody whom everything on this terminal lets pass. */
export interface Checked {
  readonly verificationId: string;
  readonly doorId: string;
  readonly subjectId: string;
  readonly method: string;
  /** Who was there before, at a door for two. */
  readonly firstSubjectId?: string;
}

/** Somebody whom everything on this terminal lets pass, and who says that they stand there. */
export interface Asking extends Checked {
  /** Whoever started the verification, and that of the first of two: a word on what one told oneself is worth nothing. */
  readonly startedBy: readonly string[];
}

export type CheckOutcome =
  | ({ readonly outcome: 'answered'; readonly serial: number; readonly by: string } & PanelAnswer)
  /**
   * Nothing came in time, or nothing that counts. `granted`: the site's rule for that lets this person pass. `doubted`: an
   * answer came that did not hold, so that the rule for nobody's answer lets nobody pass.
   */
  | { readonly outcome: 'away'; readonly serial: number; readonly granted: boolean; readonly doubted: boolean };

/** A door that is held. */
export interface PendingCheck {
  /** By the wall clock. */
  readonly deadlineMs: number;
  /** Nobody waits for the answer any more; one that comes is refused. */
  cancel(): void;
}

export interface RemoteCheckParts {
  /** Left out: no door is held. */
  readonly config: RemoteCheckConfig | undefined;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly events: EventReader;
  readonly lan: LanPort;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly deviceId: string;
  readonly dialectOf?: (listenerId: string) => CheckDialect | undefined;
}
