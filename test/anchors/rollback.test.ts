import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Anchors, type MonotonicCounter, RollbackGuard, WitnessFile } from '#menshen/anchors/index.js';
import { verifyAudit } from '#menshen/audit/index.js';
import { MenshenError } from '#menshen/core/index.js';
import { closeDevices, type Device, enrol, newDevice, startAgain } from '../rotation/rotating.js';
import { copyOfFolder, tempFolder } from '../support/temp-store.js';

afterEach(closeDevices);
const quiet = { log: () => undefined };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Cannot be lowered, and lies in no folder. */
class FakeCounter implements MonotonicCounter {
  value = 41;
  read(): number {
    return this.value;
  }
  async raise(about: (next: number) => void): Promise<void> {
    about(this.value + 1);
    await Promise.resolve();
    this.value += 1;
  }
}

interface Edges {
  readonly outside?: string;
  readonly counter?: MonotonicCounter;
}

function guardOf({ store, audit, clock, folder }: Device, { outside, counter }: Edges = {}): RollbackGuard {
  const witnesses = [
    new WitnessFile('epoch-folder', join(folder, 'store', 'epoch', 'witness'), store),
    ...(outside === undefined ? [] : [new WitnessFile('outside', outside, store)]),
  ];
  const guard = new RollbackGuard({
    ...{ store, audit, clock, witnesses, logger: quiet },
    ...(counter === undefined ? {} : { counter }),
  });
  guard.check();
  return guard;
}

const anchorsOf = ({ store, audit, clock }: Device, rollback: RollbackGuard): Anchors =>
  new Anchors({ store, audit, clock, deviceId: 'gate-1', rollback });

/** @returns a copy of its folder, taken while it ran. */
async function oneRun(device: Device, edges: Edges): Promise<string> {
  const guard = guardOf(device, edges);
  device.audit.append('service.started', {});
  guard.note();
  const copy = copyOfFolder(device.folder);
  device.audit.append('service.stopped', {});
  await guard.close();
  return copy;
}

/** A device that was running, an old copy of its whole folder, and its folder of now, closed. */
async function yesterdayAndToday(edges: Edges = {}): Promise<{ folder: string; old: string }> {
  const device = newDevice();
  await enrol(device, 'P1');
  const old = await oneRun(device, edges);
  device.store.close();
  return { folder: device.folder, old };
}

function putDatabaseBack(old: string, folder: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, 'store', `menshen.db${suffix}`), { force: true });
  for (const suffix of ['', '-wal'])
    cpSync(join(old, 'store', `menshen.db${suffix}`), join(folder, 'store', `menshen.db${suffix}`), { force: true });
}

describe('an old copy of the database', () => {
  it('put back alone is noticed at the start, and stays so until somebody has looked', async () => {
    const { folder, old } = await yesterdayAndToday();
    putDatabaseBack(old, folder);
    const device = startAgain(folder);
    expect(guardOf(device).standing()?.how).toBe('behind');
    device.store.close();
    const again = startAgain(folder);
    const guard = guardOf(again);
    expect(guard.standing()?.how).toBe('behind');
    guard.confirm('admin');
    again.store.close();
    expect(guardOf(startAgain(folder)).standing()).toBeUndefined();
  });

  it('put back gives no number twice, and the audit holds and says which were left out', async () => {
    const { folder, old } = await yesterdayAndToday();
    const before = startAgain(folder);
    const seen = before.store.auditLog.head();
    before.store.close();
    putDatabaseBack(old, folder);
    const device = startAgain(folder);
    guardOf(device);
    const [event] = device.store.auditLog.events((seen?.eventSerial ?? 0) + 1, 1);
    expect([event?.kind, (event?.seq ?? 0) > (seen?.seq ?? 0)]).toEqual(['store.rolled-back', true]);
    device.audit.append('service.started', {});
    expect((await verifyAudit(device.store)).problem).toBeUndefined();
  });

  it('is not seen where none was put back: a crash and a start are nothing', async () => {
    const { folder } = await yesterdayAndToday();
    expect(guardOf(startAgain(copyOfFolder(folder))).standing()).toBeUndefined();
  });

  it('cannot be hidden by taking the witness away, or by altering it', async () => {
    const { folder, old } = await yesterdayAndToday();
    putDatabaseBack(old, folder);
    const altered = copyOfFolder(folder);
    rmSync(join(folder, 'store', 'epoch', 'witness'));
    writeFileSync(join(altered, 'store', 'epoch', 'witness'), '{"body":"{}","keyId":"x","signature":""}');
    const found = [folder, altered].map((place) => guardOf(startAgain(place)).standing()?.how);
    expect(found).toEqual(['witness-missing', 'witness-altered']);
  });

  it('from before an erasure does not open at all, and says what to do', async () => {
    const device = newDevice();
    await enrol(device, 'P1');
    const old = copyOfFolder(device.folder);
    await device.store.vault.advancePast(device.store.vault.epoch);
    device.store.close();
    putDatabaseBack(old, device.folder);
    expect(() => startAgain(device.folder)).toThrow(expect.objectContaining({ code: 'store-rolled-back' }));
  });
});

