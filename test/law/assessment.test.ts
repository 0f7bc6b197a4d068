/** The impact assessment: written by one, approved by another, kept, and void when what it covers changes. */
import { describe, expect, it, test } from 'vitest';
import type { AssessmentTrigger } from '#menshen/assessment/index.js';
import type { LiftOrder } from '#menshen/incident/index.js';
import { packFacts } from '../support/fake-vision.js';
import {
  assessmentFor,
  auditKinds,
  type ConfigChanges,
  dayMs,
  newestAudit,
  openSite,
  type Site,
  siteConfig,
} from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const complete = assessmentFor(siteConfig());
const { approver: _approver, ...draft } = complete;
const incident = { kind: 'leak', dataKinds: ['name'], description: 'words' } as const;

const refusal = (code: string, detail?: RegExp) =>
  expect.objectContaining({ code, ...(detail === undefined ? {} : { detail: expect.stringMatching(detail) }) });
const observe = (site: Site) => site.assessments.observe(site.policy.assessmentScope());
const invalidations = (site: Site): string[] =>
  site.store.auditLog
    .page(0, 10_000)
    .filter(({ kind }) => kind === 'assessment.invalidated')
    .map(({ body }) => JSON.parse(body).trigger);

/** The site as it is after a restart with another configuration. */
function restarted(changes: ConfigChanges, first: ConfigChanges = {}): Site {
  const folder = tempFolder();
  const before = openSite({ store: createTestStore(folder), changes: first });
  observe(before);
  before.store.close();
  const site = openSite({ store: openTestStore(folder), changes: { ...first, ...changes }, assessed: false });
  observe(site);
  return site;
}

const agreed: LiftOrder = {
  ...{ actId: 'act-1', peopleTold: 'yes' },
  people: [
    { by: 'op-1', holder: 'Ann' },
    { by: 'op-2', holder: 'Ben' },
  ],
};

describe('author and approver', () => {
  const submitted = () => {
    const site = openSite({ assessed: false });
    return {
      site,
      scope: site.policy.assessmentScope(),
      ...site.assessmentDrafts.submit(draft, site.policy.assessmentScope(), 'key-a'),
    };
  };

  test('M9.1: a draft alone does not switch the face on', () => {
    expect(submitted().site.policy.site()).toMatchObject({ on: false, reason: 'assessment-missing' });
  });

  test('M9.1: another caller’s approval makes it the assessment, with both on record', () => {
    const { site, id, scope } = submitted();
    site.assessmentDrafts.approve(id, 'Bob', scope, 'key-b');
    expect([site.policy.site(), site.assessments.list()[0]]).toEqual([
      { on: true },
      expect.objectContaining({
        approval: { kind: 'two-callers', submittedBy: 'key-a', approvedBy: 'key-b' },
        assessment: expect.objectContaining({ author: 'Ann', approver: 'Bob' }),
      }),
    ]);
  });

  test.each([
    ['whoever handed it in', 'Bob', 'key-a'],
    ['the author under another key', 'Ann', 'key-b'],
    ['the author spelt otherwise', ' ａNN ', 'key-b'],
  ])('M9.1: %s cannot approve it', (_who, name, by) => {
    const { site, id, scope } = submitted();
    expect(() => site.assessmentDrafts.approve(id, name, scope, by)).toThrow(refusal('second-person-required'));
  });

  test('M9.1: one document with both names is recorded as just that', () => {
    expect(openSite().assessments.list()[0]?.approval).toEqual({ kind: 'named-in-document' });
  });

  it('deal with a draft once', () => {
    const { site, id, scope } = submitted();
    site.assessmentDrafts.approve(id, 'Bob', scope, 'key-b');
    expect(() => site.assessmentDrafts.approve(id, 'Bob', scope, 'key-c')).toThrow(refusal('conflict'));
    expect(site.assessments.list()).toHaveLength(1);
  });

  it('leave no approval without its assessment when the record fails', () => {
    const { site, id, scope } = submitted();
    site.audit.append = () => {
      throw new Error('pulled plug');
    };
    expect(() => site.assessmentDrafts.approve(id, 'Bob', scope, 'key-b')).toThrow('pulled plug');
    expect([site.assessmentDrafts.require(id).state, site.assessments.list()]).toEqual(['submitted', []]);
  });

  it('can send it back, and then nobody can approve it', () => {
    const { site, id, scope } = submitted();
    site.assessmentDrafts.giveBack(id, 'the harm is missing', 'key-b');
    expect(() => site.assessmentDrafts.approve(id, 'Bob', scope, 'key-b')).toThrow(refusal('conflict'));
  });

  it('cannot get an incomplete draft past the first of them', () => {
    const { assessmentDrafts, policy } = openSite({ assessed: false });
    const incomplete = { ...draft, risksAndHarm: '' };
    expect(() => assessmentDrafts.submit(incomplete, policy.assessmentScope(), 'key-a')).toThrow(
      refusal('assessment-invalid', /risksAndHarm/),
    );
  });

  test('M9.5: a draft from before a major incident is not approved after it', () => {
    const { site, id, scope } = submitted();
    site.assessments.record(complete, scope);
    site.clock.advance(1000);
    site.incidents.report({ ...incident, severity: 'major' }, 'reporter');
    expect(() => site.assessmentDrafts.approve(id, 'Bob', scope, 'key-b')).toThrow(
      refusal('assessment-invalid', /incident/),
    );
  });
});

