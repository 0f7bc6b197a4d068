import type { AuditTrail, PanelEvents } from '../audit/index.js';
import { type CheckDialect, RemoteChecks } from '../check/index.js';
import type { Config } from '../config/index.js';
import type { Clock, Logger, Randomness, Timers } from '../core/index.js';
import { LanClient, type MayCall } from '../platform/index.js';
import type { Store } from '../store/index.js';

export interface RemoteCheckEdges {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly config: Pick<Config, 'remoteCheck' | 'device'>;
  readonly store: Store;
  readonly audit: AuditTrail;
  readonly events: PanelEvents;
  readonly dialectOf: (listenerId: string) => CheckDialect | undefined;
  /** The listeners' register: nothing else is called. */
  readonly mayCall: MayCall;
}

/** The panel's last word at the doors that the site lists. */
export function openRemoteChecks({ config, mayCall, ...edges }: RemoteCheckEdges): RemoteChecks {
  const { remoteCheck, device } = config;
  return new RemoteChecks({ ...edges, config: remoteCheck, deviceId: device.id, lan: new LanClient(mayCall) });
}
