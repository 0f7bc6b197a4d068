import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiKeyRing } from '#menshen/access/index.js';
import { verifyAudit } from '#menshen/audit/index.js';
import type { Config } from '#menshen/config/index.js';
import { MenshenError } from '#menshen/core/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { type DeviceKeyName, readKeyFile, readRootKey, Store } from '#menshen/store/index.js';
import { keyFilePlace } from '#menshen/terminal/index.js';
import { targetPlace } from '#menshen/terminal/root-place.js';
import { copyOfFolder, rawDatabase } from '../support/temp-store.js';
import {
  addDeviceSecrets,
  allWorks,
  closeDevices,
  type Device,
  enrol,
  newDevice,
  panel,
  panelCertificate,
  pin,
  startAgain,
  whatWorks,
} from './rotating.js';

const coded = (code: string) => expect.objectContaining({ name: 'MenshenError', code });
const by = 'admin';
const moved: readonly DeviceKeyName[] = ['lookup', 'confidential', 'device-secrets', 'epoch-wrap', 'signing'];
const everyKey = [...moved, 'root', 'pin-pepper', 'api-keys'] as const;

afterEach(closeDevices);

async function deviceWithPeople(): Promise<Device> {
  const device = newDevice();
  for (const number of ['P1', 'P2', 'P3']) await enrol(device, number);
  const body = { kind: 'other' };
  device.store.registers.add('complaint', { id: 'c-1', atMs: 1, state: 'open', body }, { text: 'in confidence' });
  addDeviceSecrets(device);
  device.audit.append('service.started', {});
  return device;
}