describe('an old copy of the whole folder', () => {
  it('looks like the newest one to what lies in it: without a witness elsewhere it is not noticed', async () => {
    const { old } = await yesterdayAndToday();
    expect(guardOf(startAgain(old)).standing()).toBeUndefined();
  });

  it('is noticed by the file outside', async () => {
    const outside = join(tempFolder(), 'witness');
    const { old } = await yesterdayAndToday({ outside });
    expect(guardOf(startAgain(old), { outside }).standing()).toMatchObject({ by: 'outside', how: 'behind' });
  });

  it('is noticed by a counter that cannot be lowered, once that was raised', async () => {
    const counter = new FakeCounter();
    const { folder, old } = await yesterdayAndToday({ counter });
    const today = startAgain(folder);
    const guard = guardOf(today, { counter });
    expect(guard.standing()).toBeUndefined();
    await guard.close();
    today.store.close();
    expect(guardOf(startAgain(old), { counter }).standing()?.how).toBe('counter-behind');
  });

  it('is not thought put back when the power fails between the note of the counter and its raising', async () => {
    const counter = new FakeCounter();
    const failing: MonotonicCounter = {
      read: () => counter.read(),
      raise: async (about) => {
        about(counter.value + 1);
        throw new MenshenError('tpm-unusable', 'the power failed');
      },
    };
    const device = newDevice();
    await enrol(device, 'P1');
    const guard = guardOf(device, { counter: failing });
    await guard.close();
    expect(guard.standing()).toBeUndefined();
    device.store.close();
    expect(guardOf(startAgain(device.folder), { counter }).standing()).toBeUndefined();
  });

  it('is noticed after an erasure too, which raised the counter while the device ran', async () => {
    const counter = new FakeCounter();
    const device = newDevice();
    await enrol(device, 'P1');
    const guard = guardOf(device, { counter });
    device.audit.append('service.started', {});
    guard.note();
    await turn();
    const old = copyOfFolder(device.folder);
    await device.store.vault.advancePast(device.store.vault.epoch);
    guard.note();
    await guard.close();
    device.store.close();
    expect(guardOf(startAgain(old), { counter }).standing()?.how).toBe('counter-behind');
  });

  it('is noticed when the counter starts anew: the TPM was cleared', async () => {
    const counter = new FakeCounter();
    const { folder } = await yesterdayAndToday({ counter });
    expect(
      guardOf(startAgain(folder), { counter: Object.assign(new FakeCounter(), { value: 0 }) }).standing()?.how,
    ).toBe('counter-reset');
  });

  it('is noticed when a panel shows a head that it kept', async () => {
    const device = newDevice();
    const guard = guardOf(device);
    const old = copyOfFolder(device.folder);
    device.audit.append('service.started', {});
    device.audit.append('service.stopped', {});
    const head = anchorsOf(device, guard).head();
    expect(anchorsOf(device, guard).check(head, 'p').verdict).toBe('consistent');
    const back = startAgain(old);
    const backGuard = guardOf(back);
    expect([anchorsOf(back, backGuard).check(head, 'panel-1').verdict, backGuard.standing()?.by]).toEqual([
      'rolled-back',
      'panel panel-1',
    ]);
  });
});