describe('what an assessment says of itself', () => {
  test('M9.2: it names what voids it, always, and what its author adds', () => {
    const site = openSite({ assessed: false });
    site.assessments.record({ ...complete, triggers: ['a second gate is built'] }, site.policy.assessmentScope());
    expect(site.assessments.list()[0]?.assessment.triggers).toEqual(
      expect.arrayContaining(['major-incident', 'capture-zone', 'a second gate is built']),
    );
  });

  test('M9.2: it names the one that it stands in for', () => {
    const site = openSite();
    site.assessments.record({ ...complete, id: 'A-2' }, site.policy.assessmentScope());
    expect(site.assessments.list()[0]?.assessment.supersedes).toBe('A-1');
  });

  test('M9.2: it cannot stand in for one that is not there', () => {
    const site = openSite();
    const wrong = { ...complete, supersedes: 'A-7' };
    expect(() => site.assessments.record(wrong, site.policy.assessmentScope())).toThrow(refusal('assessment-invalid'));
  });
});

const causes: readonly (readonly [AssessmentTrigger, ConfigChanges])[] = [
  ['purpose-method-or-data', { 'face.method': '1:N' }],
  ['capture-zone', { 'face.minInterEyeDistancePx': 40 }],
  ['place-or-stakes', { 'site.type': 'school' }],
  [
    'place-or-stakes',
    { 'site.majorInterests': { involved: true, statement: 'x', declaredBy: 'Ann', on: '2026-01-01' } },
  ],
  [
    'place-or-stakes',
    { 'site.secrecyLawData': { involved: true, statement: 'x', declaredBy: 'Ann', on: '2026-01-01' } },
  ],
  ['retention-longer', { 'site.retention.maxDays': 31 }],
  ['threshold-looser', { 'face.falseMatchRate': 0.001 }],
];