describe('a change of a key', () => {
  it.each(everyKey)('%s leaves every way in, every seal and every signature as it was', async (key) => {
    const device = await deviceWithPeople();
    await device.rotation.rotate({ key, by });
    expect(await whatWorks(device, 'P1')).toEqual(allWorks('P1'));
    device.store.close();
    const again = startAgain(device.folder);
    expect(await whatWorks(again, 'P2')).toEqual(allWorks('P2'));
    expect((await verifyAudit(again.store)).problem).toBeUndefined();
  });

  it('of epoch-wrap leaves no epoch to the old key, also while an erasure prepares the next one', async () => {
    const device = await deviceWithPeople();
    const { store, folder } = device;
    const erasing = store.vault.advancePast(store.vault.epoch);
    await Promise.resolve();
    // Its file lies there, wrapped by the key that is changed now.
    expect(store.vault.newestEpoch).toBe(store.vault.epoch + 1);
    await device.rotation.rotate({ key: 'epoch-wrap', by });
    await erasing;
    expect(store.vault.isUnderCurrentWrap()).toBe(true);
    store.close();
    expect(await whatWorks(startAgain(folder), 'P1')).toEqual(allWorks('P1'));
  });

  it.each(everyKey)('%s that is cut between any two steps goes on or falls back at the next start', async (key) => {
    const device = await deviceWithPeople();
    await device.rotation.rotate({ key, by });
    expect(device.crashes.length).toBeGreaterThan(0);
    for (const { folder } of device.crashes) {
      const after = startAgain(folder);
      await after.rotation.resume();
      expect(await whatWorks(after, 'P1')).toEqual(allWorks('P1'));
      expect((await verifyAudit(after.store)).problem).toBeUndefined();
      const waiting = after.store.rotations.unfinished().map((row) => row.key);
      expect(waiting).toEqual(key === 'api-keys' ? waiting : key === 'pin-pepper' ? ['pin-pepper'] : []);
      after.store.close();
    }
  });

  it.each(moved)('%s destroys the old key', async (key) => {
    const device = await deviceWithPeople();
    const before = Buffer.from(device.store.keys.current(key).bytes);
    await device.rotation.rotate({ key, by });
    expect(device.store.keys.versions(key)).toHaveLength(1);
    expect(before.equals(device.store.keys.current(key).bytes)).toBe(false);
  });

  it('is answered by the gate meanwhile: number, card and PIN are found at every step', async () => {
    const device = await deviceWithPeople();
    for (let n = 4; n < 60; n += 1)
      device.store.subjects.add({ personNumber: `P${n}` }, 'adult', { nowMs: 1, expiresAtMs: 8.64e15 });
    let done = false;
    const rotating = device.rotation.rotate({ key: 'lookup', by }).then(() => {
      done = true;
    });
    const outcomes = new Set<string>();
    let asked = 0;
    while (!done) {
      outcomes.add((await device.pins.check('P1', pin)).outcome);
      outcomes.add(String(device.store.credentials.cardHolder('CARD-P3') !== undefined));
      asked += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rotating;
    expect(asked).toBeGreaterThan(1);
    expect([...outcomes].sort()).toEqual(['accepted', 'true']);
  });

  it('is refused while one of the same key is under way', async () => {
    const device = await deviceWithPeople();
    await device.rotation.rotate({ key: 'pin-pepper', by });
    await expect(device.rotation.rotate({ key: 'pin-pepper', by })).rejects.toThrow(coded('rotation-refused'));
  });

  it('gives nobody free tries: failed ones are counted on', async () => {
    const device = await deviceWithPeople();
    for (let n = 0; n < 3; n += 1) await device.pins.check('P1', '314159');
    await device.rotation.rotate({ key: 'lookup', by });
    expect((await device.pins.check('P1', pin)).outcome).toBe('locked-out');
  });

  it('of the pepper leaves PIN and duress PIN of a person as they are: both open, and only the second raises the alarm', async () => {
    const device = await deviceWithPeople();
    const id = device.store.subjects.byPersonNumber('P1')?.id ?? '';
    await device.pins.setDuress(id, '628318', 6, () => undefined);
    await device.rotation.rotate({ key: 'pin-pepper', by });
    const outcomes = [];
    for (const entered of [pin, '628318', pin]) outcomes.push((await device.pins.check('P1', entered)).outcome);
    const alarms = device.store.auditLog.page(0, 100).filter(({ kind }) => kind === 'duress.alarm');
    expect([outcomes, alarms.length]).toEqual([['accepted', 'accepted', 'accepted'], 1]);
  });

  it('of the pepper keeps nobody with a duress PIN on the former one: the PIN that is set next moves, and the duress PIN goes, on record', async () => {
    const device = await deviceWithPeople();
    const { store, pins } = device;
    const id = store.subjects.byPersonNumber('P1')?.id ?? '';
    await pins.setDuress(id, '628318', 6, () => undefined);
    const before = store.credentials.pin(id);
    await device.rotation.rotate({ key: 'pin-pepper', by });

    expect(await pins.set(id, '161803', 6)).toEqual({ duressPin: 'removed' });
    const after = store.credentials.pin(id);
    expect([after?.pepper, after?.duressVerifier]).toEqual([store.keys.current('pin-pepper').version, undefined]);
    expect(Buffer.from(after?.salt ?? []).equals(Buffer.from(before?.salt ?? []))).toBe(false);
    const removals = store.auditLog.page(0, 100).filter(({ kind }) => kind === 'duress-pin.removed');
    expect(removals.map(({ body }) => JSON.parse(body).subjectId)).toEqual([id]);
    expect((await pins.check('P1', '628318')).outcome).toBe('rejected');

    await pins.setDuress(id, '628318', 6, () => undefined);
    expect([(await pins.check('P1', '628318')).outcome, (await pins.check('P1', '161803')).outcome]).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(await pins.set(id, pin, 6)).toEqual({ duressPin: 'kept' });
    const alarms = store.auditLog.page(0, 100).filter(({ kind }) => kind === 'duress.alarm');
    expect(alarms.length).toBe(1);
  });

  it('of the pepper refuses a duress PIN beside a PIN that has not moved yet, and takes it afterwards', async () => {
    const device = await deviceWithPeople();
    const id = device.store.subjects.byPersonNumber('P1')?.id ?? '';
    await device.rotation.rotate({ key: 'pin-pepper', by });
    const set = () => device.pins.setDuress(id, '628318', 6, () => undefined);
    await expect(set()).rejects.toThrow(coded('conflict'));
    await device.pins.check('P1', pin);
    await set();
    expect((await device.pins.check('P1', '628318')).outcome).toBe('accepted');
  });

  it('of the pepper: a PIN that cannot be recorded takes no duress PIN away', async () => {
    const device = await deviceWithPeople();
    const { store, pins } = device;
    const id = store.subjects.byPersonNumber('P1')?.id ?? '';
    await pins.setDuress(id, '628318', 6, () => undefined);
    await device.rotation.rotate({ key: 'pin-pepper', by });
    const failing = pins.set(id, '161803', 6, () => {
      throw new Error('no record');
    });
    await expect(failing).rejects.toThrow('no record');
    expect((await pins.check('P1', '628318')).outcome).toBe('accepted');
  });

  it('of what API keys are kept by turns no holder away while the disk takes nothing, and is tried again', async () => {
    const device = await deviceWithPeople();
    const ring = new ApiKeyRing({ ...device, randomness: systemRandomness });
    const { id, secret } = ring.add({ role: 'panel', label: 'north', days: 30 });
    await device.rotation.rotate({ key: 'api-keys', by });
    const { apiKeys } = device.store;
    const before = apiKeys.get(id)?.secretHash;
    const rehash = apiKeys.rehash.bind(apiKeys);
    apiKeys.rehash = () => {
      throw new MenshenError('store-full', 'full');
    };
    expect([ring.identify(secret)?.id, apiKeys.get(id)?.secretHash]).toEqual([id, before]);
    apiKeys.rehash = rehash;
    expect([ring.identify(secret)?.id, apiKeys.get(id)?.secretHash]).not.toEqual([id, before]);
  });

  it('moves a number that was given to somebody only once', async () => {
    const device = await deviceWithPeople();
    await device.rotation.rotate({ key: 'lookup', by });
    expect(() => enrolSame(device)).toThrow(coded('conflict'));
  });
});

describe('what a change of the key of the device’s own secrets says of its panels', () => {
  const figures = ({ store }: Device) => {
    const entry = store.auditLog.page(0, 1000).findLast(({ kind }) => kind === 'keys.rotated');
    const { moved, damaged, unsealed } = JSON.parse(entry?.body ?? '{}');
    return { moved, damaged, unsealed };
  };
  /** The audit's head, a listener's secret, the authority's key. */
  const others = 3;

  it('a panel that was revoked, and its certificates, are no damage', async () => {
    const device = await deviceWithPeople();
    device.store.panels.revoke(panel.id, 2);
    await device.rotation.rotate({ key: 'device-secrets', by });
    expect(figures(device)).toEqual({ moved: others, damaged: 0, unsealed: 0 });
  });

  it('a certificate that was replaced is no damage', async () => {
    const device = await deviceWithPeople();
    const next = { ...panelCertificate, fingerprint: new Uint8Array(32).fill(6), keyHash: new Uint8Array(32).fill(7) };
    device.store.panels.addCertificate(next);
    device.store.panels.useCertificate(next, 2);
    await device.rotation.rotate({ key: 'device-secrets', by });
    expect(figures(device)).toEqual({ moved: others + 2, damaged: 0, unsealed: 0 });
  });

  it.each([
    ['rows of before there were seals', 'seal = NULL', { moved: others, damaged: 0, unsealed: 2 }],
    ['rows whose seal does not open', 'seal = zeroblob(64)', { moved: others, damaged: 2, unsealed: 0 }],
  ])('%s are told apart, and go on counting for nothing', async (_what, change, expected) => {
    const before = await deviceWithPeople();
    before.store.close();
    rawDatabase(join(before.folder, 'store'), (db) =>
      db.exec(`UPDATE panel SET ${change}; UPDATE panel_certificate SET ${change}`),
    );
    const device = startAgain(before.folder);
    await device.rotation.rotate({ key: 'device-secrets', by });
    expect(figures(device)).toEqual(expected);
    expect([device.store.panels.get(panel.id)?.vouched, device.store.panels.certificatesOf(panel.id)]).toEqual([
      false,
      [expect.objectContaining({ vouched: false })],
    ]);
  });
});

describe('the root key', () => {
  /** As the configuration of a device says it, as far as a root key’s place needs it. */
  const configOf = ({ folder }: Device): Config =>
    ({ store: { folder: join(folder, 'store'), key: { kind: 'file', path: join(folder, 'root.key') } } }) as Config;

  it('goes to a passphrase while the gate works on, and opens by that passphrase alone', async () => {
    const device = await deviceWithPeople();
    const passphrase = 'correct horse battery';
    const to = targetPlace(configOf(device), { kind: 'passphrase', passphrase }, systemRandomness);
    let turns = 0;
    const gate = setInterval(() => {
      turns += 1;
    }, 1);
    await device.rotation.rotate({ key: 'root', by, to });
    clearInterval(gate);
    expect(turns).toBeGreaterThan(20);
    device.store.close();
    const folder = join(device.folder, 'store');
    const source = { kind: 'passphrase', saltPath: join(folder, 'passphrase-salt') } as const;
    const key = readRootKey({ ...source, passphrase: Buffer.from(passphrase) });
    Store.open(folder, key, { randomness: systemRandomness, auditReserveMiB: 1 }).close();
  });

  it('goes to no credential that is not there, and nothing of the change is left', async () => {
    const device = await deviceWithPeople();
    const to = targetPlace(configOf(device), { kind: 'systemd-credential', name: 'none' }, systemRandomness);
    await expect(device.rotation.rotate({ key: 'root', by, to })).rejects.toThrow(coded('rotation-refused'));
    expect(device.store.rotations.unfinished()).toEqual([]);
  });

  it('is replaced in its file, and the former one opens nothing any more', async () => {
    const device = await deviceWithPeople();
    const former = readKeyFile(join(device.folder, 'root.key'));
    await device.rotation.rotate({ key: 'root', by });
    device.store.close();
    expect(Buffer.from(former).equals(readFileSync(join(device.folder, 'root.key')))).toBe(false);
    const open = () =>
      Store.open(join(device.folder, 'store'), former, { randomness: systemRandomness, auditReserveMiB: 1 });
    expect(open).toThrow(coded('wrong-key'));
  });

  it('moved to another file opens beside the former one until a start with it', async () => {
    const device = await deviceWithPeople();
    const to = keyFilePlace(join(device.folder, 'other.key'), false, systemRandomness);
    const progress = await device.rotation.rotate({ key: 'root', by, to });
    expect(progress.open).toContain('restart');
    device.store.close();
    startAgain(device.folder).store.close();
    const changed = startAgain(device.folder, 'other.key');
    await changed.rotation.resume();
    expect(await whatWorks(changed, 'P1')).toEqual(allWorks('P1'));
    changed.store.close();
    expect(() => startAgain(device.folder)).toThrow(coded('wrong-key'));
  });

  it('that is not to be moved after all can be left where it was', async () => {
    const device = await deviceWithPeople();
    const to = keyFilePlace(join(device.folder, 'other.key'), false, systemRandomness);
    const { id } = await device.rotation.rotate({ key: 'root', by, to });
    device.rotation.abandon(id, by);
    device.store.close();
    expect(() => startAgain(device.folder, 'other.key')).toThrow(coded('wrong-key'));
    expect(await whatWorks(startAgain(device.folder), 'P1')).toEqual(allWorks('P1'));
  });

  it('is never overwritten at a place where a file is', async () => {
    const device = await deviceWithPeople();
    const to = keyFilePlace(join(device.folder, 'root.key'), false, systemRandomness);
    await expect(device.rotation.rotate({ key: 'root', by, to })).rejects.toThrow(coded('rotation-refused'));
    expect(await whatWorks(device, 'P1')).toEqual(allWorks('P1'));
  });
});

describe('the signing key', () => {
  it('leaves a chain of public keys that vouch for each other, each for its part of the audit', async () => {
    const device = await deviceWithPeople();
    const first = device.store.signingKey.keyId;
    await device.rotation.rotate({ key: 'signing', by });
    await device.rotation.rotate({ key: 'signing', by });
    const [current, second, oldest] = device.store.signers.list();
    expect([current?.keyId, oldest?.keyId]).toEqual([device.store.signingKey.keyId, first]);
    expect([oldest?.untilSeq, second?.fromSeq]).toEqual([
      second === undefined ? 0 : second.fromSeq - 1,
      (oldest?.untilSeq ?? 0) + 1,
    ]);
  });

  it('that was replaced cannot sign entries any more: one made with it later does not hold', async () => {
    const device = await deviceWithPeople();
    const stolen = Buffer.from(device.store.keys.current('signing').bytes);
    await device.rotation.rotate({ key: 'signing', by });
    device.audit.append('service.started', {});
    const { signingKeyFromSeed } = await import('#menshen/crypto/index.js');
    const thief = signingKeyFromSeed(stolen);
    const newest = device.store.auditLog.newest();
    if (newest === undefined) throw new Error('no entry');
    const { hashOf } = await import('#menshen/audit/index.js');
    const forged = hashOf({ ...newest, keyId: thief.keyId });
    const { folder } = device;
    device.store.close();
    rawDatabase(join(folder, 'store'), (db) =>
      db
        .prepare('UPDATE audit SET key_id = ?, hash = ?, signature = ? WHERE seq = ?')
        .run(thief.keyId, forged, thief.sign(forged), newest.seq),
    );
    expect((await verifyAudit(startAgain(folder).store)).problem).toContain('not this device');
  });

  it('of a stranger that was written into the database is not believed', async () => {
    const device = await deviceWithPeople();
    const { folder } = device;
    device.store.close();
    const { canonicalJson, keyIdOf, signingKeyFromSeed } = await import('#menshen/crypto/index.js');
    const stranger = signingKeyFromSeed(new Uint8Array(32).fill(9));
    const text = canonicalJson({ format: 'menshen-signing-key-1', keyId: stranger.keyId, previousUntilSeq: 1 });
    rawDatabase(join(folder, 'store'), (db) =>
      db
        .prepare('INSERT INTO signer VALUES (?, ?, ?, ?)')
        .run(stranger.keyId, text, stranger.sign(text), stranger.sign(text)),
    );
    expect(startAgain(folder).store.signers.publicKeyOf(keyIdOf(stranger.publicKey))).toBeUndefined();
  });
});

describe('the PINs’ pepper', () => {
  it('moves with each PIN that is entered, and ends when all have', async () => {
    const device = await deviceWithPeople();
    await device.rotation.rotate({ key: 'pin-pepper', by });
    for (const number of ['P1', 'P2', 'P3']) await device.pins.check(number, pin);
    device.rotation.look();
    expect(device.store.keys.versions('pin-pepper')).toHaveLength(1);
    expect((await device.pins.check('P1', pin)).outcome).toBe('accepted');
  });

  it('ends on its day: PINs that nobody entered must be set again, the others stay', async () => {
    const device = await deviceWithPeople();
    await device.rotation.rotate({ key: 'pin-pepper', by, oldKeyUntilMs: device.clock.wallMs() + 86_400_000 });
    await device.pins.check('P1', pin);
    device.clock.advance(2 * 86_400_000);
    device.rotation.look();
    const outcomes = [(await device.pins.check('P1', pin)).outcome, (await device.pins.check('P2', pin)).outcome];
    expect([...outcomes, device.store.keys.versions('pin-pepper').length]).toEqual(['accepted', 'rejected', 1]);
  });
});

describe('a store of before', () => {
  it('goes on with the keys that were derived from its root, and its root key can be changed then', async () => {
    const { legacyFolder } = await import('./legacy-store.js');
    const folder = legacyFolder();
    const device = startAgain(folder);
    expect(device.store.subjects.byPersonNumber('P1')).toBeDefined();
    await device.rotation.rotate({ key: 'root', by });
    device.store.close();
    expect(startAgain(copyOfFolder(folder)).store.subjects.byPersonNumber('P1')).toBeDefined();
  });
});

function enrolSame(device: Device): void {
  device.store.subjects.add({ personNumber: 'P1' }, 'adult', { nowMs: 1, expiresAtMs: 8.64e15 });
}
