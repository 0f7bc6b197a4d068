/** P57: an open incident outlives that somebody takes away, alters or puts back the sealed row that says it is open. */
import { describe, expect, it, test } from 'vitest';
import { pruneAudit } from '#menshen/audit/index.js';
import { dayMs, newestAudit, openSite, type Site } from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

const leak = { kind: 'leak', severity: 'major', dataKinds: ['name'], description: 'a list lay open' } as const;
const off = { on: false, reason: 'incident' };
const people = [
  { by: 'a', holder: 'Ann' },
  { by: 'b', holder: 'Ben' },
] as const;
const lifting = { actId: 'act-1', people, peopleTold: 'yes' } as const;

const rowOf = (folder: string) =>
  rawDatabase(
    folder,
    (db) => db.prepare(`SELECT value FROM meta WHERE name = 'audit_head'`).pluck().get() as Uint8Array,
  );
const putRow = (folder: string, row: Uint8Array) =>
  rawDatabase(folder, (db) => db.prepare(`UPDATE meta SET value = ? WHERE name = 'audit_head'`).run(row));
const sql = (folder: string, text: string) => rawDatabase(folder, (db) => db.exec(text));

const takeAway = (folder: string) => void sql(folder, `DELETE FROM meta WHERE name = 'audit_head'`);
/** What is done to the sealed row, which there was another one of before the report. */
const attacks: [string, string, (folder: string, before: Uint8Array) => void][] = [
  ['taken away', 'state-missing', takeAway],
  [
    'altered',
    'state-altered',
    (folder) => {
      const row = Buffer.from(rowOf(folder));
      row[40] = (row[40] ?? 0) ^ 1;
      putRow(folder, row);
    },
  ],
  ['put back from before', 'state-behind', (folder, before) => void putRow(folder, before)],
];
const rows: [string, string][] = [
  ['stands', 'SELECT 1'],
  ['says lifted', `UPDATE register_entry SET state = 'lifted' WHERE register = 'incident'`],
  ['is gone', `DELETE FROM register_entry WHERE register = 'incident'`],
];

/** A site that ran, was left for something to happen, and was stopped; and its sealed row from before that. */
function stoppedAfter(happens: (site: Site) => void): { folder: string; before: Uint8Array } {
  const folder = tempFolder();
  const site = openSite({ store: createTestStore(folder) });
  site.incidents.sealOpen();
  site.store.close();
  const before = rowOf(folder);
  const again = openSite({ store: openTestStore(folder), clock: site.clock, assessed: false });
  happens(again);
  again.store.close();
  return { folder, before };
}

/** As the daemon starts. */
function started(folder: string): Site {
  const site = openSite({ store: openTestStore(folder), assessed: false });
  site.rollback.check();
  site.incidents.sealOpen();
  return site;
}

const cases = attacks.flatMap(([how, found, attack]) =>
  rows.map(([row, change]) => ({ how, found, attack, row, change })),
);

