/** What the store must not forget lies sealed: somebody who can write the database file, but has no key, cannot lower it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RollbackGuard, WitnessFile } from '#menshen/anchors/index.js';
import { verifyAudit } from '#menshen/audit/index.js';
import { recordThresholdChange, thresholdsInUse, unconfirmedThresholds } from '#menshen/policy/index.js';
import { legacyFolder } from '../rotation/legacy-store.js';
import { closeDevices, type Device, enrol, newDevice, startAgain } from '../rotation/rotating.js';
import { packFacts } from '../support/fake-vision.js';
import { siteConfig } from '../support/site.js';
import { copyOfFolder, rawDatabase, tempFolder } from '../support/temp-store.js';

afterEach(closeDevices);

const agreed = thresholdsInUse(siteConfig(), packFacts);
const lower = { ...agreed, falseMatchRate: 0.5 };
const outside = () => join(tempFolder(), 'witness');

function guardOf({ store, audit, clock, folder }: Device, elsewhere?: string): RollbackGuard {
  const witnesses = [
    new WitnessFile('epoch-folder', join(folder, 'store', 'epoch', 'witness'), store),
    ...(elsewhere === undefined ? [] : [new WitnessFile('outside', elsewhere, store)]),
  ];
  const guard = new RollbackGuard({ store, audit, clock, witnesses, logger: { log: () => undefined } });
  guard.check();
  return guard;
}

/** A device that ran with thresholds, and was stopped. */
function stopped(): string {
  const device = newDevice();
  const guard = guardOf(device);
  recordThresholdChange(device.store, device.audit, agreed, 1);
  device.audit.append('service.stopped', {});
  guard.note();
  device.store.close();
  return device.folder;
}

const sealedRow = (folder: string) =>
  rawDatabase(
    join(folder, 'store'),
    (db) => db.prepare(`SELECT value FROM meta WHERE name = 'audit_head'`).pluck().get() as Uint8Array,
  );
const putRow = (folder: string, row: Uint8Array) =>
  rawDatabase(join(folder, 'store'), (db) =>
    db.prepare(`UPDATE meta SET value = ? WHERE name = 'audit_head'`).run(row),
  );
const kindsOf = ({ store }: Device) => store.auditLog.page(0, 1000).map(({ kind }) => kind);

const attacks: [string, string, (folder: string) => void][] = [
  [
    'taken away',
    'state-missing',
    (folder) => rawDatabase(join(folder, 'store'), (db) => db.exec(`DELETE FROM meta WHERE name = 'audit_head'`)),
  ],
  [
    'changed by one bit',
    'state-altered',
    (folder) => {
      const row = Buffer.from(sealedRow(folder));
      row[40] = (row[40] ?? 0) ^ 1;
      putRow(folder, row);
    },
  ],
  ['swapped for that of another device', 'state-altered', (folder) => putRow(folder, sealedRow(stopped()))],
  [
    'swapped for another sealed row of this device',
    'state-altered',
    (folder) => {
      const device = startAgain(folder);
      const foreign = device.store.keys.seal('device-secrets', Buffer.from('{}'), 'menshen:listener:1');
      device.store.close();
      putRow(folder, foreign);
    },
  ],
  [
    'swapped for an older one of this device',
    'state-behind',
    (folder) => {
      const older = sealedRow(folder);
      const device = startAgain(folder);
      device.audit.append('service.started', {});
      device.store.close();
      putRow(folder, older);
    },
  ],
];

