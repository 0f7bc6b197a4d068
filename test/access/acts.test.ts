/** Acts that take two people, as callers see them. */
import { afterEach, describe, expect, it } from 'vitest';
import { tellEndings } from '#menshen/terminal/index.js';
import { closeSecureSites, openSecureSite, type SecureSite } from '../support/secure-site.js';
import { addPerson, auditKinds, dayMs, newestAudit } from '../support/site.js';

afterEach(closeSecureSites);

interface Keys {
  readonly ann: string;
  readonly anns: string;
  readonly ben: string;
  readonly nobodys: string;
}

async function strictSite(): Promise<{ gate: SecureSite; keys: Keys; ids: string[] }> {
  const gate = await openSecureSite({ changes: { 'security.twoPersonActs': 'required' } });
  const key = (holder?: string) =>
    gate.site.apiKeys.add({ role: 'operator', label: 'desk', days: 30, ...(holder === undefined ? {} : { holder }) })
      .secret;
  const keys = { ann: key('Ann Lee'), anns: key('ann  lee'), ben: key('Ben'), nobodys: key() };
  gate.site.clock.advance(1000);
  return { gate, keys, ids: [addPerson(gate.site).id, addPerson(gate.site).id, addPerson(gate.site).id] };
}

const propose = async (gate: SecureSite, key: string, subjectIds: readonly string[]) =>
  gate.call('POST', '/v1/erasures', { key }, { subjectIds });
const confirm = (gate: SecureSite, key: string, act: { actId: string; hash: string }) =>
  gate.call('POST', `/v1/acts/${act.actId}/confirmation`, { key }, { hash: act.hash });
const there = (gate: SecureSite, ids: readonly string[]) =>
  ids.filter((id) => gate.site.store.subjects.get(id) !== undefined).length;

describe('erasing many people', () => {
  it('waits for a second person, and then is done, with both on record', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids.slice(0, 2));
    const before = there(gate, ids);
    const done = await confirm(gate, keys.ben, proposed.body);
    expect([proposed.status, before, done.body.state, done.body.result, there(gate, ids)]).toEqual([
      202,
      3,
      'done',
      { personsErased: 2 },
      1,
    ]);
    expect(newestAudit(gate.site, 'act.confirmed')).toMatchObject({ proposer: 'Ann Lee', confirmer: 'Ben' });
  });

  it.each<[string, keyof Keys]>([
    ['the same key', 'ann'],
    ['another key of the same person', 'anns'],
    ['a key that names nobody', 'nobodys'],
  ])('is not confirmed by %s', async (_what, who) => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids);
    const answer = await confirm(gate, keys[who], proposed.body);
    expect([answer.status, answer.body.code, there(gate, ids), auditKinds(gate.site).includes('act.refused')]).toEqual([
      403,
      'second-person-required',
      3,
      true,
    ]);
  });

  it('is not confirmed by a key that was made after the proposal', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids);
    const { secret } = gate.site.apiKeys.add({ role: 'operator', label: 'new', days: 1, holder: 'Carl' });
    expect([(await confirm(gate, secret, proposed.body)).status, there(gate, ids)]).toEqual([403, 3]);
  });

  it('is not proposed by a panel’s certificate or a key that names nobody', async () => {
    const { gate, keys, ids } = await strictSite();
    const { shown } = await gate.letIn({ role: 'operator' });
    const answers = [
      await propose(gate, keys.nobodys, ids),
      await gate.call('POST', '/v1/erasures', shown, { subjectIds: ids }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  });

  it('is not confirmed by somebody who saw another thing', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids);
    const answer = await confirm(gate, keys.ben, { ...proposed.body, hash: '0'.repeat(64) });
    expect([answer.status, there(gate, ids)]).toEqual([409, 3]);
  });

  it('is over after a day', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids);
    gate.site.clock.advance(dayMs);
    const answer = await confirm(gate, keys.ben, proposed.body);
    expect([answer.status, answer.body.detail, there(gate, ids)]).toEqual([409, expect.stringContaining('expired'), 3]);
  });

  it('is done once, also when two confirm at the same time', async () => {
    const { gate, keys, ids } = await strictSite();
    const { secret } = gate.site.apiKeys.add({ role: 'operator', label: 'new', days: 1, holder: 'Carl' });
    gate.site.clock.advance(1000);
    const proposed = await propose(gate, keys.ann, ids);
    const answers = await Promise.all([confirm(gate, keys.ben, proposed.body), confirm(gate, secret, proposed.body)]);
    expect([
      answers.map(({ status }) => status).sort(),
      auditKinds(gate.site).filter((kind) => kind === 'act.done').length,
    ]).toEqual([[200, 409], 1]);
  });

  it('that was taken back is not confirmed any more', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids);
    await gate.call('DELETE', `/v1/acts/${proposed.body.actId}`, { key: keys.ann });
    expect([(await confirm(gate, keys.ben, proposed.body)).status, there(gate, ids)]).toEqual([409, 3]);
  });

  it('by criteria shows the second person exactly whom', async () => {
    const { gate, keys, ids } = await strictSite();
    const criteria = { createdBefore: new Date(gate.site.clock.wallMs() + 1).toISOString() };
    const proposed = await gate.call('POST', '/v1/erasures', { key: keys.ann }, { criteria });
    const late = addPerson(gate.site).id;
    const seen = await gate.call('GET', `/v1/acts/${proposed.body.actId}`, { key: keys.ben });
    await confirm(gate, keys.ben, seen.body);
    expect([seen.body.what.subjectIds, there(gate, ids), there(gate, [late])]).toEqual([[...ids].sort(), 0, 1]);
  });

  it('that was confirmed before a power cut is carried out afterwards', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids);
    const { kind, hash, proposedBy, proposer, actId } = proposed.body;
    const cut = { kind, hash, proposedBy, proposer, confirmedBy: 'k', confirmer: 'Ben' };
    gate.site.store.registers.update('act', actId, 'confirmed', cut);
    await gate.site.acts.resume();
    expect([there(gate, ids), gate.site.acts.require(actId).state]).toEqual([0, 'done']);
  });

  it('of which the list was changed behind the daemon’s back is not carried out', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids.slice(0, 1));
    const { kind, hash, proposedBy, proposer, actId } = proposed.body;
    const body = { kind, hash, proposedBy, proposer };
    gate.site.store.registers.update('act', actId, 'proposed', body, { subjectIds: ids });
    const answer = await confirm(gate, keys.ben, proposed.body);
    expect([answer.status, there(gate, ids), gate.site.acts.require(actId).state]).toEqual([500, 3, 'failed']);
  });
});

