/** Who may call: bearer keys, and panels by certificate. */
import { ApiKeyRing } from '../access/index.js';
import { Acts } from '../acts/index.js';
import { AuditTrail } from '../audit/index.js';
import { type CertificateFacts, DeviceAuthority, PanelRegister } from '../authority/index.js';
import type { Config } from '../config/index.js';
import { type AuditPort, type Clock, type Logger, MenshenError, type Randomness } from '../core/index.js';
import type { Services } from '../http/index.js';
import type { Incidents } from '../incident/index.js';
import { confirmThresholds, type FacePolicy } from '../policy/index.js';
import type { RetentionService } from '../retention/index.js';
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

const toldBeforeMs = 14 * 86_400_000;

/** Ends codes whose time is over. Tells once of each key and panel grant that ends within two weeks, so that nobody is shut out unawares. */
export function tellEndings({ store, audit, expiryClock }: Pick<AccessEdges, 'store' | 'audit' | 'expiryClock'>): void {
  const nowMs = Math.round(expiryClock.wallMs());
  store.panelInvitations.forgetBefore(nowMs);
  const kinds = [
    { what: 'key', ending: store.apiKeys },
    { what: 'panel', ending: store.panels },
  ] as const;
  for (const { what, ending } of kinds) {
    for (const { id, role, expiresAtMs } of ending.endingBy(nowMs, nowMs + toldBeforeMs)) {
      store.transaction(() => {
        ending.endingTold(id);
        audit.append('access.ending', { what, id, role, expiresAtMs });
      });
    }
  }
}

/** What takes two people, and what it does once they said so. */
export function openActs(edges: {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly expiryClock: Clock;
  readonly logger: Logger;
  readonly retention: RetentionService;
  readonly policy: Pick<FacePolicy, 'unconfirmedThresholds'>;
  readonly incidents: Incidents;
}): Acts {
  const { retention, expiryClock, policy, store, audit, incidents } = edges;
  return new Acts({
    ...edges,
    clock: expiryClock,
    carryOut: {
      'erase-many': async ({ subjectIds }) => {
        const ids = Array.isArray(subjectIds) ? subjectIds.map(String) : [];
        return { personsErased: (await retention.eraseMany(ids, 'order')).length };
      },
      'change-threshold': async ({ hash }, by) => {
        confirmThresholds(store, audit, policy.unconfirmedThresholds(), { hash: String(hash), by });
        return { hash: String(hash) };
      },
      decommission: async ({ deviceId }, by) => ({ ...(await retention.decommission(String(deviceId), by)) }),
      'lift-incident': async ({ incidentId, peopleTold }, _by, act) => {
        const people = [
          { by: act.proposedBy, holder: act.proposer },
          { by: act.confirmedBy ?? '', holder: act.confirmer ?? '' },
        ] as const;
        const told = peopleTold === 'yes' ? 'yes' : 'not-needed';
        incidents.lift(String(incidentId), { actId: act.id, people, peopleTold: told });
        return { incidentId: String(incidentId) };
      },
    },
    refusalOf: {
      'lift-incident': ({ incidentId }, by) =>
        incidents.keyCounts(String(incidentId), by)
          ? undefined
          : new MenshenError(
              'second-person-required',
              'Your key was made after the incident was reported. Whoever lifts it had a key before.',
            ),
    },
  });
}