describe('the sealed row', () => {
  it.each(attacks)('that was %s is noticed, by name, until somebody has looked', (_what, how, attack) => {
    const folder = stopped();
    attack(folder);
    const device = startAgain(folder);
    const found = guardOf(device).standing();
    device.store.close();
    const again = startAgain(folder);
    const guard = guardOf(again);
    expect([found?.how, found?.by, guard.standing()?.how]).toEqual([how, 'sealed row', how]);
    expect(again.store.state.read('open-incidents')).toBe('');
    expect(found?.detail).toContain('confirm-rollback');
    guard.confirm('admin');
    again.store.close();
    expect(guardOf(startAgain(folder)).standing()).toBeUndefined();
  });

  it.each(attacks)('that was %s makes two people say again which thresholds decide', (_what, _how, attack) => {
    const folder = stopped();
    attack(folder);
    const device = startAgain(folder);
    guardOf(device).confirm('admin');
    expect([unconfirmedThresholds(device.store, agreed), unconfirmedThresholds(device.store, lower)]).toEqual([
      expect.objectContaining({ old: undefined }),
      expect.objectContaining({ old: undefined }),
    ]);
  });

  it.each(attacks)(
    'that was %s is noticed also where the audit was written to before the check',
    (_what, how, attack) => {
      const folder = stopped();
      attack(folder);
      const cut = startAgain(folder);
      cut.audit.append('signed-file.accepted', {});
      cut.store.close();
      const device = startAgain(folder);
      device.audit.append('signed-file.accepted', {});
      expect(guardOf(device).standing()?.how).toBe(how);
    },
  );

  it.each(attacks)('that was %s still shows in the audit after it was mended', async (_what, _how, attack) => {
    const folder = stopped();
    attack(folder);
    const device = startAgain(folder);
    guardOf(device).confirm('admin');
    expect((await verifyAudit(device.store)).problem).toBeDefined();
  });

  it.each(attacks.slice(0, 4))('that was %s answers nobody before it was looked at', (_what, _how, attack) => {
    const folder = stopped();
    attack(folder);
    const { state } = startAgain(folder).store;
    expect(() => state.read('threshold-confirmed')).toThrow(expect.objectContaining({ code: 'integrity-violation' }));
    expect(() => state.write('counter', '1')).toThrow(expect.objectContaining({ code: 'integrity-violation' }));
  });

  it('put back with the audit that went with it is told by the witness', () => {
    const folder = stopped();
    const older = sealedRow(folder);
    const device = startAgain(folder);
    const guard = guardOf(device);
    const { seq } = device.store.auditLog.head() ?? { seq: 0 };
    device.audit.append('service.started', {});
    guard.note();
    device.store.close();
    putRow(folder, older);
    rawDatabase(join(folder, 'store'), (db) => db.prepare('DELETE FROM audit WHERE seq > ?').run(seq));
    expect(guardOf(startAgain(folder)).standing()?.how).toBe('behind');
  });

  it('taken away with the witness in its folder leaves the witness elsewhere telling what is gone', () => {
    const elsewhere = outside();
    const device = newDevice();
    guardOf(device, elsewhere);
    device.audit.append('service.started', {});
    const older = copyOfFolder(device.folder);
    for (let n = 0; n < 5; n += 1) device.audit.append('service.stopped', {});
    guardOf(device, elsewhere);
    device.store.close();
    rawDatabase(join(older, 'store'), (db) => db.exec(`DELETE FROM meta WHERE name = 'audit_head'`));
    rmSync(join(older, 'store', 'epoch', 'witness'));
    const cut = startAgain(older);
    const guard = guardOf(cut, elsewhere);
    expect(guard.standing()).toMatchObject({ by: 'outside', how: 'behind' });
    expect(guard.standing()?.detail).toContain('an incident may be open of which nothing is left');
    guard.confirm('local');
    expect(cut.store.state.read('open-incidents')).toBe('off-record');
  });

  it('is nothing to notice where nobody touched it, after a crash either', () => {
    const device = newDevice();
    guardOf(device);
    recordThresholdChange(device.store, device.audit, agreed, 1);
    const crashed = startAgain(copyOfFolder(device.folder));
    expect([guardOf(crashed).standing(), unconfirmedThresholds(crashed.store, agreed)]).toEqual([undefined, undefined]);
  });
});

describe('a plain row that somebody writes', () => {
  it('confirms no threshold, and says nothing else that is believed', () => {
    const folder = stopped();
    const before = startAgain(folder);
    const id = before.store.state.read('store-id');
    before.store.close();
    const { hash } = unconfirmedOf(folder);
    rawDatabase(join(folder, 'store'), (db) => {
      for (const [name, value] of Object.entries({ 'threshold-confirmed': hash, 'store-id': 'x', 'rolled-back': '{}' }))
        db.prepare('INSERT OR REPLACE INTO store_state VALUES (?, ?)').run(name, value);
    });
    const device = startAgain(folder);
    expect([
      guardOf(device).standing(),
      device.store.state.read('store-id'),
      unconfirmedThresholds(device.store, lower)?.hash,
    ]).toEqual([undefined, id, hash]);
  });
});

function unconfirmedOf(folder: string): { hash: string } {
  const device = startAgain(folder);
  const hash = unconfirmedThresholds(device.store, lower)?.hash ?? 'none';
  device.store.close();
  return { hash };
}

