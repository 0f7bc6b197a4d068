import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pruneAudit } from '#menshen/audit/index.js';
import { signingKeyFromSeed } from '#menshen/crypto/index.js';
import { buildServer } from '#menshen/http/index.js';
import { redactedConfig, verifyBundle } from '#menshen/inspector/index.js';
import { packedVector, unpackedVector } from '#menshen/store/packed-vector.js';
import { type Files, inspectorOf, madeBy, order, rebuilt, saved, taken, textIn } from '../support/bundle.js';
import { servicesOf } from '../support/screen.js';
import {
  addEnrolled,
  addPerson,
  auditKinds,
  dayMs,
  newestAudit,
  openSite,
  type Site,
  siteConfig,
} from '../support/site.js';

const vector = Array.from({ length: 64 }, (_, i) => Math.sin(i + 1) / 5.7);
const rtsp = 'rtsp://admin:Tops3cret@192.168.1.9:554/user=admin_password=Tops3cret2?token=Tops3cret3';

/** People with everything that must not get out. */
async function peopledSite(): Promise<Site> {
  const site = openSite({ changes: { cameras: [camera(rtsp)] } });
  const person = addEnrolled(site, { vector } as never);
  await site.pins.set(person.id, '428913', 6, () => undefined);
  site.store.credentials.addCard(person.id, '99887766', site.clock.wallMs());
  site.store.subjects.add({ personNumber: 'P-SECRET-7', displayName: 'Wang Xiaoming' }, 'adult', {
    nowMs: site.clock.wallMs(),
    expiresAtMs: site.clock.wallMs() + 1e9,
  });
  const leaver = addEnrolled(site, { vector: vector.map((x) => -x) } as never);
  await site.retention.withdraw({ subjectId: leaver.id, requester: 'self', operatorId: 'op-1' });
  return site;
}

function camera(url: string) {
  const corners = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ];
  return { id: 'front', source: { kind: 'rtsp', url }, captureZone: { polygon: corners } };
}

test('M17: the bundle holds what an inspector asks for, always in the same order, manifest and signature last', async () => {
  const site = openSite();
  const { zip } = await madeBy(inspectorOf(site));
  expect(Object.keys(taken(zip))).toEqual([
    'README.txt',
    'device.json',
    'configuration.json',
    'documents/notice-00001.json',
    'documents/notice-text-00001.json',
    'documents/notice-text-00002.json',
    'documents/sign-declaration-00001.json',
    'documents/assessment-00001.json',
    'counts.json',
    'retention.json',
    'consents.json',
    'receipts.ndjson',
    'compliance.json',
    'interfaces.json',
    'models/manifest.json',
    'models/evaluations/2026-01-01-abc.json',
    'software.json',
    'audit/verification.json',
    'audit/checkpoint.json',
    'audit/entries-0000000001.ndjson',
    'manifest.json',
    'signature.json',
  ]);
});

test('M17: it verifies off line, with the device’s own key and with the one written down elsewhere', async () => {
  const site = await peopledSite();
  const path = saved((await madeBy(inspectorOf(site))).zip);
  const { seq } = site.store.auditLog.newest() ?? { seq: 0 };
  const key = Buffer.from(site.store.signingKey.publicKey).toString('base64');
  const common = { holds: true, problems: [], deviceId: 'gate-1', keyId: site.store.signingKey.keyId };
  expect(await verifyBundle(path)).toMatchObject({ ...common, keyFrom: 'bundle', audit: { entries: seq, to: seq } });
  expect(await verifyBundle(path, key)).toMatchObject({ ...common, keyFrom: 'given' });
});

test('M17: that it was made, and by whom, is recorded first and is the last entry in it', async () => {
  const site = openSite();
  const { zip } = await madeBy(inspectorOf(site));
  expect(newestAudit(site, 'inspector.bundle-made')).toEqual({ by: 'auditor-1', auditFrom: 1 });
  const last = textIn(taken(zip), 'audit/entries-0000000001.ndjson').trim().split('\n').at(-1) ?? '';
  expect(JSON.parse(last)).toMatchObject({ kind: 'inspector.bundle-made' });
});

test('M17: on a disk that cannot take the record no bundle is made', () => {
  const site = openSite();
  const audit = {
    append: () => {
      throw new Error('store-full');
    },
  };
  expect(() => inspectorOf({ ...site, audit } as never).open(order)).toThrow('store-full');
});

