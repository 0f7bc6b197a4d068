import { join } from 'node:path';
import { Anchors, RollbackGuard, WitnessFile } from '../anchors/index.js';
import { type AuditTrail, pruneAudit } from '../audit/index.js';
import type { Config } from '../config/index.js';
import type { Clock, Logger, Randomness } from '../core/index.js';
import { type RootTarget, RotationService } from '../rotation/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';
import { configuredPlace, counterOf, targetPlace } from './root-place.js';

export interface KeyEdges {
  readonly store: Store;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly randomness: Randomness;
}

/** Keys and what watches over the store's age. An old copy that was put back is noticed here, before all else is written. */
export function openKeys(config: Config, edges: KeyEdges) {
  const { store, audit, clock, logger, randomness } = edges;
  const { folder, witnessFile } = config.store;
  const witnesses = [
    new WitnessFile('epoch-folder', join(folder, 'epoch', 'witness'), store),
    ...(witnessFile === undefined ? [] : [new WitnessFile('outside', witnessFile, store)]),
  ];
  const counter = counterOf(config);
  const rollback = new RollbackGuard({
    ...{ store, audit, clock, logger, witnesses },
    ...(counter === undefined ? {} : { counter }),
  });
  rollback.check();
  return {
    rollback,
    anchors: new Anchors({ store, audit, clock, deviceId: config.device.id, rollback }),
    rotation: new RotationService(
      { store, audit, clock, logger, afterStep: () => undefined },
      configuredPlace(config, randomness),
    ),
    rootPlaceOf: (target: RootTarget) => targetPlace(config, target, randomness),
  };
}

/** Entries past their keeping period; nothing goes by a clock that nobody vouches for. */
export async function pruneOldAudit(
  { audit: { keepYears } }: Config,
  { store, audit, clockGuard }: { store: Store; audit: AuditTrail; clockGuard: ClockGuard },
) {
  const none = { pruned: 0, checkpointSeq: store.checkpoints.newest()?.seq ?? 0 };
  if (!clockGuard.status().trusted) return none;
  const nowMs = clockGuard.trustedMs();
  const before = new Date(nowMs);
  before.setUTCFullYear(before.getUTCFullYear() - keepYears);
  return pruneAudit(store, audit, before.getTime(), nowMs);
}