describe('a new key', () => {
  it('of the device’s secrets seals it anew, and a cut at any step loses nothing of it', async () => {
    const device = newDevice();
    await enrol(device, 'P1');
    guardOf(device);
    recordThresholdChange(device.store, device.audit, agreed, 1);
    const id = device.store.state.read('store-id');
    await device.rotation.rotate({ key: 'device-secrets', by: 'admin' });
    expect(device.crashes.map(({ step }) => step)).toEqual(['begun', 'finished']);
    for (const { folder } of device.crashes) {
      const again = startAgain(folder);
      const found = guardOf(again).standing();
      await again.rotation.resume();
      expect([found, again.store.state.read('store-id'), again.store.keys.versions('device-secrets').length]).toEqual([
        ...[undefined, id, 1],
      ]);
      expect(unconfirmedThresholds(again.store, agreed)).toBeUndefined();
    }
  });
});

const plainRows = {
  'store-id': 'of-before',
  'witnessed-by': 'epoch-folder',
  'backup-made': '2026-01-01T00:00:00.000Z',
};

/** As stores were before: the end of the audit alone is sealed, all else is plain. */
function asBefore(folder: string, rows: Record<string, string> = plainRows): void {
  const device = startAgain(folder);
  const head = device.store.auditLog.head();
  const { seq, eventSerial } = head ?? { seq: 0, eventSerial: 0 };
  const content = { seq, eventSerial, hash: Buffer.from(head?.hash ?? []).toString('hex') };
  const row = device.store.keys.seal('device-secrets', Buffer.from(JSON.stringify(content)), 'menshen:audit-head');
  device.store.close();
  rmSync(join(folder, 'store', 'epoch', 'witness'), { force: true });
  putRow(folder, row);
  writePlain(folder, rows);
}

const writePlain = (folder: string, rows: Record<string, string>) =>
  rawDatabase(join(folder, 'store'), (db) => {
    for (const [name, value] of Object.entries(rows))
      db.prepare('INSERT OR REPLACE INTO store_state VALUES (?, ?)').run(name, value);
  });
const plainOf = (folder: string) =>
  rawDatabase(join(folder, 'store'), (db) => db.prepare('SELECT name FROM store_state').pluck().all());

describe('a store of before', () => {
  it('has its plain rows sealed once, on record, and none left', () => {
    const folder = stopped();
    asBefore(folder, { ...plainRows, 'syslog-seq': '3' });
    const device = startAgain(folder);
    guardOf(device);
    const { state } = device.store;
    const read = [state.read('store-id'), state.read('backup-made'), state.read('syslog-seq')];
    device.store.close();
    const again = startAgain(folder);
    guardOf(again);
    expect(read).toEqual(['of-before', plainRows['backup-made'], '3']);
    expect(kindsOf(again).filter((kind) => kind === 'store.state-sealed')).toHaveLength(1);
    again.store.close();
    expect(plainOf(folder)).toEqual(['syslog-seq']);
  });

  it('keeps what its plain rows said: a witness that was taken away is noticed at once', () => {
    const folder = stopped();
    asBefore(folder);
    expect(guardOf(startAgain(folder)).standing()?.how).toBe('witness-missing');
  });

  it('that is cut before this was recorded does it at the next start', () => {
    const folder = stopped();
    asBefore(folder);
    const cut = startAgain(folder);
    const append = cut.audit.append.bind(cut.audit);
    cut.audit.append = () => {
      throw new Error('pulled plug');
    };
    expect(() => guardOf(cut)).toThrow('pulled plug');
    cut.audit.append = append;
    cut.store.close();
    expect(plainOf(folder)).toEqual(Object.keys(plainRows).sort());
    const device = startAgain(folder);
    guardOf(device);
    expect([device.store.state.read('store-id'), kindsOf(device).includes('store.state-sealed')]).toEqual([
      'of-before',
      true,
    ]);
  });

  it('cannot be feigned later: plain rows with an end of the audit from then are noticed', () => {
    const folder = stopped();
    asBefore(folder);
    const old = sealedRow(folder);
    const device = startAgain(folder);
    guardOf(device).confirm('admin');
    device.store.close();
    putRow(folder, old);
    writePlain(folder, { ...plainRows, 'threshold-confirmed': unconfirmedOf(copyOfFolder(folder)).hash });
    const again = startAgain(folder);
    expect([guardOf(again).standing()?.how, unconfirmedThresholds(again.store, lower)]).toEqual([
      'state-behind',
      expect.objectContaining({ old: undefined }),
    ]);
  });

  it('from before each key was wrapped by itself is taken over too', () => {
    const folder = legacyFolder();
    writePlain(folder, { ...plainRows, 'witnessed-by': '' });
    const device = startAgain(folder);
    expect([guardOf(device).standing(), device.store.state.read('store-id')]).toEqual([undefined, 'of-before']);
  });
});
