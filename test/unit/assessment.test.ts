import { describe, expect, it } from 'vitest';
import { assessmentFor, type ConfigChanges, newestAudit, openSite, siteConfig } from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const invalid = expect.objectContaining({ code: 'assessment-invalid' });
const complete = assessmentFor(siteConfig());

function record(change: Record<string, unknown>): () => unknown {
  const { assessments, policy } = openSite({ assessed: false });
  return () => assessments.record({ ...complete, ...change }, policy.assessmentScope());
}

describe('recording an assessment', () => {
  it('takes a complete one', () => {
    const site = openSite({ assessed: false });
    site.assessments.record(complete, site.policy.assessmentScope());
    expect([site.policy.assessment().state, newestAudit(site, 'assessment.recorded')]).toEqual([
      'valid',
      expect.objectContaining({ author: 'Ann', approver: 'Bob', version: 1 }),
    ]);
  });

  it.each(Object.keys(complete))('refuses one without %s', (field) => {
    expect(record({ [field]: undefined })).toThrow(invalid);
  });

  it.each(Object.keys(complete))('refuses one with an empty %s', (field) => {
    expect(record({ [field]: '' })).toThrow(invalid);
  });

  it('names the field', () => {
    expect(record({ necessity: '' })).toThrow(/necessity/);
  });

  it.each([
    ['an author who approves it', { approver: 'Ann' }],
    ['another method than the site runs', { method: '1:N' }],
    ['another purpose than the site’s', { purpose: 'attendance' }],
    ['a decision that is none', { decision: 'perhaps' }],
    ['an unknown field', { notes: 'words' }],
    ['a day too short a keeping', { keepUntil: '2029-01-14' }],
    ['a date that is none', { date: '2026-13-45', keepUntil: '2099-01-01' }],
    ['a keeping that is no date', { keepUntil: 'for ever' }],
  ])('refuses %s', (_what, change) => {
    expect(record(change)).toThrow(invalid);
  });

  it.each(['words', null, [], 7])('refuses %j', (candidate) => {
    const { assessments, policy } = openSite({ assessed: false });
    expect(() => assessments.record(candidate, policy.assessmentScope())).toThrow(invalid);
  });

  it('refuses a section of blanks', () => {
    expect(record({ necessity: '     ' })).toThrow(invalid);
  });

  it('refuses one that is dated in the future', () => {
    expect(record({ date: '2090-01-01', keepUntil: '2099-01-01' })).toThrow(invalid);
  });

  it('that is refused leaves the former one standing', () => {
    const { assessments, policy } = openSite();
    expect(() => assessments.record({ ...complete, risksAndHarm: '' }, policy.assessmentScope())).toThrow();
    expect(policy.assessment()).toMatchObject({ state: 'valid', version: 1 });
  });
});

describe('an assessment', () => {
  it('that is missing says so', () => {
    expect(openSite({ assessed: false }).policy.assessment().state).toBe('none');
  });

  it('that decided not to proceed keeps the face off', () => {
    const { assessments, policy } = openSite();
    assessments.record({ ...complete, decision: 'do-not-proceed' }, policy.assessmentScope());
    expect(policy.assessment().state).toBe('refused');
  });

  it('counts in its newest version', () => {
    const { assessments, policy } = openSite();
    assessments.record({ ...complete, decision: 'do-not-proceed' }, policy.assessmentScope());
    assessments.record(complete, policy.assessmentScope());
    expect(policy.assessment()).toMatchObject({ state: 'valid', version: 3 });
  });

  const afterRestartWith = (changes: ConfigChanges): string => {
    const folder = tempFolder();
    openSite({ store: createTestStore(folder) }).store.close();
    return openSite({ store: openTestStore(folder), changes, assessed: false }).policy.assessment().state;
  };

  it.each([
    ['site.purpose.code', 'attendance'],
    ['face.method', '1:N'],
    ['site.processor.name', 'Another Processor'],
    ['credentials.card.enabled', false],
  ])('is void once %s changed', (key, value) => {
    expect(afterRestartWith({ [key]: value })).toBe('invalidated');
  });

  it.each([
    ['log.level', 'debug'],
    ['site.necessity', 'other words'],
    ['face.minFrames', 4],
  ])('still holds when %s changed', (key, value) => {
    expect(afterRestartWith({ [key]: value })).toBe('valid');
  });
});
