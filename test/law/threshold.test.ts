/** D19b: whoever changes a threshold names the evaluation it rests on, and the change stands in the record. */
import { describe, expect, it, test } from 'vitest';
import { recordThresholdChange, thresholdsInUse } from '#menshen/policy/index.js';
import { packFacts } from '../support/fake-vision.js';
import { type ConfigChanges, newestAudit, openSite, siteConfig } from '../support/site.js';
import { createTestStore } from '../support/temp-store.js';

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
