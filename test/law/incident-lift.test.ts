/** P57: who may say that an incident is over: two people, with keys that were there before it. */
import { afterEach, describe, expect, it, test } from 'vitest';
import { MenshenError } from '#menshen/core/index.js';
import { closeSecureSites, openSecureSite, type SecureSite } from '../support/secure-site.js';
import { auditKinds, type ConfigChanges, dayMs, newestAudit, openSite } from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

afterEach(closeSecureSites);

const suspected = {
  kind: 'suspected',
  severity: 'minor',
  dataKinds: ['records'],
  description: 'the case is open',
} as const;
const told = { remedied: true, peopleTold: 'yes' };

/** A site with people who have keys, and an incident that was reported after they had them. */
async function afterAnIncident(changes: ConfigChanges = { 'security.twoPersonActs': 'required' }) {
  const gate = await openSecureSite({ changes });
  const key = (holder?: string, role: 'operator' | 'auditor' = 'operator') =>
    gate.site.apiKeys.add({ role, label: 'desk', days: 30, ...(holder === undefined ? {} : { holder }) }).secret;
  const keys = {
    ann: key('Ann Lee'),
    anns: key('ann  lee'),
    ben: key('Ben'),
    nobodys: key(),
    dora: key('Dora', 'auditor'),
  };
  gate.site.clock.advance(1000);
  const incident = gate.site.incidents.report(suspected, 'op');
  gate.site.clock.advance(1000);
  return { gate, key, keys, id: incident.id };
}

const propose = (gate: SecureSite, key: string, id: string) =>
  gate.call('POST', `/v1/incidents/${id}/lift`, { key }, told);
const confirm = (gate: SecureSite, key: string, { actId, hash }: { actId: string; hash: string }) =>
  gate.call('POST', `/v1/acts/${actId}/confirmation`, { key }, { hash });
const face = (gate: SecureSite) => gate.site.policy.site();
const off = { on: false, reason: 'incident' };

