/** What the author of an assessment is told field by field, and what is kept while it is written. */
import { describe, expect, it, test } from 'vitest';
import { fieldProblemCodes } from '#menshen/assessment/index.js';
import type { MenshenError } from '#menshen/core/index.js';
import { assessmentFor, openSite, siteConfig } from '../support/site.js';

const { approver: _later, ...draft } = assessmentFor(siteConfig());

function problemsOf(change: Record<string, unknown>): Record<string, string> {
  const { assessmentDrafts, policy } = openSite({ assessed: false });
  try {
    assessmentDrafts.check({ ...draft, ...change }, policy.assessmentScope());
    return {};
  } catch (thrown) {
    const { fields = [] } = thrown as MenshenError;
    return Object.fromEntries(fields.map(({ field, code }) => [field, code]));
  }
}

describe('a draft that does not fit', () => {
  test('M9.2: names every field that is missing at once', () => {
    expect(problemsOf({ legality: undefined, impacts: '', residualRisk: '  ' })).toEqual({
      legality: 'missing',
      impacts: 'missing',
      residualRisk: 'missing',
    });
  });

  it.each([
    ['a word too few', { necessity: 'x' }, { necessity: 'too-short' }],
    ['more than it holds', { necessity: 'x'.repeat(20_001) }, { necessity: 'too-long' }],
    ['a day that is none', { validUntil: 'soon' }, { validUntil: 'not-a-date' }],
    ['a month that is none', { date: '2025-13-40' }, { date: 'not-a-date' }],
    ['a day to come', { date: '2090-01-01', keepUntil: '2099-01-01' }, { date: 'in-the-future' }],
    ['an end that has passed', { validUntil: '2020-01-01' }, { validUntil: 'has-passed' }],
    ['too short a keeping', { keepUntil: '2026-02-01' }, { keepUntil: 'kept-too-short' }],
    ['another purpose', { purpose: 'attendance' }, { purpose: 'differs-from-site' }],
    ['another method', { method: '1:N' }, { method: 'differs-from-site' }],
    ['no choice of the form', { decision: 'perhaps' }, { decision: 'not-a-choice' }],
    ['words of the template', { impacts: 'FILL IN' }, { impacts: 'still-template' }],
    ['a field the form has not', { notes: 'words' }, { notes: 'unknown-field' }],
    ['a number for words', { impacts: 7 }, { impacts: 'malformed' }],
  ])('says of %s what is wrong with which field', (_what, change, expected) => {
    expect(problemsOf(change)).toEqual(expected);
  });

  it('says only what its list of codes has', () => {
    const codes = Object.values(problemsOf({ legality: '', decision: 'perhaps', keepUntil: '2026-02-01' }));
    expect(codes.filter((code) => !(fieldProblemCodes as readonly string[]).includes(code))).toEqual([]);
  });
});

describe('what is saved while it is written', () => {
  it('is there for whoever wrote it, unfinished as it is, and for nobody else', () => {
    const { unfinished } = openSite({ assessed: false }).assessmentDrafts;
    unfinished.save('key-a', { id: 'A-7', necessity: 'x' }, 0);
    expect([unfinished.of('key-a')?.answers, unfinished.of('key-b')]).toEqual([
      { id: 'A-7', necessity: 'x' },
      undefined,
    ]);
  });

  it('is no draft that anybody could approve', () => {
    const { assessmentDrafts, policy } = openSite({ assessed: false });
    assessmentDrafts.unfinished.save('key-a', draft, 0);
    expect(assessmentDrafts.list()).toEqual([]);
    expect(() => assessmentDrafts.approve('unfinished:key-a', 'Bob', policy.assessmentScope(), 'key-b')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  it('is not written over by a page that has not seen it', () => {
    const { unfinished } = openSite({ assessed: false }).assessmentDrafts;
    unfinished.save('key-a', { id: 'first' }, 0);
    expect(() => unfinished.save('key-a', { id: 'second' }, 0)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(unfinished.save('key-a', { id: 'second' }, 1).revision).toBe(2);
  });

  it('takes no field that the form has not', () => {
    const { unfinished } = openSite({ assessed: false }).assessmentDrafts;
    expect(() => unfinished.save('key-a', { notes: 'words' }, 0)).toThrow(
      expect.objectContaining({ code: 'assessment-invalid' }),
    );
  });

  it('is gone when it was handed in, and stays when another one was', () => {
    const { assessmentDrafts, policy } = openSite({ assessed: false });
    assessmentDrafts.unfinished.save('key-a', { id: 'another' }, 0);
    assessmentDrafts.submit(draft, policy.assessmentScope(), 'key-a');
    expect(assessmentDrafts.unfinished.of('key-a')?.answers).toEqual({ id: 'another' });
    assessmentDrafts.unfinished.save('key-a', { ...draft }, 1);
    assessmentDrafts.submit(draft, policy.assessmentScope(), 'key-a');
    expect(assessmentDrafts.unfinished.of('key-a')).toBeUndefined();
  });

  it('is forgotten a year after its last saving', () => {
    const site = openSite({ assessed: false });
    const { unfinished } = site.assessmentDrafts;
    unfinished.save('key-a', { id: 'A-7' }, 0);
    site.clock.advance(366 * 86_400_000);
    unfinished.save('key-b', { id: 'B-7' }, 0);
    expect(unfinished.of('key-a')).toBeUndefined();
  });

  it('is ciphertext on the disk', () => {
    const { assessmentDrafts, store } = openSite({ assessed: false });
    assessmentDrafts.unfinished.save('key-a', { author: 'Zebedee' }, 0);
    expect(JSON.stringify(store.registers.get('assessment-draft', 'unfinished:key-a'))).not.toContain('Zebedee');
  });
});

describe('a report', () => {
  it('says whether it still stands, and what voided it', () => {
    const site = openSite();
    site.incidents.report({ kind: 'leak', dataKinds: ['name'], description: 'words', severity: 'major' }, 'reporter');
    site.clock.advance(86_400_000);
    site.assessments.record(
      { ...assessmentFor(siteConfig()), id: 'A-2', date: site.assessments.today(), keepUntil: '2099-01-01' },
      site.policy.assessmentScope(),
    );
    expect(site.assessments.list().map(({ standing, voidedBy }) => ({ standing, voidedBy }))).toEqual([
      { standing: 'newest', voidedBy: [] },
      { standing: 'superseded', voidedBy: ['major-incident'] },
    ]);
  });
});
