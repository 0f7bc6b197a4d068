/** D19b: whoever changes a threshold names the evaluation it rests on, and the change stands in the record. */
import { afterEach, describe, expect, it, test } from 'vitest';
import {
  confirmThresholds,
  recordThresholdChange,
  thresholdsInUse,
  unconfirmedThresholds,
} from '#menshen/policy/index.js';
import { packFacts } from '../support/fake-vision.js';
import { closeSecureSites, openSecureSite, type SecureSite } from '../support/secure-site.js';
import { type ConfigChanges, newestAudit, openSite, siteConfig } from '../support/site.js';
import { createTestStore } from '../support/temp-store.js';

afterEach(closeSecureSites);

const withFnmr = {
  ...packFacts,
  thresholds: packFacts.thresholds.map((table) =>
    table.evaluation.kind === 'reference-fused'
      ? {
          evaluation: table.evaluation,
          points: table.points.map((point) => ({
            ...point,
            fnmr: { errors: Math.round(1 / point.fmr / 100), trials: 2000 },
          })),
        }
      : table,
  ),
};

function twoStarts(first: ConfigChanges, second: ConfigChanges, packs = [withFnmr, withFnmr]) {
  const site = openSite({ store: createTestStore() });
  const recorded = [first, second].map((changes, index) =>
    recordThresholdChange(
      site.store,
      site.audit,
      thresholdsInUse(siteConfig(changes), packs[index] ?? withFnmr),
      index,
    ),
  );
  return { changed: recorded[1], body: newestAudit(site, 'threshold.changed') };
}

describe('D19b: a threshold that changes between two starts', () => {
  test('D19b: is on record with old and new value, error rates and evaluation', () => {
    expect(twoStarts({ 'face.falseMatchRate': 0.001 }, { 'face.falseMatchRate': 0.0001 }).body).toMatchObject({
      ...{ oldFalseMatchRate: 0.001, newFalseMatchRate: 0.0001, oldFmr: 0.001, newFmr: 0.0001 },
      ...{ oldFnmr: '10 of 2000 mated comparisons', newFnmr: '100 of 2000 mated comparisons' },
      ...{ oldEvaluation: 'test-reference-fused', newEvaluation: 'test-reference-fused' },
      ...{ oldSimilarity: 0.5, newSimilarity: 0.6, changed: expect.stringContaining('falseMatchRate') },
    });
  });

  test('D19b: is seen where the model pack’s calibration changed it', () => {
    const calibrated = {
      ...withFnmr,
      pad: { ...packFacts.pad, bonaFideAtLeast: 0.8, evaluation: 'E-2' },
    };
    expect(twoStarts({}, {}, [withFnmr, calibrated]).body).toMatchObject({
      ...{ oldBonaFideAtLeast: 0.75, newBonaFideAtLeast: 0.8, newAttackEvaluation: 'E-2' },
    });
  });

  test('D19b: is seen where somebody accepted an unmeasured rate', () => {
    const accepted = { acceptedBy: 'Ann', on: '2026-01-01', statement: 'few people pass here' };
    expect(twoStarts({}, { 'face.unmeasuredFalseMatchRate': accepted }).body).toMatchObject({
      ...{ oldUnmeasuredAcceptedBy: null, newUnmeasuredAcceptedBy: 'Ann' },
    });
  });

  it('says that the evaluation states no FNMR rather than a number', () => {
    const { body } = twoStarts({ 'face.falseMatchRate': 0.001 }, {}, [packFacts, packFacts] as never);
    expect(body).toMatchObject({ newFnmr: 'not stated by the evaluation' });
  });

  it('is no change when nothing changed, nor when it is the first start', () => {
    expect(twoStarts({}, {})).toEqual({ changed: false, body: undefined });
  });
});

describe('D19b: a threshold that no evaluation supports', () => {
  const unsupported = { 'face.falseMatchRate': 0.00001 };

  test('D19b: switches the face off', () => {
    expect(openSite({ changes: unsupported }).policy.site()).toMatchObject({
      on: false,
      reason: 'threshold-unsupported',
    });
  });

  test('D19b: is on record as resting on none', () => {
    expect(twoStarts({}, unsupported).body).toMatchObject({ newEvaluation: null, newSimilarity: null });
  });
});

