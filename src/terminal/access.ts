/** Who may call: bearer keys, and panels by certificate. */
import { ApiKeyRing } from '../access/index.js';
import { AuditTrail } from '../audit/index.js';
import { type CertificateFacts, DeviceAuthority, PanelRegister } from '../authority/index.js';
import type { Config } from '../config/index.js';
import type { AuditPort, Clock, Randomness } from '../core/index.js';
import type { Services } from '../http/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';

export interface AccessEdges {
  readonly config: Pick<Config, 'device'>;
  readonly store: Store;
  readonly audit: AuditPort;
  /** Never behind the time that is vouched for. */
  readonly expiryClock: Clock;
  readonly clockGuard: ClockGuard;
  readonly randomness: Randomness;
}

export function openAccess(edges: AccessEdges): Pick<Services, 'apiKeys' | 'authority' | 'panels'> {
  const { config, clockGuard, expiryClock } = edges;
  const parts = { ...edges, clock: expiryClock };
  const authority = new DeviceAuthority({ ...parts, deviceId: config.device.id });
  return {
    apiKeys: new ApiKeyRing(parts),
    authority,
    panels: new PanelRegister({ ...parts, authority, clockTrusted: () => clockGuard.check().trusted }),
  };
}

/** At `menshen init`: the authority that will sign the certificates of listener and panels. */
export function makeAuthority(
  config: Pick<Config, 'device'>,
  store: Store,
  clock: Clock,
  randomness: Randomness,
): Promise<CertificateFacts> {
  const audit = new AuditTrail(store, clock);
  return new DeviceAuthority({ store, audit, clock, randomness, deviceId: config.device.id }).ensure();
}