/** Every form in which a template could lie in a file. */
function templateForms(values: readonly number[]): Buffer[] {
  const float32 = Buffer.from(Float32Array.from(values).buffer);
  const float64 = Buffer.from(Float64Array.from(values).buffer);
  const int8 = Buffer.from(Int8Array.from(values, (x) => Math.round(x * 127)));
  const packed = Buffer.from(packedVector(Float32Array.from(values)));
  const binary = [float32, float64, int8, packed].map((bytes) => bytes.subarray(0, 24));
  const texts = binary.flatMap((bytes) => [bytes.toString('hex'), bytes.toString('base64').slice(0, 28)]);
  const shortest = [...Float32Array.from(values.slice(0, 4))];
  const rounded = shortest.map((x) => x.toFixed(4));
  const numbers = [JSON.stringify(values.slice(0, 4)), JSON.stringify(shortest), rounded.join(','), rounded.join(', ')];
  return [
    ...binary,
    ...[...texts, ...numbers.map((text) => text.replace(/^\[|\]$/g, ''))].map((text) => Buffer.from(text)),
  ];
}

function findings(files: Files, needles: readonly (Buffer | string)[]): string[] {
  return Object.entries(files).flatMap(([name, bytes]) =>
    needles.filter((needle) => Buffer.from(bytes).includes(needle)).map((needle) => `${name}: ${needle.toString()}`),
  );
}

test('M17: not one template is in it, in any form; the same search finds each form where it was put', async () => {
  const site = await peopledSite();
  const files = taken((await madeBy(inspectorOf(site))).zip);
  const stored = [...unpackedVector(packedVector(Float32Array.from(vector)))];
  const forms = [vector, vector.map((x) => -x), stored].flatMap(templateForms);
  expect(findings(files, forms)).toEqual([]);
  for (const form of forms) {
    const planted = { ...files, 'README.txt': new Uint8Array(Buffer.concat([Buffer.from('text '), form])) };
    expect(findings(planted, [form])).toHaveLength(1);
  }
});

test('M17: no PIN hash, card number, name, person number, key or camera password is in it', async () => {
  const site = await peopledSite();
  const key = site.apiKeys.add({ role: 'panel', label: 'door', days: 1 });
  const files = taken((await madeBy(inspectorOf(site))).zip);
  const secrets = ['428913', '99887766', 'Wang Xiaoming', 'P-SECRET-7', 'Tops3cret', key.secret, key.secret.slice(-20)];
  const pins = site.store.subjects.list('', 10).map(({ id }) => site.store.credentials.pin(id));
  const pin = pins.find((each) => each !== undefined);
  const blobs = Object.values(pin ?? {}).filter((value): value is Uint8Array => value instanceof Uint8Array);
  const asText = blobs.flatMap((blob) => [Buffer.from(blob).toString('hex'), Buffer.from(blob).toString('base64')]);
  expect(blobs.length).toBeGreaterThan(0);
  expect(findings(files, [...secrets, ...blobs.map((blob) => Buffer.from(blob)), ...asText])).toEqual([]);
  expect(findings(files, [key.id, 'consent.withdrawn']).length).toBeGreaterThan(1);
});

test('M17: receipts of erasures and withdrawals are in it under pseudonyms, consents as numbers alone', async () => {
  const site = await peopledSite();
  const files = taken((await madeBy(inspectorOf(site))).zip);
  const kinds = textIn(files, 'receipts.ndjson')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).kind);
  expect(kinds.sort()).toEqual(['purge', 'withdrawal']);
  expect(JSON.parse(textIn(files, 'consents.json'))).toEqual({ valid: 1, lapsed: 0, ended: 1 });
});

test('M17: of a camera’s address only scheme, host and port stay', () => {
  const config = siteConfig({ cameras: [camera(rtsp)] });
  const shown = JSON.stringify(redactedConfig(config));
  expect(shown).toContain('rtsp://192.168.1.9:554/***');
  expect(shown).not.toMatch(/Tops3cret|admin/);
  expect(JSON.stringify(redactedConfig(siteConfig()))).toContain('"retention":{"maxDays":30');
});

test('M17: it says in Chinese and English what the ciphers are not, and what a hash chain does not show', async () => {
  const readme = textIn(taken((await madeBy(inspectorOf(openSite()))).zip), 'README.txt');
  for (const words of ['不是 SM2/SM3/SM4', 'not SM2, SM3 or SM4', '尾部被截断', 'a cut-off tail', '--public-key'])
    expect(readme).toContain(words);
});

