/** What only a person can know: declared by name, signed, on record, never shown as verified. */
import { afterEach, describe, expect, test } from 'vitest';
import { DeclarationRegister } from '#menshen/compliance/index.js';
import { closeReports, evidenceOf, reportedSite, reportsOf, statusesOf } from '../support/compliance.js';
import { FakeClock } from '../support/fake-clock.js';
import { auditKinds, type ConfigChanges, openSite, siteConfig } from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

afterEach(closeReports);

const by = { declaredBy: 'Cleo Example', on: '2026-01-01' };
const statement = 'words of a declaration';

/** Clause, where it stands, a declaration that holds, and one that does not any more. */
const conditional: readonly (readonly [id: string, key: string, holds: object, ended: object | undefined])[] = [
  ['M10.3', 'stateRuleOverride', { citation: 'Rule 7', endsOn: '2026-12-31' }, { citation: 'R', endsOn: '2026-03-01' }],
  [
    'M14.6',
    'classifiedProtection',
    { applies: true, level: 3, certificate: 'C-1', expiresOn: '2027-01-01' },
    { applies: true, level: 3, certificate: 'C-1', expiresOn: '2026-03-01' },
  ],
  [
    'D17b',
    'publicService',
    { provided: true, certificate: 'C-2', expiresOn: '2027-01-01' },
    { provided: true, certificate: 'C-2', expiresOn: '2026-03-01' },
  ],
  ['D20', 'listedEquipment', { listed: false, statement }, undefined],
  ['D12', 'majorInterests', { involved: false, statement }, undefined],
  ['D16', 'secrecyLawData', { involved: false, statement }, undefined],
];

describe('a declaration', () => {
  test.each(conditional)('%s: is shown as attested, with who declared it and when', async (id, key, holds) => {
    const { row } = await reportedSite({ changes: { [`site.${key}`]: { ...holds, ...by } } });
    const [part] = (await row(id)).parts;
    expect(part).toMatchObject({ mode: 'attested', status: 'attested', attestedBy: by.declaredBy, on: by.on });
    expect(part?.evidence[0]?.auditSeq).toBeGreaterThan(0);
  });

  test.each(conditional.filter(([id]) => id !== 'M10.3'))('%s: is not met while nobody declared it', async (id) => {
    const { row } = await reportedSite();
    expect((await row(id)).status).toBe('not-met');
  });

  test('M10.3: is not needed where no state rule is relied on, and PIN and card stay where one is', async () => {
    const without = await reportedSite();
    const override = { citation: 'Rule 7', endsOn: '2026-12-31', ...by };
    const relied = await reportedSite({ changes: { 'site.stateRuleOverride': override } });
    expect((await without.row('M10.3')).status).toBe('not-applicable');
    expect((await relied.row('M10.1')).status).toBe('met');
    expect(() =>
      siteConfig({
        'site.stateRuleOverride': override,
        'credentials.pin.enabled': false,
        'credentials.card.enabled': false,
      }),
    ).toThrow('M10.1');
  });

  test.each(conditional.filter(([, , , ended]) => ended !== undefined))(
    '%s: that has ended is not met',
    async (id, key, _holds, ended) => {
      const { row } = await reportedSite({ changes: { [`site.${key}`]: { ...ended, ...by } } });
      const [part] = (await row(id)).parts;
      expect([part?.status, evidenceOf(part)]).toEqual(['not-met', expect.stringContaining('ended on 2026-03-01')]);
    },
  );

  test('M13.1: is a must where the place is open to the public', async () => {
    const changes = {
      'site.access': 'public',
      'site.publicSafetyNecessity': { by: 'Ann', on: '2026-01-01', statement },
    };
    const open = await reportedSite({ changes });
    const closed = await reportedSite();
    expect(() => siteConfig({ 'site.access': 'public' })).toThrow('M13.1');
    expect([(await open.row('M13.1')).status, (await closed.row('M13.1')).status]).toEqual([
      'attested',
      'not-applicable',
    ]);
  });

  test.each([
    ['classifiedProtection', { applies: true, level: 3, ...by }, 'site.classifiedProtection.certificate'],
    ['classifiedProtection', { applies: false, ...by }, 'site.classifiedProtection.statement'],
    ['publicService', { provided: true, certificate: 'C', ...by }, 'site.publicService.expiresOn'],
    ['listedEquipment', { listed: true, ...by }, 'site.listedEquipment.certificate'],
    ['majorInterests', { involved: true, ...by }, 'statement'],
    ['majorInterests', { involved: true, statement }, 'declaredBy'],
  ])('of %s that leaves something out is refused, and the refusal says what', (key, declaration, missing) => {
    expect(() => siteConfig({ [`site.${key}`]: declaration })).toThrow(missing);
  });
});

