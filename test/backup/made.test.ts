import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { opened } from '#menshen/backup/chunks.js';
import { readBackup } from '#menshen/backup/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { Store } from '#menshen/store/index.js';
import { packedVector } from '#menshen/store/packed-vector.js';
import { backupOf, collect, configurationText, makerOf, openedByRecipient, recipient } from '../support/backup-site.js';
import { addEnrolled, addPerson, openSite, type Site } from '../support/site.js';
import { rootKey, tempFolder } from '../support/temp-store.js';

const vector = [0.123456, -0.654321, 0.333333, 0.666666];

describe('a backup', () => {
  test('holds no template and no key but the pepper, in any form; what it should hold is found the same way', async () => {
    const folder = tempFolder();
    const store = Store.create(folder, rootKey(), { randomness: systemRandomness, auditReserveMiB: 1 });
    const site = openSite({ store });
    const ann = addEnrolled(site, { vector }).id;
    store.credentials.addCard(ann, '04AABBCC', site.clock.wallMs());
    const plain = await plainOf(site);
    const floats = Buffer.from(Float32Array.from(vector).buffer);
    const info = store.templates.allOf(ann)[0];
    const faceKey = store.vault.openFace(ann, info?.keyId ?? '');
    const keys = (['epoch-wrap', 'lookup', 'device-secrets', 'api-keys', 'confidential', 'signing'] as const).map(
      (name) => Buffer.from(store.keys.current(name).bytes),
    );
    const epochFile = readFileSync(join(folder, 'epoch', 'epoch-1.key'));
    const secret = [
      floats,
      Buffer.from(packedVector(Float32Array.from(vector))),
      Buffer.from(faceKey),
      Buffer.from(store.vault.profileKey(ann)),
      Buffer.from(rootKey()),
      epochFile,
      ...keys,
    ];
    for (const bytes of secret) for (const form of formsOf(bytes)) expect(plain.includes(form)).toBe(false);
    expect(plain.includes('0.123456') || plain.includes('-0.654321') || plain.includes(info?.id ?? '')).toBe(false);
    const pepper = Buffer.from(store.keys.current('pin-pepper').bytes);
    expect(formsOf(pepper).some((form) => plain.includes(form))).toBe(true);
    expect(plain.includes('04AABBCC') && plain.includes(JSON.stringify(configurationText))).toBe(true);
    store.close();
  });

  test('shows nothing of people to whoever cannot open it', async () => {
    const site = openSite();
    const ann = addPerson(site);
    site.store.credentials.addCard(ann.id, '04AABBCC', site.clock.wallMs());
    const file = await backupOf(site);
    for (const word of ['04AABBCC', ann.id, 'person', 'audit']) expect(file.includes(word), word).toBe(false);
    expect(file.includes('menshen-backup')).toBe(true);
  });

  test('is of one moment, while the gate goes on and people come and go', async () => {
    const site = openSite();
    const ids = Array.from({ length: 120 }, () => addPerson(site).id).sort();
    const [first = '', last = ''] = [ids[0], ids.at(-1)];
    const stream = await makerOf(site).open(recipient, 'local');
    const head = site.store.auditLog.head()?.seq;
    const pieces = [(await stream.next()).value ?? new Uint8Array(0)];
    const late = addPerson(site).id;
    site.store.credentials.addCard(first, '04AABBCC', site.clock.wallMs());
    await site.pins.set(first, '493817', 6);
    await site.retention.eraseSubject(last, 'order');
    pieces.push(await collect(stream));
    const file = Buffer.concat(pieces);
    const facts = await readBackup(chunked(file), {
      opener: openedByRecipient,
      deviceKey: site.store.signingKey.keyId,
    });
    expect(facts).toMatchObject({ people: 119, erasedMeanwhile: 1, damaged: 0, head: { seq: head } });
    const plain = await decrypted(file);
    expect([late, '04AABBCC', `"id":"${last}"`].map((text) => plain.includes(text))).toEqual([false, false, false]);
    expect(plain.includes(`"id":"${first}"`)).toBe(true);
  });

  test('waits for no reader: a second one takes over, and the first is told', async () => {
    const site = openSite();
    addPerson(site);
    const maker = makerOf(site);
    const slow = await maker.open(recipient, 'local');
    await slow.next();
    const file = await collect(await maker.open(recipient, 'local'));
    await expect(collect(slow)).rejects.toMatchObject({ code: 'conflict' });
    expect(
      (await readBackup(chunked(file), { opener: openedByRecipient, deviceKey: site.store.signingKey.keyId })).people,
    ).toBe(1);
  });

  test('of several that are asked for at once is closed one after the other: each passphrase takes 128 MiB', async () => {
    const site = openSite();
    let begun = 0;
    const randomness = {
      bytes: (count: number) => {
        if (count === 32) begun += 1;
        return systemRandomness.bytes(count);
      },
    };
    const maker = makerOf({ ...site, randomness });
    const passphrase = () => new Uint8Array(Buffer.from('correct horse battery'));
    const both = [1, 2].map(() => maker.open({ kind: 'passphrase', passphrase: passphrase() }, 'local'));
    await new Promise((resolve) => setImmediate(resolve));
    const atOnce = begun;
    await Promise.all(both);
    expect([atOnce, begun]).toEqual([1, 2]);
  });

  test('leaves a damaged person out, and says so', async () => {
    const site = openSite();
    const [ann, bob] = [addPerson(site), addPerson(site)];
    const file = await withDamaged(site, ann.id);
    const facts = await readBackup(chunked(file), {
      opener: openedByRecipient,
      deviceKey: site.store.signingKey.keyId,
    });
    expect(facts).toMatchObject({ people: 1, damaged: 1 });
    expect((await decrypted(file)).includes(bob.id)).toBe(true);
  });

  test('is spoken of in the receipt of whoever is erased after it: they may be in it until it is destroyed', async () => {
    const site = openSite();
    const [ann, bob] = [addPerson(site), addPerson(site)];
    const copiesOf = (body: string): string => (JSON.parse(body) as { backupsAndCopies: string }).backupsAndCopies;
    expect(copiesOf((await site.retention.eraseSubject(ann.id, 'order')).body)).toMatch(/^unreadable/);
    await backupOf(site);
    expect(copiesOf((await site.retention.eraseSubject(bob.id, 'order')).body)).toContain(
      'may hold profile, cards and PIN',
    );
  });

  test('names who asked for it, in the last audit entry that it holds', async () => {
    const site = openSite();
    await backupOf(site);
    const { kind, body } = site.store.auditLog.newest() ?? { kind: '', body: '{}' };
    expect([kind, JSON.parse(body)]).toEqual([
      'backup.made',
      expect.objectContaining({ by: 'local', protection: 'recipient' }),
    ]);
  });
});

/** Somebody wrote into the profile behind the daemon's back. */
async function withDamaged(site: Site, id: string): Promise<Buffer> {
  const stream = await makerOf(site).open(recipient, 'local');
  const original = site.store.vault.profileKey.bind(site.store.vault);
  site.store.vault.profileKey = (subject) => (subject === id ? new Uint8Array(32) : original(subject));
  return collect(stream);
}

function formsOf(bytes: Buffer): (string | Buffer)[] {
  return [
    bytes,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    JSON.stringify([...bytes]).slice(1, -1),
  ];
}

const plainOf = async (site: Site): Promise<Buffer> => decrypted(await backupOf(site));

async function decrypted(file: Buffer): Promise<Buffer> {
  const { lines } = await opened(chunked(file), openedByRecipient);
  return collect(lines);
}

async function* chunked(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file;
}