test('M17: a later bundle may begin after a former one, and verifies too', async () => {
  const site = await peopledSite();
  const { zip } = await madeBy(inspectorOf(site), { auditFrom: 4 });
  expect(await verifyBundle(saved(zip))).toMatchObject({ holds: true, audit: { from: 4 } });
  expect(() => inspectorOf(site).open({ ...order, auditFrom: 9999 })).toThrow('does not reach that far');
});

test('M17: one bundle at a time; who stops reading leaves the way free for the next', async () => {
  const inspector = inspectorOf(openSite());
  const first = inspector.open(order);
  await first.next();
  expect(() => inspector.open(order)).toThrow(expect.objectContaining({ code: 'conflict' }));
  await first.return(undefined);
  expect((await madeBy(inspector)).zip.length).toBeGreaterThan(1000);
});

test('M17: a long audit goes out in small pieces and in files of ten thousand entries', async () => {
  const site = openSite();
  site.audit.appendAll(
    Array.from({ length: 10_300 }, (_, n) => ({ kind: 'pin.set' as const, body: { subjectId: `s-${n}`, by: 'op-1' } })),
  );
  const { zip, pieces } = await madeBy(inspectorOf(site));
  expect(Object.keys(taken(zip)).filter((name) => name.startsWith('audit/entries'))).toEqual([
    'audit/entries-0000000001.ndjson',
    'audit/entries-0000010001.ndjson',
  ]);
  expect(Math.max(...pieces)).toBeLessThan(512 * 1024);
  expect(zip.length).toBeGreaterThan(1024 * 1024);
  expect(await verifyBundle(saved(zip))).toMatchObject({ holds: true });
});

