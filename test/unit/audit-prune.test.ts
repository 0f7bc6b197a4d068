import { afterEach, describe, expect, it } from 'vitest';
import { pruneAudit, verifyAudit } from '#menshen/audit/index.js';
import type { Device } from '../rotation/rotating.js';
import { closeDevices, newDevice, startAgain } from '../rotation/rotating.js';
import { rawDatabase } from '../support/temp-store.js';

afterEach(closeDevices);
const dayMs = 86_400_000;

/** 800 entries of long ago, one an hour, then 600 of now. */
function oldDevice(): { device: Device; beforeMs: number } {
  const device = newDevice();
  for (let n = 0; n < 800; n += 1) {
    device.clock.advance(3_600_000);
    device.audit.append(n % 2 === 0 ? 'service.started' : 'pin.set', { n });
  }
  device.clock.advance(1000 * dayMs);
  const beforeMs = device.clock.wallMs() - dayMs;
  for (let n = 0; n < 600; n += 1) device.audit.append('pin.set', { n });
  return { device, beforeMs };
}
const prune = ({ store, audit, clock }: Device, beforeMs: number) => pruneAudit(store, audit, beforeMs, clock.wallMs());

describe('the audit past its keeping period', () => {
  it('M9.4: is replaced by a signed checkpoint; the chain holds from there, and numbers go on', async () => {
    const { device, beforeMs } = oldDevice();
    const before = device.store.auditLog.head();
    expect(await prune(device, beforeMs)).toEqual({ pruned: 800, checkpointSeq: 800 });
    const verified = await verifyAudit(device.store);
    expect([verified.problem, verified.entries, verified.checkpoint?.entries]).toEqual([undefined, 601, 800]);
    const { serial } = device.audit.append('service.started', {});
    expect([device.store.auditLog.newest()?.seq, serial]).toEqual([1402, (before?.eventSerial ?? 0) + 1]);
  });

  it('M9.4: goes only when it is older than that: younger entries stay whole', async () => {
    const { device } = oldDevice();
    expect((await prune(device, device.clock.wallMs() - 5000 * dayMs)).pruned).toBe(0);
  });

  it('is counted on when more of it is pruned later', async () => {
    const { device, beforeMs } = oldDevice();
    await prune(device, beforeMs - 1001 * dayMs + 3_600_000 * 2);
    await prune(device, beforeMs);
    expect((await verifyAudit(device.store)).checkpoint?.entries).toBe(800);
  });

  it('leaves the newest entries whatever their age: a start and the alerts need them', async () => {
    const { device } = oldDevice();
    device.clock.advance(5000 * dayMs);
    await prune(device, device.clock.wallMs());
    expect((await verifyAudit(device.store)).entries).toBe(501);
  });

  it.each([
    ['was altered', `UPDATE checkpoint SET body = replace(body, '"count":800', '"count":700')`],
    ['was taken away', 'DELETE FROM checkpoint'],
    ['was moved on over entries that were cut away', 'DELETE FROM audit WHERE seq < 810'],
  ])('does not hold when its checkpoint %s', async (_what, sql) => {
    const { device, beforeMs } = oldDevice();
    await prune(device, beforeMs);
    device.store.close();
    rawDatabase(`${device.folder}/store`, (db) => db.exec(sql));
    expect((await verifyAudit(startAgain(device.folder).store)).intact).toBe(false);
  });
});
