import { type AuditPort, MenshenError } from '../core/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { Store } from '../store/index.js';

export interface Decommissioned {
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly personsToErase: number;
}

/**
 * M15.4: marks the end of use, once and for good: face mode stays off from now on, nobody is added, and the sweep erases
 * everybody, also when this process is killed in between.
 *
 * @throws MenshenError `body-invalid` when the device's id was not typed as it is.
 */
export function endOfUse(
  store: Store,
  audit: AuditPort,
  { deviceId, typedDeviceId, by, nowMs }: { deviceId: string; typedDeviceId: string; by: string; nowMs: number },
): Decommissioned {
  if (typedDeviceId !== deviceId) {
    throw new MenshenError(
      'body-invalid',
      `Type this device’s id, ${deviceId}, to say that you mean it. Nothing was done.`,
    );
  }
  const before = decommissioned(store);
  if (before !== undefined) return before;
  const ended = { at: new Date(nowMs).toISOString(), by, personsToErase: store.subjects.count() };
  const body = canonicalJson({ ...ended, deviceId });
  store.withReserve(() =>
    store.transaction(() => {
      store.documents.add('decommission', Buffer.from(hash(body)).toString('hex'), body, nowMs);
      audit.append('device.decommissioned', { ...ended });
    }),
  );
  return ended;
}

/** When the use ended, if it did. */
export function decommissioned(store: Store): Decommissioned | undefined {
  const row = store.documents.newest('decommission');
  if (row === undefined) return undefined;
  // Written by `endOfUse` alone.
  const { at, by, personsToErase } = JSON.parse(row.body) as Decommissioned;
  return { at, by, personsToErase };
}
