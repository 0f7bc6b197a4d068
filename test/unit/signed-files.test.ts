/** Update safety: who may change configuration and models, and that nothing older comes back. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '#menshen/config/index.js';
import { type SignedPurpose, type SigningKey, signFile, signingKeyFromSeed } from '#menshen/crypto/index.js';
import { acceptConfiguration, signedPack } from '#menshen/terminal/index.js';
import { auditKinds, changedDocument, newestAudit, openSite, type Site } from '../support/site.js';
import { tempFolder } from '../support/temp-store.js';

const ours = signingKeyFromSeed(new Uint8Array(32).fill(1));
const theirs = signingKeyFromSeed(new Uint8Array(32).fill(2));
const signer = (key: SigningKey) => ({ name: 'us', publicKey: Buffer.from(key.publicKey).toString('base64') });
const strict = { 'security.trustedSigners': [signer(ours)], 'security.requireSigned': ['packs', 'configuration'] };

interface Shipped {
  readonly changes?: Record<string, unknown>;
  readonly version?: number;
  readonly key?: SigningKey;
  readonly purpose?: SignedPurpose;
  /** Put in the file's place after it was signed. */
  readonly replacedBy?: string;
  readonly unsigned?: true;
}

/** A device with a folder for its files; `ship` puts a configuration there and starts with it. */
function device() {
  const site = openSite();
  const folder = tempFolder();
  const path = join(folder, 'menshen.yaml');
  const parts = (changes: Record<string, unknown>) => ({
    ...site,
    config: parseConfig(JSON.stringify(changedDocument(changes)), folder),
  });
  const put = (file: string, text: string, { version = 1, key = ours, purpose, unsigned, replacedBy }: Shipped) => {
    writeFileSync(file, text);
    rmSync(`${file}.sig`, { force: true });
    if (unsigned !== true)
      writeFileSync(
        `${file}.sig`,
        JSON.stringify(signFile(Buffer.from(text), purpose ?? 'configuration', version, key)),
      );
    if (replacedBy !== undefined) writeFileSync(file, replacedBy);
  };
  const ship = (shipped: Shipped = {}, acceptDowngrade?: SignedPurpose) => {
    const changes = shipped.changes ?? strict;
    put(path, JSON.stringify(changedDocument(changes)), shipped);
    acceptConfiguration({ ...parts(changes), acceptDowngrade }, path);
  };
  const shipPack = (shipped: Shipped = {}, text = '{}') => {
    const pack = join(folder, 'pack');
    mkdirSync(pack, { recursive: true });
    put(join(pack, 'manifest.json'), text, { purpose: 'packs', ...shipped });
    return signedPack(parts(shipped.changes ?? strict), pack);
  };
  return { site, ship, shipPack };
}

const kinds = (site: Site) => auditKinds(site).filter((kind) => kind.startsWith('signed-file'));

describe('a configuration', () => {
  it('that is signed by a trusted signer is accepted, once on record', () => {
    const { site, ship } = device();
    ship();
    ship();
    expect([kinds(site), newestAudit(site, 'signed-file.accepted')]).toMatchObject([
      ['signed-file.accepted'],
      { purpose: 'configuration', version: 1, keyId: ours.keyId },
    ]);
  });

  it.each<[string, Shipped, string]>([
    ['without a signature', { unsigned: true }, 'signature-missing'],
    ['signed by somebody else', { key: theirs }, 'signature-invalid'],
    ['with the signature of a pack', { purpose: 'packs' }, 'signature-invalid'],
    [
      'changed after it was signed',
      { replacedBy: JSON.stringify(changedDocument({ ...strict, 'log.level': 'debug' })) },
      'signature-invalid',
    ],
  ])('%s is refused, on record', (_what, shipped, code) => {
    const { site, ship } = device();
    expect(() => ship(shipped)).toThrow(expect.objectContaining({ code }));
    expect(newestAudit(site, 'signed-file.refused')).toEqual({ purpose: 'configuration', code });
  });

  it.each<[string, Shipped]>([
    ['an older one', { version: 4 }],
    ['another one with the same number', { version: 5, changes: { ...strict, 'log.level': 'debug' } }],
  ])('that is %s is refused as a downgrade, until the owner accepts it', (_what, shipped) => {
    const { site, ship } = device();
    ship({ version: 5 });
    expect(() => ship(shipped)).toThrow(expect.objectContaining({ code: 'downgrade-refused' }));
    expect(() => ship(shipped, 'packs')).toThrow(/not newer/);
    ship(shipped, 'configuration');
    ship(shipped);
    expect(kinds(site).at(-1)).toBe('signed-file.downgrade-accepted');
  });

  it('cannot name its own judges: who wants to drop the rule or trust another needs the signature of before', () => {
    const { ship } = device();
    ship();
    expect(() => ship({ changes: {}, unsigned: true })).toThrow(/is not there/);
    const foreign = { ...strict, 'security.trustedSigners': [signer(theirs)] };
    expect(() => ship({ changes: foreign, key: theirs, version: 2 })).toThrow(/not among/);
    ship({ changes: foreign, key: ours, version: 2 });
    ship({ changes: {}, key: theirs, version: 3 });
    expect(() => ship({ changes: {}, unsigned: true })).not.toThrow();
  });

  it('needs none where none is asked for', () => {
    const { site, ship } = device();
    ship({ changes: {}, unsigned: true });
    expect(kinds(site)).toEqual([]);
  });

  it('that asks for signatures and trusts nobody is not valid', () => {
    expect(() => device().ship({ changes: { 'security.requireSigned': ['packs'] } })).toThrow(/trustedSigners/);
  });
});

describe('a pack', () => {
  it('that is signed is let in by the hash of its manifest', () => {
    expect(device().shipPack()).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it.each<[string, Shipped, string]>([
    ['without a signature', { unsigned: true }, 'signature-missing'],
    ['signed by somebody else', { key: theirs }, 'signature-invalid'],
    ['with the signature of a configuration', { purpose: 'configuration' }, 'signature-invalid'],
    ['changed after it was signed', { replacedBy: '{"x":1}' }, 'signature-invalid'],
  ])('%s is refused', (_what, shipped, code) => {
    expect(() => device().shipPack(shipped)).toThrow(expect.objectContaining({ code }));
  });

  it('that is older than the last one is refused', () => {
    const { shipPack } = device();
    shipPack({ version: 2 });
    expect(() => shipPack({ version: 1 }, '{"old":1}')).toThrow(/accept-downgrade packs/);
  });
});

describe('a signature', () => {
  it.each([
    ['no JSON', 'x'],
    ['another format', JSON.stringify({ format: 'minisign' })],
    ['a field more', JSON.stringify({ ...signFile(Buffer.from('{}'), 'packs', 1, ours), note: 'hi' })],
    [
      'another version than was signed',
      JSON.stringify({ ...signFile(Buffer.from('{}'), 'packs', 1, ours), version: 9 }),
    ],
  ])('with %s is refused', (_what, text) => {
    const { shipPack } = device();
    expect(shipPack()).toBeDefined();
    expect(() => shipPackWith(text)).toThrow(expect.objectContaining({ code: 'signature-invalid' }));
  });
});

function shipPackWith(signature: string): void {
  const folder = tempFolder();
  writeFileSync(join(folder, 'manifest.json'), '{}');
  writeFileSync(join(folder, 'manifest.json.sig'), signature);
  const site = openSite();
  signedPack({ ...site, config: parseConfig(JSON.stringify(changedDocument(strict)), folder) }, folder);
}
