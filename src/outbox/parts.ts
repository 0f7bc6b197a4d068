import type { SignedHead } from '../anchors/index.js';
import type { PanelEvents } from '../audit/index.js';
import type { AuditPort, Clock, LanPort, Logger, Randomness, Timers } from '../core/index.js';
import type { Store } from '../store/index.js';
import type { Dialect } from './message.js';

export interface OutboxParts {
  readonly store: Store;
  readonly audit: AuditPort & { onAppend(listener: () => void): () => void };
  readonly events: PanelEvents;
  readonly lan: LanPort;
  /** Lists an address among those that this device may reach. @returns takes it back */
  readonly allow: (address: string, port: number) => () => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
  /** Where the audit ends, signed: every heartbeat brings it, for the listener to keep. */
  readonly auditHead: () => SignedHead;
  readonly deviceId: string;
  /** How a listener is spoken to; left out: every one in the product's own way. */
  readonly dialectOf?: (listenerId: string) => Dialect | undefined;
  /** Events that a listener gets later than this are replayed ones. */
  readonly replayAfterMs: number;
}

export const callTimeoutMs = 10_000;
/** So often a listener refuses one and the same event before the line goes on without it. */
export const refusalsUntilSetAside = 5;
/** More than this set aside means that not the events are wrong: the line waits, and nothing is passed over any more. */
export const mostDeadLetters = 1000;
/** A listener that is away so long is recorded as lost, once. */
export const lostAfterMs = 600_000;
