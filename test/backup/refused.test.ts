import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encrypted } from '#menshen/backup/chunks.js';
import { closedHeader } from '#menshen/backup/header.js';
import { newRecipient, type Opener, parsedRecipientKey, readBackup } from '#menshen/backup/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { backupOf, openedByRecipient, recipient } from '../support/backup-site.js';
import { addPerson, openSite, type Site } from '../support/site.js';

const headerEnd = (file: Buffer): number => 12 + file.readUInt32BE(8);
const sealedChunk = 64 * 1024 + 40;

describe('a backup is refused', () => {
  test('cut anywhere: in the magic, the header, a part, between parts, in the last byte', async () => {
    const { site, file } = await longBackup();
    const start = headerEnd(file);
    const cuts = [0, 5, 11, start - 3, start, start + 10, start + 39, start + 41, start + sealedChunk, file.length - 1];
    for (const cut of cuts)
      await expect(reading(site, file.subarray(0, cut)), `cut at ${cut}`).rejects.toMatchObject(invalid);
  });

  test('with any byte changed, wherever it is, or something behind its end', async () => {
    const { site, file } = await longBackup();
    const start = headerEnd(file);
    for (const at of [0, 9, 20, start - 10, start, start + 30, start + sealedChunk + 5, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(reading(site, changed), `byte ${at}`).rejects.toMatchObject(invalid);
    }
    await expect(reading(site, Buffer.concat([file, Buffer.from('x')]))).rejects.toMatchObject(invalid);
  });

  test('with two parts swapped, one left out, or one doubled', async () => {
    const { site, file } = await longBackup();
    const start = headerEnd(file);
    const part = (n: number) => file.subarray(start + n * sealedChunk, start + (n + 1) * sealedChunk);
    const rest = file.subarray(start + 2 * sealedChunk);
    const head = file.subarray(0, start);
    expect(rest.length).toBeGreaterThan(40);
    for (const parts of [
      [part(1), part(0), rest],
      [part(1), rest],
      [part(0), part(0), part(1), rest],
    ])
      await expect(reading(site, Buffer.concat([head, ...parts]))).rejects.toMatchObject(invalid);
    // The same pieces in their order are the backup.
    expect((await reading(site, Buffer.concat([head, part(0), part(1), rest]))).people).toBe(300);
  });

  test('with parts of another backup for the same recipient', async () => {
    const { site, file } = await longBackup();
    const other = await backupOf(site);
    const mixed = Buffer.concat([file.subarray(0, headerEnd(file)), other.subarray(headerEnd(other))]);
    await expect(reading(site, mixed)).rejects.toMatchObject(invalid);
  });

  test('for another recipient, and says whose it is', async () => {
    const site = openSite();
    const file = await backupOf(site);
    const { secretText } = newRecipient(systemRandomness);
    const opener = (): Opener => ({ kind: 'recipient', key: parsedRecipientKey(secretText) });
    await expect(reading(site, file, opener)).rejects.toThrow(/made for the recipient [0-9a-f]{16}, and this is/);
  });

  test('with a wrong passphrase, a short one, and opens with the right one without the device’s key', async () => {
    const site = openSite();
    const passphrase = (text: string) =>
      ({ kind: 'passphrase', passphrase: new Uint8Array(Buffer.from(text)) }) as const;
    await expect(backupOf(site, passphrase('too short'))).rejects.toMatchObject(invalid);
    const file = await backupOf(site, passphrase('seven grey herons wait'));
    await expect(reading(site, file, () => passphrase('seven grey herons fly!'))).rejects.toThrow(/does not open it/);
    await expect(reading(site, file)).rejects.toThrow(/--passphrase-file/);
    const facts = await readBackup(pieces(file), { opener: () => passphrase('seven grey herons wait') });
    expect(facts).toMatchObject({ deviceId: 'gate-1', madeBy: 'passphrase', keyId: site.store.signingKey.keyId });
  });

  test('of a recipient, when nobody says which device made it, or another device did', async () => {
    const [site, other] = [openSite(), openSite()];
    const file = await backupOf(site);
    await expect(readBackup(pieces(file), { opener: openedByRecipient })).rejects.toThrow(/--device-key/);
    await expect(reading(other, file)).rejects.toThrow(/Another device made it/);
  });

  test('of another version of the format, and says which', async () => {
    const site = openSite();
    const file = await backupOf(site);
    for (const version of [0, 2]) {
      const header = Buffer.from(
        file.subarray(12, headerEnd(file)).toString().replace('"version":1', `"version":${version}`),
      );
      const changed = Buffer.concat([file.subarray(0, 12), header, file.subarray(headerEnd(file))]);
      await expect(reading(site, changed)).rejects.toThrow(`format ${version}`);
    }
  });

  test('that claims much memory, before it takes any', async () => {
    const site = openSite();
    const hugeHeader = Buffer.alloc(12);
    hugeHeader.write('MENSHENB');
    hugeHeader.writeUInt32BE(0xffff_ffff, 8);
    await expect(reading(site, hugeHeader)).rejects.toThrow(/longer than any header/);
    const key = {
      kind: 'passphrase',
      kdf: 'argon2id13',
      memoryBytes: 2 ** 40,
      passes: 3,
      salt: 'AAAA',
      wrapped: 'AAAA',
    };
    const about = { backupId: `b-${'0'.repeat(36)}`, deviceId: 'x', format: 'menshen-backup' };
    const text = JSON.stringify({ ...about, key, madeAt: '2026', version: 1 });
    hugeHeader.writeUInt32BE(text.length, 8);
    await expect(reading(site, Buffer.concat([hugeHeader, Buffer.from(text)]))).rejects.toMatchObject(invalid);
  });

  test('that sends the reader bytes or a record without end: no more than a record’s length is read', async () => {
    const site = openSite();
    let sent = 0;
    async function* endless() {
      const file = await backupOf(site);
      yield file.subarray(0, headerEnd(file));
      for (; sent < 1000; sent += 1) yield Buffer.alloc(1024 * 1024);
    }
    await expect(readBackup(endless(), { opener: openedByRecipient })).rejects.toMatchObject(invalid);
    expect(sent).toBeLessThan(3);

    // Whoever knows the recipient's public key can close anything for them.
    const about = { backupId: `b-${randomUUID()}`, deviceId: 'x', madeAt: '2026-03-02T08:00:00.000Z' };
    const { header, key } = await closedHeader(about, recipient, systemRandomness);
    const long = encrypted(header, key, ['x'.repeat(40 * 1024 * 1024)], systemRandomness);
    let chunks = 0;
    async function* counted() {
      for await (const chunk of long) {
        chunks += 1;
        yield chunk;
      }
    }
    await expect(readBackup(counted(), { opener: openedByRecipient })).rejects.toThrow(/longer than any record/);
    expect(chunks).toBeLessThan(140);
  });

  test('that holds records this product never wrote, each with what is wrong', async () => {
    const about = { backupId: `b-${randomUUID()}`, deviceId: 'x', madeAt: '2026-03-02T08:00:00.000Z' };
    const lines = [
      '',
      '{}',
      'null',
      '{"t":"template"}',
      '{"t":"manifest"}',
      '{"t":"__proto__"}',
      '['.repeat(100_000),
      '"',
    ];
    for (const line of lines) {
      const { header, key } = await closedHeader(about, recipient, systemRandomness);
      const file = encrypted(header, key, [line], systemRandomness);
      await expect(readBackup(file, { opener: openedByRecipient }), line.slice(0, 20)).rejects.toMatchObject(invalid);
    }
  });
});

const invalid = { code: 'backup-invalid' };

async function longBackup(): Promise<{ site: Site; file: Buffer }> {
  const site = openSite();
  for (let i = 0; i < 300; i += 1) addPerson(site);
  for (let i = 0; i < 200; i += 1) site.audit.append('notice.displayed', { language: 'zh', i });
  return { site, file: await backupOf(site) };
}

function reading(site: Site, file: Uint8Array, opener: () => Opener = openedByRecipient) {
  return readBackup(pieces(file), { opener, deviceKey: site.store.signingKey.keyId });
}

async function* pieces(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < file.length; from += 50_000) yield file.subarray(from, from + 50_000);
}
