/** Acts that take two people, as callers see them. */
import { afterEach, describe, expect, it } from 'vitest';
import { MenshenError } from '#menshen/core/index.js';
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

  it('that was confirmed on a full disk is carried out at the next start, and keeps no other from it', async () => {
    const { gate, keys, ids } = await strictSite();
    const { retention, acts } = gate.site;
    const eraseMany = retention.eraseMany.bind(retention);
    retention.eraseMany = () => Promise.reject(new MenshenError('store-full', 'the disk took no more'));
    const proposed = [await propose(gate, keys.ann, ids.slice(0, 1)), await propose(gate, keys.ann, ids.slice(1))];
    for (const { body } of proposed) await confirm(gate, keys.ben, body);
    const before = there(gate, ids);
    retention.eraseMany = (which, trigger) =>
      which.length === 2 ? Promise.reject(new Error('a fault')) : eraseMany(which, trigger);
    await expect(acts.resume()).rejects.toThrow('a fault');
    expect([before, there(gate, ids), proposed.map(({ body }) => acts.require(body.actId).state)]).toEqual([
      ...[3, 2],
      ['done', 'failed'],
    ]);
  });

  it('of which the list was changed behind the daemon’s back is not carried out', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids.slice(0, 1));
    const { kind, hash, proposedBy, proposer, actId } = proposed.body;
    const body = { kind, hash, proposedBy, proposer };
    gate.site.store.registers.update('act', actId, 'proposed', body, { subjectIds: ids });
    const answer = await confirm(gate, keys.ben, proposed.body);
    expect([answer.status, there(gate, ids), gate.site.acts.require(actId).state]).toEqual([500, 3, 'proposed']);
  });

  it('that nobody confirmed but a row says so is not carried out', async () => {
    const { gate, keys, ids } = await strictSite();
    const { kind, hash, proposedBy, proposer, actId } = (await propose(gate, keys.ann, ids)).body;
    const forged = { kind, hash, proposedBy, proposer, confirmedBy: 'k', confirmer: 'Ben' };
    gate.site.store.registers.update('act', actId, 'confirmed', forged);
    await expect(gate.site.acts.resume()).rejects.toThrow('changed behind');
    expect([there(gate, ids), gate.site.acts.require(actId).state]).toEqual([3, 'failed']);
  });

  it('is not confirmed by its proposer under the name that they wrote into the row', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids);
    const { kind, hash, actId } = proposed.body;
    const forged = { kind, hash, proposedBy: 'k', proposer: 'Zed' };
    gate.site.store.registers.update('act', actId, 'proposed', forged);
    expect([(await confirm(gate, keys.ann, proposed.body)).status, there(gate, ids)]).toEqual([500, 3]);
  });

  it('that was done is not done again because a row says that it waits', async () => {
    const { gate, keys, ids } = await strictSite();
    const proposed = await propose(gate, keys.ann, ids.slice(0, 1));
    await confirm(gate, keys.ben, proposed.body);
    const { registers } = gate.site.store;
    const { body } = registers.get('act', proposed.body.actId) ?? { body: {} };
    registers.update('act', proposed.body.actId, 'confirmed', body);
    await expect(gate.site.acts.resume()).rejects.toThrow('changed behind');
    expect(auditKinds(gate.site).filter((kind) => kind === 'act.done')).toHaveLength(1);
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
    const { registers } = gate.site.store;
    const { body } = registers.get('act', actId) ?? { body: {} };
    registers.update('act', actId, 'confirmed', { ...body, confirmedBy: 'k', confirmer: 'Dora' });
    const forged = await gate.call('POST', '/v1/inspector-bundles', { key: carla }, { actId });
    registers.update('act', actId, 'proposed', body);
    const byOperator = await confirm(gate, keys.ben, proposed.body);
    await confirm(gate, dora, proposed.body);
    const other = await gate.call('POST', '/v1/inspector-bundles', { key: carla }, { actId, auditFrom: 2 });
    const fetched = await gate.open('POST', '/v1/inspector-bundles', { key: carla }, { actId });
    fetched.on('error', () => undefined).destroy();
    const again = await gate.call('POST', '/v1/inspector-bundles', { key: dora }, { actId });
    expect([
      ...[proposed, tooEarly, forged, byOperator, other, again].map(({ status }) => status),
      fetched.statusCode,
    ]).toEqual([202, 403, 500, 403, 403, 403, 200]);
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