describe('an open incident', () => {
  test.each(cases)(
    'P57: whose row $row keeps the face off where the sealed row was $how, also after somebody confirmed it',
    ({ found, attack, change }) => {
      let id = '';
      const { folder, before } = stoppedAfter((site) => {
        id = site.incidents.report(leak, 'op').id;
      });
      sql(folder, change);
      attack(folder, before);
      const site = started(folder);
      const finding = site.rollback.standing();
      site.rollback.confirm('local');
      const state = [site.incidents.frozenBy(), site.policy.site()];
      site.store.close();
      const again = started(folder);
      expect([finding?.how, again.rollback.standing()]).toEqual([found, undefined]);
      expect(finding?.detail).toContain(id);
      expect(state).toEqual([id, expect.objectContaining(off)]);
      expect([again.incidents.frozenBy(), again.policy.site()]).toEqual(state);
    },
  );

  test.each(attacks)('P57: is lifted by two people after the sealed row was %s, for good', (_how, _found, attack) => {
    let id = '';
    const { folder, before } = stoppedAfter((site) => {
      id = site.incidents.report(leak, 'op').id;
    });
    attack(folder, before);
    const site = started(folder);
    site.rollback.confirm('local');
    site.incidents.lift(id, lifting);
    site.store.close();
    attack(folder, before);
    expect(started(folder).incidents.frozenBy()).toBeUndefined();
  });

  it('that two people lifted does not come back with a sealed row from when it was open', () => {
    let during = new Uint8Array();
    const { folder } = stoppedAfter((site) => void site.incidents.report(leak, 'op'));
    during = new Uint8Array(rowOf(folder));
    const site = started(folder);
    site.incidents.lift(site.incidents.frozenBy() ?? '', lifting);
    site.store.close();
    putRow(folder, during);
    const again = started(folder);
    expect([again.rollback.standing()?.how, again.incidents.frozenBy()]).toEqual(['state-behind', undefined]);
  });

  it('of which nothing is left is told of, with what to do', () => {
    const { folder, before } = stoppedAfter((site) => void site.incidents.report(leak, 'op'));
    sql(folder, `DELETE FROM register_entry WHERE register = 'incident'`);
    putRow(folder, before);
    expect(started(folder).rollback.standing()?.detail).toMatch(/What was written .* is gone.* restored from a backup/);
  });
});

/** What somebody does to the audit, who has no key. */
const holes: [string, string][] = [
  ['report was taken out of the audit', `DELETE FROM audit WHERE kind = 'incident.reported'`],
  ['report became another entry', `UPDATE audit SET kind = 'incident.supplemented' WHERE kind = 'incident.reported'`],
  [
    'report names another',
    `UPDATE audit SET body = replace(body, '"incidentId":"', '"incidentId":"0') WHERE kind = 'incident.reported'`,
  ],
  [
    'lifting was made up in the audit',
    `INSERT INTO audit SELECT seq + 100, at, 'incident.lifted', event_serial + 100, body, hash, hash, key_id, signature
     FROM audit WHERE kind = 'incident.reported'`,
  ],
];

describe('an audit with holes', () => {
  test.each(holes)('P57: keeps the face off where the %s and the sealed row is gone', (_what, change) => {
    const { folder } = stoppedAfter((site) => {
      site.incidents.report(leak, 'op');
      site.audit.append('service.stopped', {});
    });
    sql(folder, `DELETE FROM register_entry WHERE register = 'incident'`);
    sql(folder, change);
    takeAway(folder);
    const site = started(folder);
    const finding = site.rollback.standing();
    site.rollback.confirm('local');
    expect(finding?.detail).toContain('of which nothing is left');
    expect(site.policy.site()).toMatchObject(off);
  });

  it('is not what a device has whose sealed row was taken away before, or that nothing happened to', () => {
    const { folder } = stoppedAfter(() => undefined);
    for (const _time of ['once', 'twice']) {
      takeAway(folder);
      const site = started(folder);
      site.rollback.confirm('local');
      site.audit.append('service.stopped', {});
      expect([site.incidents.frozenBy(), site.policy.site().on]).toEqual([undefined, true]);
      site.store.close();
    }
  });
});

describe('an incident whose report was pruned', () => {
  test('P57: is still known, by the checkpoint alone', async () => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    const { id } = site.incidents.report(leak, 'op');
    const lifted = site.incidents.report(leak, 'op').id;
    site.incidents.lift(lifted, lifting);
    for (let n = 0; n < 510; n += 1) site.audit.append('pin.set', { n });
    site.clock.advance(1000 * dayMs);
    await pruneAudit(site.store, site.audit, site.clock.wallMs() - dayMs, site.clock.wallMs());
    expect(newestAudit(site, 'incident.reported')).toBeUndefined();
    site.store.close();
    sql(folder, `DELETE FROM register_entry WHERE register = 'incident'`);
    takeAway(folder);
    const again = started(folder);
    again.rollback.confirm('local');
    expect([again.incidents.frozenBy(), again.store.state.read('open-incidents')]).toEqual([id, id]);
  });
});