/** The same store under another configuration, as after a restart. */
function restarted(folder: string, changes: ConfigChanges, clock: FakeClock) {
  const site = openSite({ store: openTestStore(folder), changes: { 'store.folder': folder, ...changes }, clock });
  return { site, recorded: () => new DeclarationRegister(site).record() };
}

describe('M3: the record of a declaration', () => {
  test('is made at start when it is new or changed, once, and ended when it is withdrawn', () => {
    const folder = tempFolder();
    const clock = new FakeClock();
    createTestStore(folder).close();
    const interests = { 'site.majorInterests': { involved: false, statement, ...by } };
    const starts = [
      interests,
      interests,
      { 'site.majorInterests': { involved: false, statement, ...by, on: '2026-02-01' } },
      {},
    ];
    const kinds: string[] = [];
    const recorded = starts.map((changes) => {
      const { site, recorded: record } = restarted(folder, changes, clock);
      const keys = record();
      kinds.splice(0, kinds.length, ...auditKinds(site).filter((kind) => kind.startsWith('declaration.')));
      site.store.close();
      return keys;
    });
    expect(recorded).toEqual([['lawfulUse', 'signPosted', 'majorInterests'], [], ['majorInterests'], []]);
    expect(kinds).toEqual([...Array(4).fill('declaration.recorded'), 'declaration.ended']);
  });

  test('names nobody in clear: who declared it is sealed in the store', () => {
    const folder = tempFolder();
    const store = createTestStore(folder);
    const site = openSite({ store, changes: { 'site.majorInterests': { involved: false, statement, ...by } } });
    new DeclarationRegister(site).record();
    store.close();
    const rows = rawDatabase(folder, (db) =>
      db.prepare(`SELECT body FROM register_entry WHERE register = 'declaration'`).all(),
    );
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toContain(by.declaredBy);
  });

  test('that somebody altered does not hold any more', async () => {
    const folder = tempFolder();
    const clock = new FakeClock();
    const store = createTestStore(folder);
    new DeclarationRegister(openSite({ store, clock, changes: { 'store.folder': folder } })).record();
    store.close();
    rawDatabase(folder, (db) =>
      db.prepare(`UPDATE register_entry SET body = replace(body, '"signature":"', '"signature":"AAAA')`).run(),
    );
    const { site } = restarted(folder, {}, clock);
    const [part] = (await (await reportsOf(site)).row('M3')).parts;
    expect([part?.status, evidenceOf(part)]).toEqual(['not-met', expect.stringContaining('signature does not hold')]);
  });

  test('whose words were changed under an old date is not met until the date is new', async () => {
    const folder = tempFolder();
    const clock = new FakeClock();
    const store = createTestStore(folder);
    new DeclarationRegister(openSite({ store, clock, changes: { 'store.folder': folder } })).record();
    store.close();
    const slipped = restarted(folder, { 'site.lawfulUse.statement': 'quite another thing' }, clock);
    const before = statusesOf(await (await reportsOf(slipped.site)).row('M3'));
    slipped.site.store.close();
    const renewed = restarted(
      folder,
      { 'site.lawfulUse.statement': 'quite another thing', 'site.lawfulUse.on': '2026-03-01' },
      clock,
    );
    const after = statusesOf(await (await reportsOf(renewed.site)).row('M3'));
    expect([before, after]).toEqual([['not-met'], ['attested']]);
  });

  test('M13.4: covers the place: another kind of place is another declaration', async () => {
    const folder = tempFolder();
    const clock = new FakeClock();
    const store = createTestStore(folder);
    new DeclarationRegister(openSite({ store, clock, changes: { 'store.folder': folder } })).record();
    store.close();
    const moved = restarted(folder, { 'site.type': 'school' }, clock);
    expect(statusesOf(await (await reportsOf(moved.site)).row('M13.4'))).toEqual(['met', 'not-met']);
  });
});