describe('lifting an incident', () => {
  test('P57: takes two people, and the face comes back with the second', async () => {
    const { gate, keys, id } = await afterAnIncident();
    const act = await propose(gate, keys.ann, id);
    const between = face(gate);
    const done = await confirm(gate, keys.ben, act.body);
    expect([act.status, between, done.body.state, face(gate)]).toEqual([
      202,
      expect.objectContaining(off),
      'done',
      { on: true },
    ]);
    expect(newestAudit(gate.site, 'act.confirmed')).toMatchObject({ proposer: 'Ann Lee', confirmer: 'Ben' });
    expect(gate.site.incidents.require(id).lifts.map(({ holder }) => holder)).toEqual(['Ann Lee', 'Ben']);
  });

  test('P57: takes two people also where other acts take one', async () => {
    const { gate, keys, id } = await afterAnIncident({ 'security.twoPersonActs': 'off' });
    const act = await propose(gate, keys.ann, id);
    const alone = await confirm(gate, keys.ann, act.body);
    expect([act.status, alone.status, face(gate)]).toEqual([202, 403, expect.objectContaining(off)]);
  });

  test.each(['ann', 'anns', 'nobodys', 'dora'] as const)('P57: is not confirmed by %s', async (who) => {
    const { gate, keys, id } = await afterAnIncident();
    const act = await propose(gate, keys.ann, id);
    expect([(await confirm(gate, keys[who], act.body)).status, face(gate)]).toEqual([
      403,
      expect.objectContaining(off),
    ]);
  });

  test('P57: is not proposed with a key that was made during the incident, and the try is on record', async () => {
    const { gate, key, id } = await afterAnIncident();
    const intruders = key('Ian');
    const answer = await propose(gate, intruders, id);
    expect([answer.status, answer.body.code, gate.site.acts.list()]).toEqual([403, 'second-person-required', []]);
    expect(newestAudit(gate.site, 'act.refused')).toMatchObject({ kind: 'lift-incident' });
  });

  test('P57: is not confirmed with a key that was made during the incident, however long before the proposal', async () => {
    const { gate, key, keys, id } = await afterAnIncident();
    const intruders = key('Ben');
    gate.site.clock.advance(dayMs);
    const act = await propose(gate, keys.ann, id);
    const answer = await confirm(gate, intruders, act.body);
    expect([answer.status, answer.body.detail, face(gate)]).toEqual([
      403,
      expect.stringContaining('after the incident was reported'),
      expect.objectContaining(off),
    ]);
    expect((await confirm(gate, keys.ben, act.body)).body.state).toBe('done');
  });

  test('P57: a key is no older for a clock that was set back, or a row that was changed', async () => {
    const { gate, key, keys, id } = await afterAnIncident();
    const intruders = key('Ian');
    const { apiKeys } = gate.site.store;
    const get = apiKeys.get.bind(apiKeys);
    apiKeys.get = (keyId) => {
      const row = get(keyId);
      return row?.holder === 'Ian' ? { ...row, createdAtMs: 1 } : row;
    };
    const act = await propose(gate, keys.ann, id);
    const answers = [await propose(gate, intruders, id), await confirm(gate, intruders, act.body)];
    expect([answers.map(({ status }) => status), face(gate)]).toEqual([[403, 403], expect.objectContaining(off)]);
  });

  test('P57: takes no key whose record of before the incident was taken away', async () => {
    const { gate, keys, id } = await afterAnIncident();
    const { registers } = gate.site.store;
    const confidential = registers.confidential.bind(registers);
    registers.confidential = (register, entry) => (register === 'incident' ? undefined : confidential(register, entry));
    expect([(await propose(gate, keys.ann, id)).body.code, face(gate)]).toEqual([
      'integrity-violation',
      expect.objectContaining(off),
    ]);
  });

  it('shows the second person which incident, and what the first one said', async () => {
    const { gate, keys, id } = await afterAnIncident();
    const { body } = await propose(gate, keys.ann, id);
    const seen = await gate.call('GET', `/v1/acts/${body.actId}`, { key: keys.ben });
    expect(seen.body.what).toMatchObject({ incidentId: id, kind: 'suspected', severity: 'minor', ...told });
  });

  it('is lifted once where two acts propose it', async () => {
    const { gate, keys, id } = await afterAnIncident();
    const [first, second] = [await propose(gate, keys.ann, id), await propose(gate, keys.ben, id)];
    const answers = [await confirm(gate, keys.ben, first.body), await confirm(gate, keys.ann, second.body)];
    expect([answers.map(({ status }) => status), (await propose(gate, keys.ann, id)).status]).toEqual([
      [200, 409],
      409,
    ]);
    expect(auditKinds(gate.site).filter((kind) => kind === 'incident.lifted')).toHaveLength(1);
  });

  it('that was confirmed on a full disk is done afterwards, once', async () => {
    const { gate, keys, id } = await afterAnIncident();
    const { incidents, acts } = gate.site;
    const lift = incidents.lift.bind(incidents);
    incidents.lift = () => {
      throw new MenshenError('store-full', 'the disk took no more');
    };
    const { body } = await propose(gate, keys.ann, id);
    await confirm(gate, keys.ben, body);
    const between = face(gate);
    incidents.lift = lift;
    await acts.resume();
    await acts.resume();
    expect([between, face(gate), acts.require(body.actId).state]).toEqual([
      expect.objectContaining(off),
      { on: true },
      'done',
    ]);
  });

  it('says nothing of keys where the incident is shown', async () => {
    const { gate, keys, id } = await afterAnIncident();
    const shown = await gate.call('GET', `/v1/incidents/${id}`, { key: keys.ann });
    expect(shown.body.texts).toEqual({ description: 'the case is open' });
  });

  it('that was reported before keys were noted goes by the time of the report', async () => {
    const { gate, key, keys, id } = await afterAnIncident();
    const { registers } = gate.site.store;
    const { state, body } = registers.get('incident', id) ?? { state: 'open', body: {} };
    registers.update('incident', id, state, body, { description: 'of before' });
    const answers = [await propose(gate, key('Ian'), id), await propose(gate, keys.ann, id)];
    expect(answers.map(({ status }) => status)).toEqual([403, 202]);
  });

  it('that came with a backup is for the people of the restored device, a later one is not', async () => {
    const { gate, key, id } = await afterAnIncident();
    const { store, audit, incidents } = gate.site;
    const { seq } = audit.append('service.started', {});
    store.state.write('restored-at-seq', String(seq));
    const later = incidents.report(suspected, 'op').id;
    const made = key('Carl');
    const answers = [await propose(gate, made, id), await propose(gate, made, later)];
    expect(answers.map(({ status }) => status)).toEqual([202, 403]);
  });
});

describe('an open incident', () => {
  test.each([
    ['says that it was lifted', `UPDATE register_entry SET state = 'lifted' WHERE register = 'incident'`],
    ['is a supplement by now', `UPDATE register_entry SET state = 'supplement' WHERE register = 'incident'`],
    ['is gone', `DELETE FROM register_entry WHERE register = 'incident'`],
  ])('P57: keeps the face off although its row %s', (_what, sql) => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    const { id } = site.incidents.report(suspected, 'op');
    site.store.close();
    rawDatabase(folder, (db) => db.exec(sql));
    const again = openSite({ store: openTestStore(folder), assessed: false });
    expect([again.incidents.frozenBy(), again.policy.site()]).toEqual([id, expect.objectContaining(off)]);
  });

  test.each(['lifted', 'supplement'])('P57: of which the row says %s is lifted by two people alone', async (state) => {
    const { gate, keys, id } = await afterAnIncident();
    const { registers } = gate.site.store;
    registers.update('incident', id, state, registers.get('incident', id)?.body ?? {});
    const act = await propose(gate, keys.ann, id);
    const between = face(gate);
    await confirm(gate, keys.ben, act.body);
    expect([between, face(gate)]).toEqual([expect.objectContaining(off), { on: true }]);
  });

  it('of a store of before, or of a backup, is sealed at the start', () => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    const [first, second] = [site.incidents.report(suspected, 'op').id, site.incidents.report(suspected, 'op').id];
    site.store.state.forget('open-incidents');
    site.incidents.sealOpen();
    site.incidents.sealOpen();
    expect(site.store.state.read('open-incidents')?.split(' ').sort()).toEqual([first, second].sort());
  });
});