describe('M9.5: an assessment is void', () => {
  test.each(causes)('after a change: %s, which is recorded once', (trigger, changes) => {
    const site = restarted(changes);
    observe(site);
    expect([site.policy.site().on, site.policy.assessment(), invalidations(site)]).toEqual([
      false,
      expect.objectContaining({ state: 'invalidated', trigger }),
      [trigger],
    ]);
  });

  it.each([
    ['site.retention.maxDays', 29],
    ['face.falseMatchRate', 0.0001],
    ['log.level', 'debug'],
  ])('not when %s changes to %s', (key, value) => {
    const site = restarted({ [key]: value }, { 'face.falseMatchRate': 0.001 });
    expect([site.policy.assessment().state, invalidations(site)]).toEqual(['valid', []]);
  });

  it('after a change that is taken back before anybody was processed it holds again, and both are on record', () => {
    const folder = tempFolder();
    const first = openSite({ store: createTestStore(folder) });
    observe(first);
    first.store.close();
    for (const changes of [{ 'site.retention.maxDays': 31 }, {}]) {
      const next = openSite({ store: openTestStore(folder), changes, assessed: false });
      observe(next);
      next.store.close();
    }
    const site = openSite({ store: openTestStore(folder), assessed: false });
    expect([site.policy.assessment().state, auditKinds(site).filter((kind) => kind.startsWith('assessment.'))]).toEqual(
      ['valid', ['assessment.recorded', 'assessment.invalidated', 'assessment.restored']],
    );
  });

  it.each([
    ['model-pack', { modelId: 'another-embedding' }],
    ['model-pack', { packId: 'test@2' }],
    ['attack-detection-looser', { pad: { ...packFacts.pad, bonaFideAtLeast: 0.6 } }],
    ['attack-detection-looser', { pad: { ...packFacts.pad, countedCues: [] } }],
  ] as const)('when other models run: %s', (trigger, change) => {
    const site = openSite();
    site.vision.packFacts = { ...packFacts, ...change };
    observe(site);
    expect([site.policy.site().on, invalidations(site)]).toEqual([false, [trigger]]);
  });

  it('not when models are first known after it was recorded', () => {
    const site = openSite({ assessed: false });
    site.vision.packFacts = undefined;
    site.assessments.record(complete, site.policy.assessmentScope());
    site.vision.packFacts = packFacts;
    observe(site);
    const known = site.policy.assessment().state;
    site.vision.packFacts = { ...packFacts, modelId: 'another-embedding' };
    expect([known, site.policy.assessment().state]).toEqual(['valid', 'invalidated']);
  });

  it('with a major incident, at once, and stays so when the incident is lifted', () => {
    const site = openSite();
    const { id } = site.incidents.report({ ...incident, severity: 'major' }, 'reporter');
    site.incidents.lift(id, agreed);
    expect([site.policy.site(), newestAudit(site, 'assessment.invalidated')]).toEqual([
      expect.objectContaining({ on: false, reason: 'assessment-missing' }),
      expect.objectContaining({ trigger: 'major-incident', incidentId: id }),
    ]);
  });

  it('not with a minor one', () => {
    const site = openSite();
    site.incidents.report({ ...incident, severity: 'minor' }, 'reporter');
    expect(site.policy.assessment().state).toBe('valid');
  });

  it('with a minor one that turns out to be major', () => {
    const site = openSite();
    const { id } = site.incidents.report({ ...incident, severity: 'minor' }, 'reporter');
    site.incidents.supplement(id, { severity: 'major' }, 'op-1');
    expect(site.policy.assessment()).toMatchObject({ state: 'invalidated', trigger: 'major-incident' });
  });

  it('until one is written after the incident; the old one again is refused', () => {
    const site = openSite();
    const { id } = site.incidents.report({ ...incident, severity: 'major' }, 'reporter');
    site.incidents.lift(id, agreed);
    const scope = site.policy.assessmentScope();
    expect(() => site.assessments.record(complete, scope)).toThrow(refusal('assessment-invalid', /incident/));
    site.assessments.record({ ...complete, id: 'A-2', date: '2026-03-02', keepUntil: '2029-03-02' }, scope);
    expect(site.policy.site()).toEqual({ on: true });
  });

  it('after the last day that it gave itself', () => {
    const site = openSite({ assessed: false });
    site.assessments.record({ ...complete, validUntil: '2026-03-03' }, site.policy.assessmentScope());
    const before = site.policy.assessment().state;
    site.clock.advance(2 * dayMs);
    observe(site);
    expect([before, site.policy.site().on, invalidations(site)]).toEqual(['valid', false, ['validity-ended']]);
  });

  it('not by a clock that jumped ahead', () => {
    const site = openSite({ assessed: false });
    site.assessments.record({ ...complete, validUntil: '2026-03-03' }, site.policy.assessmentScope());
    site.clock.jumpWall(400 * dayMs);
    observe(site);
    site.clock.jumpWall(-400 * dayMs);
    site.clockGuard.confirm('op-1');
    expect([site.policy.assessment().state, invalidations(site)]).toEqual(['valid', []]);
  });
});

describe('M9.4: a report', () => {
  const twoVersions = () => {
    const site = openSite();
    site.assessments.record({ ...complete, id: 'A-2' }, site.policy.assessmentScope());
    return site;
  };

  it('is not deleted before its three years are over', () => {
    expect(() => twoVersions().assessments.remove(1, 'op-1')).toThrow(refusal('keep-period', /2029-01-15/));
  });

  it('is not deleted because somebody set the clock ahead', () => {
    const site = twoVersions();
    site.clock.jumpWall(2000 * dayMs);
    expect(() => site.assessments.remove(1, 'op-1')).toThrow(refusal('keep-period'));
  });

  it('can go after them, and leaves its hash in the audit', () => {
    const site = twoVersions();
    const { hash } = site.assessments.require(1);
    site.clock.advance(1100 * dayMs);
    site.assessments.remove(1, 'op-1');
    expect([site.assessments.list().map(({ version }) => version), newestAudit(site, 'assessment.removed')]).toEqual([
      [2],
      { version: 1, hash, keepUntil: '2029-01-15', by: 'op-1' },
    ]);
  });

  it('is never deleted while it is the current one', () => {
    const site = twoVersions();
    site.clock.advance(2000 * dayMs);
    expect(() => site.assessments.remove(2, 'op-1')).toThrow(refusal('keep-period'));
  });
});