test('M14.2: a chain that was changed behind the device’s back is handed out all the same, and said to be broken', async () => {
  const site = openSite();
  const row = site.store.auditLog.page(0, 1)[0];
  const page = site.store.auditLog.page.bind(site.store.auditLog);
  const lying = (after: number, limit: number) =>
    page(after, limit).map((each) => (each.seq === row?.seq ? { ...each, body: '{"changed":true}' } : each));
  Object.assign(site.store.auditLog, { page: lying });
  const { zip } = await madeBy(inspectorOf(site));
  expect(JSON.parse(textIn(taken(zip), 'audit/verification.json'))).toMatchObject({ intact: false });
  const verdict = await verifyBundle(saved(zip));
  expect(verdict).toMatchObject({
    holds: false,
    problems: expect.arrayContaining([expect.stringMatching(/entry 1 .* was changed/)]),
  });
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** Somebody changes a file and makes the manifest fit; the signature is all they cannot make. */
function withManifestFitted(files: Files): Files {
  const manifest = JSON.parse(textIn(files, 'manifest.json'));
  manifest.files = Object.entries(files)
    .filter(([name]) => !['manifest.json', 'signature.json'].includes(name))
    .map(([name, content]) => ({ name, bytes: content.length, sha256: sha256(content) }));
  return { ...files, 'manifest.json': bytes(`${JSON.stringify(manifest, null, 2)}\n`) };
}

/** The same, signed with a key of one's own that takes the device's place everywhere. */
function resigned(files: Files): Files {
  const forger = signingKeyFromSeed(new Uint8Array(32).fill(66));
  const key = Buffer.from(forger.publicKey).toString('base64');
  const device = bytes(JSON.stringify({ ...JSON.parse(textIn(files, 'device.json')), publicKey: key }));
  const fitted = withManifestFitted({ ...files, 'device.json': device });
  const signature = Buffer.from(forger.sign(fitted['manifest.json'] ?? bytes(''))).toString('base64');
  return { ...fitted, 'signature.json': bytes(JSON.stringify({ signature })) };
}

const without = (files: Files, name: string): Files =>
  Object.fromEntries(Object.entries(files).filter(([each]) => each !== name));

const entriesFile = 'audit/entries-0000000001.ndjson';
const editedAudit = (files: Files, edit: (lines: string[]) => string[]): Files => ({
  ...files,
  [entriesFile]: bytes(`${edit(textIn(files, entriesFile).trim().split('\n')).join('\n')}\n`),
});

const attacks: [string, (files: Files) => Files, RegExp][] = [
  ['a changed notice', (f) => ({ ...f, 'documents/notice-00001.json': bytes('{}') }), /not as the manifest says/],
  ['a file left out', (f) => without(f, 'counts.json'), /counts\.json is missing/],
  ['a file put in', (f) => ({ ...f, 'extra.txt': bytes('x') }), /extra\.txt is not named/],
  [
    'a manifest made to fit',
    (f) => withManifestFitted({ ...f, 'counts.json': bytes('{}') }),
    /signature does not hold/,
  ],
  ['no manifest', (f) => without(f, 'manifest.json'), /signature does not hold/],
  ['no signature', (f) => without(f, 'signature.json'), /signature does not hold/],
  [
    'an entry taken out, all signed anew',
    (f) => resigned(editedAudit(f, (l) => l.filter((_, n) => n !== 1))),
    /audit:/,
  ],
  ['the newest entry cut off, all signed anew', (f) => resigned(editedAudit(f, (l) => l.slice(0, -1))), /audit:/],
  ['a line that is no entry, all signed anew', (f) => resigned(editedAudit(f, (l) => ['5', ...l])), /no entry/],
  ['an empty manifest', (f) => ({ ...f, 'manifest.json': bytes('null') }), /signature does not hold/],
  [
    'a forged receipt, all signed anew',
    (f) => resigned({ ...f, 'receipts.ndjson': bytes('{"id":"r-1","body":"{}"}\n') }),
    /receipt r-1/,
  ],
];

test.each(attacks)('M17: the check finds %s', async (_what, attack, why) => {
  const files = taken((await madeBy(inspectorOf(openSite()))).zip);
  const { holds, problems } = await verifyBundle(saved(rebuilt(attack(files))));
  expect([holds, problems.join('\n')]).toEqual([false, expect.stringMatching(why)]);
});

test('M17: a bundle that somebody made whole with a key of their own does not pass as the device’s', async () => {
  const site = openSite();
  const files = taken((await madeBy(inspectorOf(site))).zip);
  const path = saved(rebuilt(resigned(files)));
  const key = Buffer.from(site.store.signingKey.publicKey).toString('base64');
  expect(await verifyBundle(path, key)).toMatchObject({ holds: false });
});

test.each([
  ['cut off', (zip: Uint8Array) => zip.subarray(0, zip.length - 100)],
  ['with something behind it', (zip: Uint8Array) => Buffer.concat([zip, Buffer.from('more')])],
  ['with something before it', (zip: Uint8Array) => Buffer.concat([Buffer.from('more'), zip])],
  ['empty', () => new Uint8Array(0)],
  ['no zip', () => bytes('This is no zip at all, but it is longer than the end of one.')],
])('M17: a file that is %s is no bundle', async (_what, change) => {
  const { zip } = await madeBy(inspectorOf(openSite()));
  await expect(verifyBundle(saved(new Uint8Array(change(zip))))).rejects.toThrow('This is not a whole bundle');
});

test('M17: a file hidden between two others, which the directory does not name, is found', async () => {
  const { zip } = await madeBy(inspectorOf(openSite()));
  const end = Buffer.from(zip);
  // The directory says that it begins one byte later, over a byte that nobody names.
  const directoryAt = end.readUInt32LE(end.length - 6);
  const hidden = Buffer.concat([end.subarray(0, directoryAt), Buffer.from('x'), end.subarray(directoryAt)]);
  hidden.writeUInt32LE(directoryAt + 1, hidden.length - 6);
  await expect(verifyBundle(saved(new Uint8Array(hidden)))).rejects.toThrow('does not name');
});

test('M17: a file that unpacks to more than it says is not unpacked to its end', async () => {
  const { zip } = await madeBy(inspectorOf(openSite()));
  const changed = Buffer.from(zip);
  const directoryAt = changed.readUInt32LE(changed.length - 6);
  changed.writeUInt32LE(10, directoryAt + 24);
  await expect(verifyBundle(saved(new Uint8Array(changed)))).rejects.toThrow('longer than the zip says');
});

test('M17: nothing about the people changes by making a bundle: it only reads', async () => {
  const site = openSite();
  addPerson(site);
  const before = auditKinds(site);
  await madeBy(inspectorOf(site));
  expect(auditKinds(site)).toEqual([...before, 'inspector.bundle-made']);
  expect(site.store.subjects.count()).toBe(1);
});

/** A site whose first years are past their keeping period; returns the newest entry that went. */
async function prunedSite(): Promise<{ site: Site; pruned: number }> {
  const site = openSite();
  site.clock.advance(1200 * dayMs);
  for (let n = 0; n < 600; n += 1) site.audit.append('pin.set', { n });
  const nowMs = site.clock.wallMs();
  const { checkpointSeq } = await pruneAudit(site.store, site.audit, nowMs - dayMs, nowMs);
  return { site, pruned: checkpointSeq };
}

test('M9.4, M17: where the beginning of the audit was pruned, the bundle begins at the signed checkpoint and verifies', async () => {
  const { site, pruned } = await prunedSite();
  const verdict = await verifyBundle(saved((await madeBy(inspectorOf(site))).zip));
  expect([pruned > 0, verdict.problems, verdict.audit.from]).toEqual([true, [], pruned + 1]);
});

test('M17: entries that were pruned cannot be asked for', async () => {
  const { site } = await prunedSite();
  expect(() => inspectorOf(site).open({ ...order, auditFrom: 1 })).toThrow('past their keeping period');
});

interface Signed {
  readonly body: string;
  readonly keyId: string;
  readonly signature: string;
}
const stranger = signingKeyFromSeed(new Uint8Array(32).fill(66));
const strangersOf = (body: string): string => Buffer.from(stranger.sign(body)).toString('base64');

test.each<[string, (signed: Signed, pruned: number) => Signed]>([
  [
    'of another place',
    (signed, pruned) => ({ ...signed, body: signed.body.replace(`"seq":${pruned}`, `"seq":${pruned + 1}`) }),
  ],
  ['of another key, under its own name', ({ body }) => ({ body, keyId: stranger.keyId, signature: strangersOf(body) })],
  ['of another key, under this device’s name', (signed) => ({ ...signed, signature: strangersOf(signed.body) })],
])('M17: a checkpoint %s is not believed', async (_what, changed) => {
  const { site, pruned } = await prunedSite();
  const files = taken((await madeBy(inspectorOf(site))).zip);
  const signed = JSON.parse(textIn(files, 'audit/pruned.json')) as Signed;
  files['audit/pruned.json'] = Buffer.from(JSON.stringify(changed(signed, pruned)));
  const { problems } = await verifyBundle(saved(rebuilt(files)));
  expect(problems).toContain('audit: the checkpoint of what was pruned carries no signature of this device');
});

test('M17: it verifies after the signing key was changed, also where the checkpoint is of the key before', async () => {
  const { site } = await prunedSite();
  const first = site.store.signingKey.keyId;
  await servicesOf(site).rotation.rotate({ key: 'signing', by: 'op-1' });
  const key = Buffer.from(site.store.signingKey.publicKey).toString('base64');
  const verdict = await verifyBundle(saved((await madeBy(inspectorOf(site))).zip), key);
  expect([verdict.problems, verdict.keyId === first]).toEqual([[], false]);
});

test('M9.4: an auditor who reads the audit is told where it begins, and up to where it was pruned', async () => {
  const { site, pruned } = await prunedSite();
  const server = await buildServer(servicesOf(site), { local: false });
  try {
    const { secret } = site.apiKeys.add({ role: 'auditor', label: 'desk', days: 30 });
    const { body } = await server.inject({ url: '/v1/audit', headers: { authorization: `Bearer ${secret}` } });
    const { entries, prunedUntilSeq } = JSON.parse(body) as { entries: { seq: number }[]; prunedUntilSeq: number };
    expect([prunedUntilSeq, entries[0]?.seq]).toEqual([pruned, pruned + 1]);
  } finally {
    await server.close();
  }
});

test('M17: a bundle whose directory promises more of the audit than there is, is refused and ends no process', async () => {
  const files = taken((await madeBy(inspectorOf(openSite()))).zip);
  const name = 'audit/entries-0000000001.ndjson';
  // No file is named any more, so the audit is the first to be read.
  const zip = Buffer.from(rebuilt({ ...files, 'manifest.json': Buffer.from('{"files":[]}') }));
  const at = zip.lastIndexOf(name) - 46;
  zip.writeUInt32LE(zip.readUInt32LE(at + 24) + 5, at + 24);
  await expect(verifyBundle(saved(zip))).rejects.toMatchObject({ code: 'bundle-invalid' });
});

test('M17: a line of the audit longer than any entry is a problem of the bundle, not of the memory', async () => {
  const files = taken((await madeBy(inspectorOf(openSite()))).zip);
  const long = Buffer.alloc(3 * 2 ** 20, 'x');
  const verdict = await verifyBundle(saved(rebuilt({ ...files, 'audit/entries-0000000001.ndjson': long })));
  expect(verdict).toMatchObject({ holds: false });
  expect(verdict.problems.join()).toContain('a line longer than any entry');
});