describe('the inspector’s bundle', () => {
  it('is exported once, by one of the two who agreed on it', async () => {
    const { gate, keys } = await strictSite();
    const key = (holder: string) => gate.site.apiKeys.add({ role: 'auditor', label: 'a', days: 1, holder }).secret;
    const [carla, dora] = [key('Carla'), key('Dora')];
    gate.site.clock.advance(1000);
    const proposed = await gate.call('POST', '/v1/inspector-bundles', { key: carla }, {});
    const { actId } = proposed.body;
    const tooEarly = await gate.call('POST', '/v1/inspector-bundles', { key: carla }, { actId });
    const byOperator = await confirm(gate, keys.ben, proposed.body);
    await confirm(gate, dora, proposed.body);
    const other = await gate.call('POST', '/v1/inspector-bundles', { key: carla }, { actId, auditFrom: 2 });
    const fetched = await gate.open('POST', '/v1/inspector-bundles', { key: carla }, { actId });
    fetched.on('error', () => undefined).destroy();
    const again = await gate.call('POST', '/v1/inspector-bundles', { key: dora }, { actId });
    expect([...[proposed, tooEarly, byOperator, other, again].map(({ status }) => status), fetched.statusCode]).toEqual(
      [202, 403, 403, 403, 403, 200],
    );
  });
});

describe('a grant that ends', () => {
  it('is told two weeks before, once for each end', async () => {
    const gate = await openSecureSite();
    const { id } = gate.site.apiKeys.add({ role: 'panel', label: 'p', days: 30 });
    const panel = await gate.letIn({ days: 30 });
    const told = () => {
      tellEndings(gate.site);
      return auditKinds(gate.site).filter((kind) => kind === 'access.ending').length;
    };
    const early = told();
    gate.site.clock.advance(17 * dayMs);
    const [first, second] = [told(), told()];
    gate.site.panels.extend(panel.id, 20, 'op-1');
    gate.site.clock.advance(10 * dayMs);
    expect([early, first, second, told(), newestAudit(gate.site, 'access.ending')?.id]).toEqual([0, 2, 2, 3, panel.id]);
    expect(gate.site.apiKeys.list().map((key) => key.id)).toEqual([id]);
  });

  it('names its holder, which cannot be changed behind the daemon’s back', async () => {
    const gate = await openSecureSite();
    const { secret } = gate.site.apiKeys.add({ role: 'operator', label: 'desk', days: 30, holder: 'Ann' });
    const { apiKeys } = gate.site.store;
    const get = apiKeys.get.bind(apiKeys);
    const before = gate.site.apiKeys.identify(secret);
    apiKeys.get = (id) => {
      const row = get(id);
      return row === undefined ? undefined : { ...row, holder: 'Ben' };
    };
    expect([before?.holder?.name, gate.site.apiKeys.identify(secret)]).toEqual(['Ann', undefined]);
  });
});
