/** People, cards and PINs from a table: what is checked, what is told, and that nothing stays of what was cut. */
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { MenshenError } from '#menshen/core/index.js';
import { buildServer } from '#menshen/http/index.js';
import { type ImportOptions, type ImportReport, largestFileBytes, PeopleImport } from '#menshen/import/index.js';
import { openImport } from '#menshen/terminal/index.js';
import { servicesOf } from '../support/screen.js';
import { auditKinds, newestAudit, openSite, type Site } from '../support/site.js';

const header = 'personNumber,displayName,ageBand,expiresAt,pin,cardNumber';
const table = (...rows: readonly string[]): Uint8Array => Buffer.from([header, ...rows, ''].join('\n'));
const ann = 'N-1,Annegret,adult,2027-06-30,271828,04A1B2C3';
const bob = 'N-2,鲍勃,adult,2027/6/30,314159,04A1B2C4;04A1B2C5';

async function imported(site: Site, bytes: Uint8Array, options: Partial<ImportOptions> = {}): Promise<ImportReport> {
  return ended(openImport(site), bytes, options);
}

async function ended(people: PeopleImport, bytes: Uint8Array, options: Partial<ImportOptions> = {}) {
  const { importId } = people.start(Uint8Array.from(bytes), {
    by: 'op-1',
    dryRun: false,
    leaveOutWrongRows: false,
    ...options,
  });
  for (;;) {
    const report = people.report(importId);
    if (!['checking', 'hashing', 'writing'].includes(report.state)) return report;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const nobody = ({ store }: Site) => [store.subjects.count(), store.registers.count('people-import', 'part')];

describe('a table', () => {
  it('is imported: people, their cards and their PINs, each on record', async () => {
    const site = openSite();
    const report = await imported(site, table(ann, bob));
    const found = site.store.subjects.byPersonNumber('N-2');
    expect(report).toMatchObject({ state: 'done', rows: 2, added: 2, pins: 2, pinsHashed: 2, problems: [] });
    expect([
      site.store.subjects.profile(found?.id ?? '').displayName,
      await site.pins.check('N-1', '271828'),
      site.store.credentials.cardHolder('04A1B2C5'),
      newestAudit(site, 'people.imported'),
    ]).toEqual([
      '鲍勃',
      { outcome: 'accepted', subjectId: site.store.subjects.byPersonNumber('N-1')?.id },
      found?.id,
      { importId: report.importId, by: 'op-1', added: 2, leftOut: 0, pins: 2, cards: 3 },
    ]);
    expect(new Date(found?.expiresAtMs ?? 0).toISOString()).toBe('2027-06-30T16:00:00.000Z');
  });

  it.each([
    ['UTF-8', 'utf-8', Buffer.from(`${header}\n${bob}`)],
    ['UTF-8 with a byte order mark', 'utf-8', Buffer.from(`\ufeff${header}\n${bob}`)],
    [
      'GB18030, as a Chinese Excel saves it',
      'gb18030',
      // 工号,姓名,到期日 / N-2,鲍勃,2027年6月30日
      Buffer.from('b9a4bac52cd0d5c3fb2cb5bdc6dac8d50d0a4e2d322cb1abb2aa2c32303237c4ea36d4c23330c8d50d0a', 'hex'),
    ],
    [
      'UTF-16 with tabs',
      'utf-16le',
      Buffer.from(`\ufeff${header.replaceAll(',', '\t')}\r\n${bob.replaceAll(',', '\t')}\r\n`, 'utf16le'),
    ],
    ['semicolons', 'utf-8', Buffer.from(`personNumber;displayName;expiresAt\nN-2;鲍勃;2027-06-30`)],
  ])('is read in %s', async (_what, encoding, bytes) => {
    const site = openSite();
    const report = await imported(site, bytes);
    const id = site.store.subjects.byPersonNumber('N-2')?.id ?? '';
    expect([report.encoding, report.added, site.store.subjects.profile(id).displayName]).toEqual([encoding, 1, '鲍勃']);
  });

  it('takes numbers that a spreadsheet keeps as formulas of text', async () => {
    const site = openSite();
    await imported(site, table('"=""007""",Ann,adult,2027-06-30,,'));
    expect(site.store.subjects.byPersonNumber('007')).toBeDefined();
  });

  it.each([
    ['an unknown column', 'personNumber,shoeSize\n1,44'],
    ['a column twice', 'personNumber,工号\n1,2'],
    ['a quotation mark without its other', `${header}\n"N-1,Ann`],
    ['no text', Buffer.from([0x80, 0xff, 0x00, 0x01])],
    ['nothing in it', ''],
  ])('with %s is not read at all, and what stands in it is not repeated', async (_what, text) => {
    const report = await imported(openSite(), Buffer.from(text));
    expect([report.state, report.added, /shoeSize|Ann/.test(report.why ?? '')]).toEqual(['failed', 0, false]);
  });

  it('that was never declared is no adult: whoever said nothing needs a guardian', async () => {
    const site = openSite();
    await imported(site, Buffer.from('personNumber,expiresAt\nN-1,2027-06-30'));
    expect(site.store.subjects.byPersonNumber('N-1')?.ageBand).toBe('undeclared');
  });
});

describe('a row', () => {
  it.each([
    ['a person number that is taken', 'TAKEN,Ann,adult,2027-06-30,,', 'personNumber', 'this person number is taken'],
    ['a person number with other signs', 'N 1,Ann,adult,2027-06-30,,', 'personNumber', '1 to 32 letters'],
    ['a formula as a name', 'N-1,"=HYPERLINK(""x"")",adult,2027-06-30,,', 'displayName', 'like a formula'],
    ['a formula as a number', '-1+1,Ann,adult,2027-06-30,,', 'personNumber', '1 to 32 letters'],
    ['an age', 'N-1,Ann,34,2027-06-30,,', 'ageBand', 'as the person declared it'],
    ['a day that no calendar has', 'N-1,Ann,adult,2027-02-30,,', 'expiresAt', 'a date such as'],
    ['an end in the past', 'N-1,Ann,adult,2020-01-01,,', 'expiresAt', 'in the past'],
    ['no end', 'N-1,Ann,adult,,,', 'expiresAt', 'must be stated'],
    ['a PIN that anyone would try', 'N-1,Ann,adult,2027-06-30,123456,', 'pin', 'anyone would try'],
    ['a PIN and nothing it goes with', ',Ann,adult,2027-06-30,271828,', 'pin', 'goes with a person number'],
    ['a card that is registered', 'N-1,Ann,adult,2027-06-30,,04 FF:FF:FF', 'cardNumber', 'registered already'],
    ['no card number', 'N-1,Ann,adult,2027-06-30,,hello', 'cardNumber', '4 to 40'],
    ['a card twice', 'N-1,Ann,adult,2027-06-30,,04AA0001;04-AA-00-01', 'cardNumber', 'same twice'],
    ['cells too many', 'N-1,Ann,adult,2027-06-30,,,,', undefined, 'more or fewer cells'],
    ['nobody in it', ',,adult,2027-06-30,,', undefined, 'names nobody'],
  ])('with %s is told by its line, without the value, and nothing is written', async (_what, row, column, why) => {
    const site = openSite();
    const { id } = site.store.subjects.add({ personNumber: 'TAKEN' }, 'adult', { nowMs: 1, expiresAtMs: 2e12 });
    site.store.credentials.addCard(id, '04FFFFFF', 1);
    const report = await imported(site, table(bob, row));
    expect([report.state, report.problemRows, site.store.subjects.count()]).toEqual(['refused', 1, 1]);
    expect(report.problems).toEqual([
      { line: 3, ...(column === undefined ? {} : { column }), why: expect.stringContaining(why) },
    ]);
  });

  it('that repeats another names its line', async () => {
    const { problems } = await imported(openSite(), table(ann, 'N-1,Eve,adult,2027-06-30,,04a1:b2c3'));
    expect(problems).toEqual([
      { line: 3, column: 'personNumber', why: 'the same as in line 2' },
      { line: 3, column: 'cardNumber', why: 'the same as in line 2' },
    ]);
  });

  it('that is wrong is left out where that was asked for', async () => {
    const site = openSite();
    const report = await imported(site, table(ann, 'bad number,,,,,', bob), { leaveOutWrongRows: true });
    expect([report.state, report.added, report.problemRows, newestAudit(site, 'people.imported')?.leftOut]).toEqual([
      'done',
      2,
      1,
      1,
    ]);
  });
});

describe('an import', () => {
  it('of a dry run writes nothing, not even an entry', async () => {
    const site = openSite();
    const before = auditKinds(site);
    const report = await imported(site, table(ann, bob), { dryRun: true });
    expect([report.state, report.good, report.pinsHashed, nobody(site), auditKinds(site)]).toEqual([
      'checked',
      2,
      0,
      [0, 0],
      before,
    ]);
  });

  it('of five thousand lets a panel in between all the time', async () => {
    const site = openSite();
    const rows = Array.from(
      { length: 5000 },
      (_, i) => `N-${i},Person ${i},adult,2027-06-30,${730_000 + i * 7},${(0xa0000000 + i).toString(16)}`,
    );
    let turns = 0;
    const panel = setInterval(() => {
      turns += 1;
    }, 1);
    const report = await imported(site, table(...rows));
    clearInterval(panel);
    expect([report.state, report.added, site.store.subjects.count()]).toEqual(['done', 5000, 5000]);
    expect(turns).toBeGreaterThan(100);
  }, 120_000);

  it('waits while the pool is busy with people at the gate', async () => {
    const site = openSite();
    let busy = 2;
    const hashed = site.pins.hashed.bind(site.pins);
    const pins = Object.assign(site.pins, {
      hashed: (id: string, pin: string) => {
        busy -= 1;
        return busy >= 0 ? Promise.reject(new MenshenError('too-many-requests', 'busy')) : hashed(id, pin);
      },
    });
    const clockwork = setInterval(() => site.timers.advance(100), 1);
    const report = await imported({ ...site, pins }, table(ann));
    clearInterval(clockwork);
    expect([report.state, report.pinsHashed]).toEqual(['done', 1]);
  });

  it('that meets somebody who was added meanwhile is undone whole', async () => {
    const site = openSite();
    const rows = Array.from({ length: 30 }, (_, i) => `N-${i},,adult,2027-06-30,,`);
    const people = openImport(site);
    const { importId } = people.start(table(...rows), { by: 'op-1', dryRun: false, leaveOutWrongRows: false });
    while (people.report(importId).good === 0) await new Promise((resolve) => setImmediate(resolve));
    site.store.subjects.add({ personNumber: 'N-25' }, 'adult', { nowMs: 1, expiresAtMs: 2e12 });
    while (['hashing', 'writing'].includes(people.report(importId).state)) await new Promise((r) => setImmediate(r));
    expect([people.report(importId).state, nobody(site), newestAudit(site, 'people.import-undone')]).toEqual([
      'undone',
      [1, 0],
      { importId, erased: 20 },
    ]);
  });

  it('that is cut while it writes is undone at the next start', async () => {
    const site = openSite();
    const rows = Array.from({ length: 60 }, (_, i) => `N-${i},,adult,2027-06-30,,`);
    const cut = openImport(site);
    const { importId } = cut.start(table(...rows), { by: 'op-1', dryRun: false, leaveOutWrongRows: false });
    while (cut.report(importId).added === 0) await new Promise((resolve) => setImmediate(resolve));
    await cut.close();
    const left = nobody(site)[0];
    await openImport(site).recover();
    expect([left !== 0, nobody(site), site.store.registers.get('people-import', importId)?.state]).toEqual([
      true,
      [0, 0],
      'undone',
    ]);
  });

  it('can be cancelled, and runs alone', async () => {
    const site = openSite();
    const people = openImport(site);
    const { importId } = people.start(table(ann, bob), { by: 'op-1', dryRun: false, leaveOutWrongRows: false });
    expect(() => people.start(table(ann), { by: 'x', dryRun: true, leaveOutWrongRows: false })).toThrow(/running/);
    expect([(await people.cancel(importId)).state, nobody(site)]).toEqual(['undone', [0, 0]]);
  });

  it('is undone when the use of the device ends while it writes', async () => {
    const site = openSite();
    const rows = Array.from({ length: 60 }, (_, i) => `N-${i},,adult,2027-06-30,,`);
    const device = { ended: false };
    const parts = { ...site, minPinDigits: 6, decommissioned: () => device.ended };
    const people: PeopleImport = new PeopleImport({
      ...parts,
      undo: async (ids) =>
        void (await site.eraser.erase(ids.map((subjectId) => ({ subjectId, scope: 'person', trigger: 'order' })))),
    });
    const { importId } = people.start(table(...rows), { by: 'op-1', dryRun: false, leaveOutWrongRows: false });
    while (people.report(importId).added === 0) await new Promise((resolve) => setImmediate(resolve));
    device.ended = true;
    while (people.report(importId).state === 'writing') await new Promise((resolve) => setImmediate(resolve));
    expect([people.report(importId), nobody(site)]).toEqual([
      expect.objectContaining({ state: 'undone', added: 0, why: expect.stringContaining('M15.4') }),
      [0, 0],
    ]);
  });

  it.each([
    ['is undone, and says the rows,', false, 'undone', 0, [0, 0]],
    ['leaves those rows out, and says them,', true, 'done', 1, [1, 0]],
  ] as const)('%s when the key of their PINs was changed meanwhile', async (_what, leaveOut, state, added, left) => {
    const site = openSite();
    const hashed = site.pins.hashed.bind(site.pins);
    // Nobody has a PIN yet, so that the former pepper ends at once.
    const pins = Object.assign(site.pins, {
      hashed: async (id: string, pin: string) => {
        const record = await hashed(id, pin);
        site.store.keys.change(() => {
          site.store.keys.renew('pin-pepper', 1);
          site.store.keys.dropFormer('pin-pepper');
        });
        return record;
      },
    });
    const withoutPin = 'N-3,Cyd,adult,2027-06-30,,';
    const report = await imported({ ...site, pins }, table(ann, withoutPin), { leaveOutWrongRows: leaveOut });
    expect([report.state, report.added, nobody(site)]).toEqual([state, added, left]);
    expect(report.problems).toEqual([
      { line: 2, column: 'pin', why: expect.stringContaining('import this row again') },
    ]);
  });

  it('adds nobody where the use of the device has ended', () => {
    const parts = { ...openSite(), minPinDigits: 6, undo: async () => undefined, decommissioned: () => true };
    const start = () => new PeopleImport(parts).start(table(ann), { by: 'x', dryRun: true, leaveOutWrongRows: false });
    expect(start).toThrow(/M15.4/);
  });

  it('says no word of the table in any record or log', async () => {
    const site = openSite();
    await imported(site, table(ann, bob, 'bad number,Secret Name,adult,2027-06-30,999999,'), {
      leaveOutWrongRows: true,
    });
    const told = [...site.store.auditLog.page(0, 1000).map(({ body }) => body), ...site.logged].join('\n');
    expect(['Annegret', '鲍勃', '271828', '04A1B2C3', 'Secret', 'N-1'].filter((word) => told.includes(word))).toEqual(
      [],
    );
  });
});

describe('over HTTP', () => {
  const servers: FastifyInstance[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  const serverOf = async (site: Site, local = true) => {
    const server = await buildServer(servicesOf(site), { local });
    servers.push(server);
    return server;
  };
  const post = (server: FastifyInstance, payload: Uint8Array | string, type = 'text/csv', key?: string) =>
    server.inject({
      method: 'POST',
      url: '/v1/subjects/import?dryRun=true&expiresAt=2027-01-01T00:00:00Z',
      headers: { 'content-type': type, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      payload: Buffer.from(payload),
    });

  it('is begun, and asked for', async () => {
    const server = await serverOf(openSite());
    const begun = await post(server, 'personNumber\nN-1');
    const path = `/v1/subjects/import/${begun.json().importId}`;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const { state, good } = (await server.inject({ url: path })).json();
      if (state === 'checking') continue;
      expect([begun.statusCode, state, good]).toEqual([202, 'checked', 1]);
      return;
    }
  });

  it.each([
    ['another media type', 'a,b', 'application/json', 415],
    ['an empty body', '', 'text/csv', 400],
    ['a body that is too large', Buffer.alloc(largestFileBytes + 1, 'a'), 'text/csv', 413],
  ])('refuses %s', async (_what, body, type, status) => {
    expect((await post(await serverOf(openSite()), body, type)).statusCode).toBe(status);
  });

  it.each(['panel', 'auditor', 'kiosk'] as const)('is closed to the role %s', async (role) => {
    const site = openSite();
    const { secret } = site.apiKeys.add({ role, label: role, days: 1 });
    expect((await post(await serverOf(site, false), 'personNumber\nN-1', 'text/csv', secret)).statusCode).toBe(403);
  });

  it('leaves other calls without text/csv', async () => {
    const server = await serverOf(openSite());
    const answer = await server.inject({
      method: 'POST',
      url: '/v1/subjects',
      headers: { 'content-type': 'text/csv' },
      payload: 'a',
    });
    expect(answer.statusCode).toBe(415);
  });
});

describe('a column of groups', () => {
  const access = {
    groups: [
      { id: 'staff', doors: ['main', 'blind'] },
      { id: 'night', doors: ['side'] },
    ],
  };
  const grouped = (groups: string) => Buffer.from(`personNumber,expiresAt,groups\nN-1,2027-06-30,${groups}\n`);

  it('puts people into the groups of the door rules, on record', async () => {
    const site = openSite({ changes: { access } });
    const report = await imported(site, grouped('staff;night'));
    const id = site.store.subjects.byPersonNumber('N-1')?.id ?? '';
    expect([report.state, site.store.subjects.profile(id).groups]).toEqual(['done', ['staff', 'night']]);
    expect(newestAudit(site, 'subject.groups-changed')).toEqual({ subjectId: id, groups: 'staff night', by: 'op-1' });
  });

  it.each([
    ['a group that there is not', { access }, 'there is no such group at this site'],
    ['groups where the site has no door rules', {}, 'this terminal keeps no groups'],
  ])('is refused for %s, with the line', async (_what, changes, why) => {
    const site = openSite({ changes });
    const report = await imported(site, grouped('cleaners'));
    expect([report.problems, site.store.subjects.count()]).toEqual([[{ line: 2, column: 'groups', why }], 0]);
  });
});