describe('a TPM that hangs or fails while the device runs', () => {
  /** Counts how often it is asked to raise, and answers when the test says so. */
  function slowCounter() {
    const pending: { raised(): void; failed(): void }[] = [];
    const counter: MonotonicCounter = {
      read: () => 41,
      raise: () =>
        new Promise((resolve, reject) => {
          const failed = () => reject(new MenshenError('tpm-unusable', 'the TPM does not answer'));
          pending.push({ raised: resolve, failed });
        }),
    };
    return { counter, pending };
  }

  it('is asked once at a time, and the notes go on beside it', () => {
    const device = newDevice();
    const { counter, pending } = slowCounter();
    device.audit.append('service.started', {});
    const guard = guardOf(device, { counter });
    for (let n = 0; n < 5; n += 1) {
      device.audit.append('service.stopped', {});
      device.clock.advance(10_000);
      guard.note();
    }
    const witness = readFileSync(join(device.folder, 'store', 'epoch', 'witness'), 'utf8');
    expect([pending.length, witness.includes(`\\"seq\\":${device.store.auditLog.head()?.seq}`)]).toEqual([1, true]);
  });

  it('is asked less and less often, and at most every hour', async () => {
    const device = newDevice();
    const { counter, pending } = slowCounter();
    device.audit.append('service.started', {});
    const guard = guardOf(device, { counter });
    const askedAtMs: number[] = [];
    const startedAtMs = device.clock.monotonicMs();
    for (let n = 0; n < 1400; n += 1) {
      const waiting = pending.shift();
      if (waiting !== undefined) askedAtMs.push(device.clock.monotonicMs() - startedAtMs);
      waiting?.failed();
      await turn();
      device.clock.advance(10_000);
      guard.note();
    }
    const gaps = askedAtMs.slice(1).map((atMs, n) => (atMs - (askedAtMs[n] ?? 0)) / 1000);
    expect(gaps).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
  });

  it('is not waited for longer than its tools take when the service stops', async () => {
    const device = newDevice();
    const { counter, pending } = slowCounter();
    device.audit.append('service.started', {});
    const closing = guardOf(device, { counter }).close();
    pending[0]?.failed();
    await closing;
    expect(pending.length).toBe(1);
  });
});

describe('a head that a panel shows', () => {
  it.each(['another signature', 'another text'])('with %s changes nothing', (what) => {
    const device = newDevice();
    const guard = guardOf(device);
    device.audit.append('service.started', {});
    const head = anchorsOf(device, guard).head();
    const forged =
      what === 'another text' ? { ...head, body: head.body.replace('"seq":1', '"seq":9') } : { ...head, signature: '' };
    expect(anchorsOf(device, guard).check(forged, 'p').verdict).toBe('not-ours');
    expect(guard.standing()).toBeUndefined();
  });

  it('that something else of the device was signed as is not taken for one', () => {
    const device = newDevice();
    const guard = guardOf(device);
    const body = '{"format":"other","seq":99}';
    const { signingKey } = device.store;
    const signature = Buffer.from(signingKey.sign(body)).toString('base64');
    expect(anchorsOf(device, guard).check({ body, keyId: signingKey.keyId, signature }, 'p').verdict).toBe('not-ours');
  });

  it('that is known as lost since a rollback raises no second alarm', () => {
    const device = newDevice();
    const guard = guardOf(device);
    const old = copyOfFolder(device.folder);
    device.audit.append('service.started', {});
    const head = anchorsOf(device, guard).head();
    const back = startAgain(old);
    const backGuard = guardOf(back);
    anchorsOf(back, backGuard).check(head, 'p');
    backGuard.confirm('admin');
    anchorsOf(back, backGuard).check(head, 'p');
    expect(backGuard.standing()).toBeUndefined();
  });
});
