import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { type PackageFile, type PreparedPackage, unzipped, zipped } from '#menshen/filing/index.js';
import { clockAt, type FilingOptions, openFiling } from '../support/filing.js';
import { fullDetails } from '../support/filing-details.js';
import { addEnrolled, auditKinds, dayMs, openSite } from '../support/site.js';
import { createTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

const textOf = ({ files }: Pick<PreparedPackage, 'files'>, name: string): string =>
  Buffer.from(files.find((file) => file.name === name)?.bytes ?? []).toString('utf8');
const manifestOf = (made: Pick<PreparedPackage, 'files'>) => JSON.parse(textOf(made, 'manifest.json'));
const sha256 = ({ bytes }: PackageFile) => createHash('sha256').update(bytes).digest('hex');

/** Reached on 2026-03-02, and filed on 2026-03-10. */
function filedSite(options: FilingOptions = {}) {
  const site = openFiling({ clock: clockAt('2026-03-02'), ...options });
  site.declare(100_000);
  site.clock.advance(10 * dayMs);
  site.filing.prepare('new', fullDetails, 'op-1');
  site.filing.submitted({ reference: 'F-1', on: '2026-03-10' }, 'op-1');
  return site;
}

test('M15.2: the package holds both forms, the assessment, the checklist, and a manifest with every file’s hash', () => {
  const { declare, filing } = openFiling({ clock: clockAt('2025-06-01') });
  declare(123_456);
  const made = filing.prepare('new', fullDetails, 'op-1');
  const manifest = manifestOf(made);
  expect(manifest).toMatchObject({
    type: 'new',
    thresholdDate: '2025-06-01',
    dueDate: '2025-07-14',
    countBasis: { here: 0, elsewhere: 123_456, total: 123_456, declaredBy: 'Ann', declaredOn: '2025-06-01' },
    changedFields: [],
    submittedAt: null,
    reference: null,
  });
  const documents = made.files.filter(({ name }) => !name.startsWith('manifest'));
  expect(documents.map(({ name }) => name)).toEqual([
    '01-processor-form.html',
    '02-application-form.html',
    '03-assessment.html',
    '03-assessment.json',
    '04-checklist.html',
  ]);
  expect(manifest.files).toEqual(
    documents.map((file) => ({ name: file.name, bytes: file.bytes.length, sha256: sha256(file) })),
  );
});

test('M15.2: the manifest is signed by this device', () => {
  const { filing } = openFiling();
  const made = filing.prepare('new', fullDetails, 'op-1');
  const { publicKey, signature } = JSON.parse(textOf(made, 'manifest-signature.json'));
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  const signed = Buffer.from(textOf(made, 'manifest.json'));
  expect(verify(null, signed, key, Buffer.from(signature, 'base64'))).toBe(true);
});

test('M15.2: the forms speak Chinese with an English gloss, and say what runs', () => {
  const { declare, filing } = openFiling({ clock: clockAt('2025-06-01') });
  declare(100_000);
  const made = filing.prepare('new', fullDetails, 'op-1');
  const [processor, application] = [textOf(made, '01-processor-form.html'), textOf(made, '02-application-form.html')];
  for (const words of ['lang="zh-CN"', '统一社会信用代码', 'Unified social credit code', '91350100M000100Y43', '张三'])
    expect(processor).toContain(words);
  for (const words of ['2025-07-14', 'Opening the test gate', '30', 'Test gate', 'not SM2, SM3 or SM4'])
    expect(application).toContain(words);
});

test('M15.2: an incomplete package is not exported, and everything that is missing is named at once', () => {
  const { filing, store } = openFiling({ assessment: { why: 'no impact assessment was recorded' } });
  const { agentPhone: _left, materialsReady, ...rest } = fullDetails;
  const details = { ...rest, materialsReady: { ...materialsReady, stampedUndertaking: false } };
  expect(() => filing.prepare('new', details, 'op-1')).toThrow(
    expect.objectContaining({
      code: 'filing-incomplete',
      detail: expect.stringMatching(/impact assessment.*Phone of the agent.*Stamped undertaking/),
    }),
  );
  expect(store.registers.count('filing', 'package')).toBe(0);
  expect(auditKinds({ store })).not.toContain('filing.prepared');
});

test('M15.2: with nothing said, each of seven lines and five papers is named', () => {
  const { filing } = openFiling();
  const missing = (): string => {
    try {
      filing.prepare('new', {}, 'op-1');
      return '';
    } catch (thrown) {
      return String(thrown);
    }
  };
  expect(missing().split('; ')).toHaveLength(12);
});

test('M15.2: a mistyped credit code is refused by its check character', () => {
  const { filing } = openFiling();
  const typed = { ...fullDetails, unifiedCreditCode: '91350100M000100Y44' };
  expect(() => filing.prepare('new', typed, 'op-1')).toThrow('check character');
});

test('M15.2: what people wrote is text on the page, never markup', () => {
  const { filing } = openFiling({ changes: { 'site.name': '<script>alert(1)</script>' } });
  const made = filing.prepare('new', { ...fullDetails, agentName: '"><img src=x>' }, 'op-1');
  const pages = made.files.filter(({ name }) => name.endsWith('.html')).map(({ name }) => textOf(made, name));
  expect(pages.join('')).not.toMatch(/<script|<img|<b>/);
  expect(pages.join('')).toContain('&lt;script&gt;');
});

test('M15.2: names and phones go into the package and stay nowhere on the device', () => {
  const folder = tempFolder();
  const { filing, store } = openFiling({ store: createTestStore(folder) });
  filing.prepare('new', fullDetails, 'op-1');
  store.close();
  const bytes = rawDatabase(folder, (db) => db.serialize());
  for (const words of ['张三', '李四', '555-0100', 'agent@example', '91350100M000100Y43'])
    expect(bytes.includes(words)).toBe(false);
  expect(bytes.includes('filing.prepared')).toBe(true);
});

test('M15.2: the same package gives the same zip, and its files come out as they went in', () => {
  const { filing } = openFiling();
  const made = filing.prepare('new', fullDetails, 'op-1');
  const zip = zipped(made.files);
  expect(Buffer.from(zip).equals(Buffer.from(zipped(made.files)))).toBe(true);
  expect(unzipped(zip).map(({ name }) => name)).toEqual(made.files.map(({ name }) => name));
});

test('M15.2: a package whose names would lead out of its folder is not unpacked', () => {
  expect(() => unzipped(zipped([{ name: '../escape', bytes: new Uint8Array(1) }]))).toThrow('escape');
});

test('M15.5: nothing is submitted by itself: a reference that people record meets the duty and says if it was late', () => {
  const { filing, store } = filedSite();
  expect(filing.status()).toMatchObject({
    filed: { reference: 'F-1', on: '2026-03-10' },
    duties: [{ type: 'new', state: 'met', reference: 'F-1', late: false }],
    where: { submittedBy: expect.stringContaining('never this product') },
  });
  expect(auditKinds({ store }).filter((kind) => kind === 'filing.submitted')).toHaveLength(1);
});

test.each([
  ['a day that lies ahead', { reference: 'F-1', on: '2026-03-03' }],
  ['a day that is none', { reference: 'F-1', on: '2026-02-30' }],
  ['a day before the Measures', { reference: 'F-1', on: '2025-05-31' }],
  ['no reference', { reference: '  ', on: '2026-03-02' }],
])('M15.5: %s is refused', (_what, given) => {
  const { filing, declare } = openFiling({ clock: clockAt('2026-03-02') });
  declare(100_000);
  expect(() => filing.submitted(given, 'op-1')).toThrow(/on:|reference:/);
  expect(filing.status().duties[0]).toMatchObject({ state: 'open' });
});

test('M15.5: what was filed late is called late', () => {
  const { filing, declare, clock } = openFiling({ clock: clockAt('2025-06-01') });
  declare(100_000);
  clock.advance(60 * dayMs);
  filing.submitted({ reference: 'F-1', on: '2025-07-15' }, 'op-1');
  expect(filing.status().duties[0]).toMatchObject({ state: 'met', late: true });
});

test('M15.1: filed is filed: the number alone opens no second duty', () => {
  const { filing, declare } = filedSite();
  declare(300_000);
  expect(filing.status().duties).toHaveLength(1);
});

test('M15.3: a filed field that differs at the next start opens a change that is due in 30 working days', () => {
  const { store, clock } = filedSite();
  clock.advance(dayMs);
  const { filing } = openFiling({ store, clock, changes: { 'site.retention.maxDays': 60 } });
  filing.look();
  expect(filing.status()).toMatchObject({
    changedFields: ['retentionDays'],
    // 2026-03-13 and 30 working days, with Qingming (three days, one of them a Monday) in between.
    duties: [{ type: 'change', since: '2026-03-13', dueOn: '2026-04-27' }, { type: 'new' }],
  });
});

test('M15.3: what is not in the filing (a log level, a listener) starts no timer', () => {
  const { store, clock } = filedSite();
  const { filing } = openFiling({ store, clock, changes: { 'log.level': 'debug', 'http.port': 9000 } });
  filing.look();
  expect(filing.status().changedFields).toEqual([]);
});

test('M15.3: a second change joins the first, whose day stays; changed back, the duty lapses', () => {
  const { store, clock } = filedSite();
  const later = (changes: FilingOptions['changes']) => {
    clock.advance(dayMs);
    const { filing } = openFiling({ store, clock, ...(changes === undefined ? {} : { changes }) });
    filing.look();
    return filing.status();
  };
  later({ 'site.name': 'New name' });
  expect(later({ 'site.name': 'New name', 'face.method': '1:N' }).duties[0]).toMatchObject({
    since: '2026-03-13',
    changedFields: ['method', 'siteName'],
  });
  expect(later(undefined).duties.filter(({ type }) => type === 'change')).toMatchObject([{ state: 'lapsed' }]);
});

test('M15.3: the change package says what was filed and what runs now, and once submitted nothing differs', () => {
  const { store, clock } = filedSite();
  const { filing } = openFiling({ store, clock, changes: { 'site.name': 'New name' } });
  const made = filing.prepare('change', fullDetails, 'op-1');
  expect(manifestOf(made)).toMatchObject({ changedFields: ['siteName'], formerReference: 'F-1' });
  expect(textOf(made, '05-changes.html')).toMatch(/Filed: Test gate\s+Now: New name/);
  filing.submitted({ reference: 'F-2', on: '2026-03-12', type: 'change' }, 'op-1');
  expect(filing.status()).toMatchObject({ changedFields: [], filed: { reference: 'F-2' } });
});

test('M15.3: a change package without a filing or without a change is not exported', () => {
  expect(() => openFiling().filing.prepare('change', fullDetails, 'op-1')).toThrow('none was recorded');
  expect(() => filedSite().filing.prepare('change', fullDetails, 'op-1')).toThrow('nothing differs');
});

test('M15.4: after decommissioning the filing is to be cancelled within 30 working days (unconfirmed wording)', () => {
  const { store, clock } = filedSite();
  const decommissionedAtMs = () => Date.parse('2026-03-12T01:00:00Z');
  const { filing } = openFiling({ store, clock, decommissionedAtMs });
  filing.look();
  filing.look();
  expect(filing.status().duties.filter(({ type }) => type === 'cancel')).toMatchObject([{ since: '2026-03-12' }]);
  expect(filing.status().notes.join()).toContain('M15.4: cancellation within 30 working days (unconfirmed wording)');
  const made = filing.prepare('cancel', fullDetails, 'op-1');
  expect(manifestOf(made).unconfirmedWording).toEqual(['M15.4: cancellation within 30 working days']);
  expect(textOf(made, '05-cancellation.html')).toMatch(/2026-03-12[\s\S]*未经核实/);
  filing.submitted({ reference: 'C-1', on: '2026-03-12', type: 'cancel' }, 'op-1');
  expect(filing.status()).toMatchObject({ filed: null });
});

test('M15.4: who never filed and never reached the number has nothing to cancel', () => {
  const { filing } = openFiling({ decommissionedAtMs: () => Date.parse('2026-03-01T01:00:00Z') });
  filing.look();
  expect(filing.status().duties).toEqual([]);
});

test('M15.4: a cancellation is not exported while faces are still stored here', () => {
  const site = openSite();
  const filed = filedSite({ store: site.store });
  addEnrolled(site, { vector: Array.from({ length: 8 }, () => 1) } as never);
  const decommissionedAtMs = () => Date.parse('2026-03-12T01:00:00Z');
  const { filing } = openFiling({ store: site.store, clock: filed.clock, decommissionedAtMs });
  expect(() => filing.prepare('cancel', fullDetails, 'op-1')).toThrow('faces are still stored here');
});

test('D7: in a public place the draft’s duty is shown as not in the final text, and opens no duty', () => {
  const necessity = { by: 'Ann', on: '2026-01-01', statement: 'crowd control' };
  const changes = { 'site.access': 'public', 'site.publicSafetyNecessity': necessity };
  const { filing } = openFiling({ changes });
  filing.look();
  expect(filing.status().duties).toEqual([]);
  expect(filing.status().notes.join()).toContain('not in the final text');
});

test('M9.4: deleting records that are younger than three years is refused, recorded and shown', () => {
  const { keeping, store, declare, clock } = openFiling();
  declare(5);
  expect(() => keeping.prune(clock.wallMs() - 2 * 365 * dayMs, 'op-1')).toThrow(
    expect.objectContaining({ code: 'keep-period' }),
  );
  expect(() => keeping.prune(Number.NaN, 'op-1')).toThrow('M9.4');
  expect(auditKinds({ store }).filter((kind) => kind === 'keep-period.refused')).toHaveLength(2);
  expect(keeping.refusals()).toMatchObject({ count: 2 });
  expect(store.registers.count('count')).toBe(2);
});

test('M9.4: older ones go, by the time that is vouched for; a clock in doubt deletes nothing', () => {
  const { keeping, store, declare, clock, doubt } = openFiling();
  declare(5);
  clock.advance(4 * 365 * dayMs);
  const cut = clock.wallMs() - 3.5 * 365 * dayMs;
  doubt.lowerBoundMs = clock.wallMs();
  expect(() => keeping.prune(cut, 'op-1')).toThrow(expect.objectContaining({ code: 'clock-suspect' }));
  doubt.lowerBoundMs = undefined;
  expect(keeping.prune(cut, 'op-1')).toEqual({ removed: 1 });
  // What was declared stays.
  expect(store.registers.count('count')).toBe(1);
});

test('M9.3: the report says of each kind of record how many there are, since when, and that deleting is refused', () => {
  const site = openSite();
  addEnrolled(site, { vector: Array.from({ length: 8 }, () => 1) } as never);
  const { keeping, declare } = openFiling({ store: site.store, clock: site.clock });
  declare(5);
  const rows = new Map(keeping.rows().map((row) => [row.record, row]));
  expect(rows.get('audit')).toMatchObject({ oldest: '2026-03-02', earlyDeletion: 'not offered' });
  expect(rows.get('audit')?.entries).toBe(site.store.auditLog.newest()?.seq);
  expect(rows.get('consent')).toMatchObject({ entries: 1, kept: 'at least 3 years' });
  expect(rows.get('assessment')).toMatchObject({ entries: 1 });
  expect(rows.get('count')).toMatchObject({ entries: 2, earlyDeletion: 'refused' });
});
