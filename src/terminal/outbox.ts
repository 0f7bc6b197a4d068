import type { Anchors } from '../anchors/index.js';
import type { AuditTrail, PanelEvents } from '../audit/index.js';
import type { Config } from '../config/index.js';
import type { Clock, Logger, Randomness, Timers } from '../core/index.js';
import { type Dialect, Outbox } from '../outbox/index.js';
import { egressGuard, LanClient } from '../platform/index.js';
import type { Store } from '../store/index.js';

export interface OutboxEdges {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditTrail;
  readonly events: PanelEvents;
  readonly anchors: Pick<Anchors, 'head'>;
  readonly dialectOf?: (listenerId: string) => Dialect | undefined;
}

/** Events to listeners on the LAN; what they registered is all that may be called. */
export function openOutbox({ config, anchors, ...edges }: OutboxEdges): Outbox {
  const outbox: Outbox = new Outbox({
    ...edges,
    auditHead: () => anchors.head(),
    lan: new LanClient((address, port) => outbox.mayCall(address, port)),
    allow: (address, port) => egressGuard.allow(address, port),
    deviceId: config.device.id,
    mode: config.mode,
    replayAfterMs: config.events.replayAfterSeconds * 1000,
  });
  return outbox;
}