/** A site whose store knows other thresholds than those it was started with now. */
async function changedSite(security: 'required' | 'off' = 'required') {
  const gate = await openSecureSite({ changes: { 'security.twoPersonActs': security } });
  const { store, audit, config } = gate.site;
  const former = { ...thresholdsInUse(config, packFacts), falseMatchRate: 0.01, evaluation: 'former' };
  recordThresholdChange(store, audit, former, 1);
  recordThresholdChange(store, audit, thresholdsInUse(config, packFacts), 2);
  const key = (holder: string) => gate.site.apiKeys.add({ role: 'operator', label: 'desk', days: 30, holder }).secret;
  const keys = { ann: key('Ann Lee'), anns: key('ann  lee'), ben: key('Ben') };
  gate.site.clock.advance(1000);
  return { gate, keys, former };
}
const proposed = (gate: SecureSite, key: string) => gate.call('POST', '/v1/thresholds/confirmation', { key });
const confirmed = (gate: SecureSite, key: string, { actId, hash }: { actId: string; hash: string }) =>
  gate.call('POST', `/v1/acts/${actId}/confirmation`, { key }, { hash });

describe('D19b: a changed threshold where acts take two people', () => {
  test('D19b: keeps the face off until a second person confirmed it, with both on record', async () => {
    const { gate, keys } = await changedSite();
    const before = gate.site.policy.site();
    const act = await proposed(gate, keys.ann);
    const byOne = await confirmed(gate, keys.anns, act.body);
    const between = gate.site.policy.site();
    const byAnother = await confirmed(gate, keys.ben, act.body);
    expect([before, act.status, byOne.status, between, byAnother.body.state, gate.site.policy.site()]).toMatchObject([
      { on: false, reason: 'threshold-unconfirmed' },
      202,
      403,
      { on: false },
      'done',
      { on: true },
    ]);
    expect(newestAudit(gate.site, 'threshold.confirmed')).toMatchObject({ evaluation: 'test-reference-fused' });
    expect(newestAudit(gate.site, 'act.confirmed')).toMatchObject({ proposer: 'Ann Lee', confirmer: 'Ben' });
  });

  test('D19b: is shown to whoever confirms with old and new values and the evaluation', async () => {
    const { gate, keys } = await changedSite();
    const { body } = await proposed(gate, keys.ann);
    const shown = await gate.call('GET', `/v1/acts/${body.actId}`, { key: keys.ben });
    expect(shown.body.what).toMatchObject({
      old: { falseMatchRate: 0.01, evaluation: 'former' },
      new: { evaluation: 'test-reference-fused' },
    });
  });

  it('needs nobody when the former one is put back', async () => {
    const { gate, former } = await changedSite();
    const { store } = gate.site;
    expect(unconfirmedThresholds(store, former)).toBeUndefined();
  });

  it('is not confirmed by a word on another one', async () => {
    const { gate, former } = await changedSite();
    const { store, audit, policy } = gate.site;
    const order = { hash: 'f'.repeat(64), by: 'k-1' };
    const standing = unconfirmedThresholds(store, { ...former, falseMatchRate: 0.5 });
    expect(() => confirmThresholds(store, audit, standing, order)).toThrow('Propose them anew');
    expect(policy.site()).toMatchObject({ on: false, reason: 'threshold-unconfirmed' });
  });

  it('leaves nothing to propose once it is confirmed', async () => {
    const { gate, keys } = await changedSite();
    await confirmed(gate, keys.ben, (await proposed(gate, keys.ann)).body);
    expect((await proposed(gate, keys.ann)).status).toBe(409);
  });

  it('decides at once where the site asks for no second person, and waits as soon as it does', async () => {
    const { gate } = await changedSite('off');
    expect([gate.site.policy.site().on, gate.site.policy.unconfirmedThresholds() !== undefined]).toEqual([true, true]);
  });

  it('that is the first of a store needs nobody', () => {
    const site = openSite({ changes: { 'security.twoPersonActs': 'required' } });
    recordThresholdChange(site.store, site.audit, thresholdsInUse(site.config, packFacts), 1);
    expect(site.policy.site()).toEqual({ on: true });
  });
});
