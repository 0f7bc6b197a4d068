/** The law as data: every row is there once, says what it should, and turns when its fact does. */
import { describe, expect, test } from 'vitest';
import {
  type ComplianceFacts,
  makeReport,
  obligations,
  overall,
  reportAsText,
  type Status,
  widthOf,
} from '#menshen/compliance/index.js';
import { broken, lawfulFacts } from '../support/compliance-facts.js';

const ids = [
  ...['M2', 'M3', 'M4.1', 'M4.2', 'M4.3', 'M4.4'],
  ...['M5.0', 'M5.1', 'M5.2', 'M5.3', 'M5.4', 'M5.5', 'M5.6', 'M5.7'],
  ...['M6.1', 'M6.2', 'M6.3', 'M7.1', 'M7.2', 'M8.1', 'M8.2', 'M8.3', 'M9.1', 'M9.2', 'M9.3', 'M9.4', 'M9.5'],
  ...['M10.1', 'M10.2', 'M10.3', 'M11', 'M12', 'M13.1', 'M13.2', 'M13.3', 'M13.4'],
  ...['M14.1', 'M14.2', 'M14.3', 'M14.4', 'M14.5', 'M14.6', 'M15.1', 'M15.2', 'M15.3', 'M15.4', 'M15.5', 'M17'],
  ...['D4', 'D5', 'D7', 'D8', 'D9', 'D10', 'D11', 'D12', 'D14', 'D15', 'D16', 'D17a', 'D17b', 'D18'],
  ...['D19a', 'D19b', 'D19c', 'D20', 'P14', 'P45', 'P47', 'P57'],
];

/** Per row: the fact, and what it is broken to, that turns the row to not met. */
const breaks: Readonly<Record<string, readonly (readonly [path: string, value: unknown])[]>> = {
  M2: [['audit.decisions.byMode', { live: 3, evaluation: 1 }]],
  M3: [
    ['declarations', []],
    ['declarations.0.holds', false],
    ['declarations.0.changedWithoutNewDate', true],
  ],
  'M4.1': [
    ['notice.fields.purposeCode', 'marketing'],
    ['assessment.purpose', 'marketing'],
  ],
  'M4.2': [
    ['site.necessity', 'yes'],
    ['assessment.approver', undefined],
  ],
  'M4.3': [
    ['face.identificationJustification', undefined],
    ['face.identificationJustification.assessmentId', 'A-0'],
  ],
  'M4.4': [
    ['selfTest', undefined],
    ['selfTest.sound', false],
  ],
  'M5.0': [['announcement.how', 'not-yet']],
  'M5.1': [
    ['notice.fields.contact', ' '],
    ['notice.fields.processorName', ''],
  ],
  'M5.2': [
    ['notice.hashOfConfiguration', 'another'],
    ['keeping.maxDays', 31],
  ],
  'M5.3': [
    ['notice.fields.necessity', 'yes'],
    ['notice.fields.impactOnRights', ''],
  ],
  'M5.4': [
    ['notice.fields.rightsRoutes', []],
    ['interface.routes.3.url', '/v1/elsewhere'],
  ],
  'M5.5': [['notice.fields.otherLegalMatters', '']],
  'M5.6': [['people.suspendedButUsable', 1]],
  'M5.7': [
    ['screen', undefined],
    ['interface.routes.6.url', '/elsewhere'],
    ['interface.routes.7.url', '/elsewhere'],
  ],
  'M6.1': [
    ['people.templatesWithoutConsent', 1],
    ['people.consentsNotSeparate', 1],
  ],
  'M6.2': [
    ['keeping.owed', 1],
    ['screen', undefined],
    ['interface.routes.9.url', '/elsewhere'],
    ['interface.routes.8.url', '/elsewhere'],
  ],
  'M6.3': [['keeping.withdrawalsWithoutStatement', 1]],
  'M7.1': [['people.minorsWithoutGuardian', 1]],
  'M7.2': [['people.minors', 1]],
  'M8.1': [
    ['audit.templateSized', 1],
    ['interface.pictureFiles', ['x.jpg']],
  ],
  'M8.2': [
    ['protection.publicAddresses', ['203.0.113.7']],
    ['protection.publicConnections', ['203.0.113.7']],
    ['egress.guarded', false],
    ['egress.canary', 'failed'],
    ['egress.canary', 'not-run'],
  ],
  'M8.3': [
    ['keeping.overdue', 1],
    ['keeping.clockTrusted', false],
    ['people.consentsWithoutExpiry', 1],
    ['keeping.maxDays', Number.POSITIVE_INFINITY],
  ],
  'M9.1': [['assessment.state', 'none']],
  'M9.2': [
    ['assessment.missing', ['impacts']],
    ['assessment.author', undefined],
  ],
  'M9.3': [['audit.intact', false]],
  'M9.4': [
    ['keepPeriod', undefined],
    ['keepPeriod.years', 2],
    ['assessment.keepUntil', '2028-12-31'],
    ['audit.intact', false],
  ],
  'M9.5': [
    ['assessment.method', '1:1'],
    ['assessment.state', 'invalidated'],
  ],
  'M10.1': [
    ['face.alternatives', []],
    ['face.alternativesWork', false],
  ],
  'M10.2': [
    ['screen.methods', ['face']],
    ['audit.decisions.methods.0.steps', 3],
  ],
  'M10.3': [['site.stateRuleOverride.endsOn', '2026-03-01']],
  M12: [
    ['wording', undefined],
    ['wording.problems', ['you must']],
  ],
  'M13.1': [['site.publicSafetyNecessity', undefined]],
  'M13.2': [
    ['face.cameras.0.zoneShare', 1],
    ['face.minInterEyeDistancePx', undefined],
    ['face.cameras', []],
  ],
  'M13.3': [
    ['sign', undefined],
    ['site.signPosted', undefined],
  ],
  'M13.4': [
    ['privateSpace', true],
    ['declarations', []],
  ],
  'M14.1': [
    ['protection.sealing', false],
    ['protection.listener.tls', false],
  ],
  'M14.2': [['audit.intact', false]],
  'M14.3': [['interface.routes.1.allow', ['anyone']]],
  'M14.4': [
    ['keys.tooLong', 1],
    ['assessment.approver', 'Ann'],
    ['incidents.liftedByFewerThanTwo', 1],
  ],
  'M14.5': [
    ['alerts', undefined],
    ['alerts.watches', []],
    ['tamper', undefined],
    ['tamper.open', 1],
    ['protection.failedAttemptsBeforeLockOut', 0],
  ],
  'M14.6': [
    ['site.classifiedProtection', undefined],
    ['site.classifiedProtection.expiresOn', '2026-03-01'],
  ],
  'M15.1': [
    ['filing', undefined],
    ['filing.overdue', true],
  ],
  'M15.2': [['filing.missingParts', ['undertaking']]],
  'M15.3': [['filing', undefined]],
  'M15.4': [['filing.ended.templatesLeft', 1]],
  'M15.5': [['filing', undefined]],
  M17: [
    ['interface.routes.4.url', '/elsewhere'],
    ['interface.routes.5.url', '/elsewhere'],
  ],
  D4: [['screen.methods', ['face', 'card', 'pin']]],
  D5: [['people.consentsNotWritten', 1]],
  D7: [['interface.routes.0.url', '/v1/pictures']],
  D8: [
    ['interface.routes.0.url', '/v1/gallery'],
    ['interface.pictureFiles', ['x.jpg']],
  ],
  D9: [
    ['audit.decisions.faceWithoutAct', 1],
    ['audit.decisions.facePrompted', 0],
  ],
  D10: [
    ['face.minInterEyeDistancePx', undefined],
    ['audit.decisions.faceWithoutAct', 1],
  ],
  D11: [['pack.roles', ['detection', 'ethnicity']]],
  D12: [
    ['site.majorInterests', undefined],
    ['audit.decisions.finalFaceGrants', 1],
    ['reviews.required', false],
  ],
  D14: [['face.alternativesWork', false]],
  D15: [
    ['assessment.missing', ['ethicsAndStandards']],
    ['assessment.missing', ['precisionAndDistance']],
  ],
  D16: [
    ['site.secrecyLawData', undefined],
    ['audit.decisions.finalFaceGrants', 1],
  ],
  D17a: [['interface.pictureFiles', ['frame.png']]],
  D17b: [
    ['site.publicService', undefined],
    ['site.publicService.expiresOn', '2026-03-01'],
  ],
  D18: [['people.templatesWithoutConsent', 1]],
  D19a: [
    ['inspection', undefined],
    ['inspection.overdue', true],
  ],
  D19b: [
    ['pack.evaluations', ['']],
    ['pack', undefined],
  ],
  D19c: [
    ['pack.roles', ['detection', 'landmarks', 'embedding']],
    ['selfTest.sound', false],
  ],
  D20: [['site.listedEquipment', undefined]],
  P14: [['people.consentsToOtherMatters', 1]],
  P45: [['interface.routes.10.url', '/elsewhere']],
  P47: [
    ['keeping.owed', 1],
    ['keeping.receiptsBadlySigned', 1],
  ],
  P57: [
    ['incidents', undefined],
    ['incidents.open', 1],
  ],
};

const rowOf = (id: string, facts: ComplianceFacts) =>
  makeReport(obligations, facts, 'en').rows.find((row) => row.id === id);
const statusOf = (id: string, facts: ComplianceFacts): Status | undefined => rowOf(id, facts)?.status;
const partsOf = (id: string, facts: ComplianceFacts) => rowOf(id, facts)?.parts;

describe('the table of obligations', () => {
  test('has each id of the law exactly once', () => {
    expect(obligations.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  test('says in Chinese and English what each row asks, where it stands and what to do', () => {
    const texts = obligations.flatMap(({ clause, obligation, parts }) => [
      clause,
      obligation,
      ...parts.map(({ whatToDo }) => whatToDo),
    ]);
    expect(texts.filter(({ zh, en }) => !/\p{Script=Han}/u.test(zh) || !/[a-z]{3}/i.test(en))).toEqual([]);
  });

  test('calls the wording of exactly the clauses that could not be confirmed unconfirmed', () => {
    const unconfirmed = obligations.filter(({ unconfirmedWording }) => unconfirmedWording === true);
    expect(unconfirmed.map(({ id }) => id)).toEqual(['M6.3', 'M9.2', 'M9.5', 'M14.6', 'M15.4']);
  });

  test('finds nothing unmet at a site that does what is asked', () => {
    const { rows } = makeReport(obligations, lawfulFacts, 'en');
    expect(rows.filter(({ status }) => status === 'not-met').map(({ id }) => id)).toEqual([]);
  });

  test('never shows an attested part as met, and names who declared it and when', () => {
    const { rows } = makeReport(obligations, lawfulFacts, 'en');
    const parts = rows.flatMap((row) => row.parts).filter(({ mode }) => mode === 'attested');
    expect(parts.filter(({ status }) => status === 'met')).toEqual([]);
    const attested = parts.filter(({ status }) => status === 'attested');
    expect(attested.length).toBeGreaterThan(10);
    expect(attested.filter(({ attestedBy, on }) => !attestedBy || !on)).toEqual([]);
  });

  test('shows a row with an enforced and an attested part as attested, its parts apart', () => {
    const row = makeReport(obligations, lawfulFacts, 'en').rows.find(({ id }) => id === 'M9.2');
    expect([row?.status, row?.parts.map(({ status }) => status)]).toEqual(['attested', ['met', 'attested']]);
  });

  test('has a broken fact for every row that can be broken', () => {
    const neverBroken = ids.filter((id) => breaks[id] === undefined);
    // A note without a duty: there is nothing to break.
    expect(neverBroken).toEqual(['M11']);
  });

  const cases = Object.entries(breaks).flatMap(([id, facts]) =>
    facts.map(([path, value]) => [id, path, value] as const),
  );
  test.each(cases)('%s: is not met once %s is broken', (id, path, value) => {
    const before = statusOf(id, lawfulFacts);
    const after = statusOf(id, broken(path, value));
    expect([before === 'not-met', after]).toEqual([false, 'not-met']);
  });

  test('M5.0: holds before anybody was told only while the face is off', () => {
    const untold = broken('announcement.how', 'not-yet');
    const [inUse, closed] = [untold, broken('face.on', false, untold)].map(
      (facts) => partsOf('M5.0', facts)?.[0]?.status,
    );
    expect([inUse, closed]).toEqual(['not-met', 'met']);
  });

  test('D19a: an inspection that is due within a month is a reminder, and so is a raised alert', () => {
    const soon = statusOf('D19a', broken('inspection.dueOn', '2026-03-31'));
    const raised = statusOf('M14.5', broken('alerts.raised', ['tampering']));
    expect([statusOf('D19a', lawfulFacts), soon, raised]).toEqual(['met', 'reminder', 'reminder']);
  });

  test('D15: an extrapolated threshold is shown as attested by whoever accepted it, never as measured', () => {
    const unmeasured = { acceptedBy: 'Cleo', on: '2026-02-01', statement: 'words', wantedFmr: 0.00001 };
    const facts = { ...lawfulFacts, face: { ...lawfulFacts.face, unmeasured } };
    const row = makeReport(obligations, facts, 'en').rows.find(({ id }) => id === 'D15');
    expect(row).toMatchObject({ status: 'attested', parts: [{}, { attestedBy: 'Cleo', on: '2026-02-01' }] });
  });

  test('every part of every row can come out not met', () => {
    const turned = obligations.flatMap(({ id, parts }) =>
      parts.flatMap(({ mode, check }, index) => {
        const hits = (breaks[id] ?? []).some(([path, value]) => check(broken(path, value)).status === 'not-met');
        return hits || mode === 'reminder' ? [] : [`${id} part ${index + 1}`];
      }),
    );
    // What D15's second part shows is nobody's fault: see its own test.
    expect(turned).toEqual(['D15 part 2']);
  });

  test('a build without a part of the product says so instead of passing over it', () => {
    const parts = ['wording', 'sign', 'screen', 'selfTest', 'alerts', 'inspection', 'incidents', 'filing'];
    const bare = parts.reduce((facts, part) => broken(part, undefined, facts), lawfulFacts);
    const unmet = makeReport(obligations, bare, 'en').rows.filter(({ status }) => status === 'not-met');
    expect(unmet.map(({ id }) => id)).toEqual([
      ...['M4.4', 'M5.7', 'M6.2', 'M10.2', 'M12', 'M13.3', 'M14.5', 'M15.1', 'M15.2', 'M15.3', 'M15.4', 'M15.5'],
      ...['D4', 'D9', 'D19a', 'D19c', 'P57'],
    ]);
    for (const { parts: rowParts } of unmet)
      expect(rowParts.find(({ status }) => status === 'not-met')?.whatToDo).toMatch(/\w/);
  });
});

describe('a row’s status', () => {
  test('is that of its weakest part', () => {
    expect(overall(['met', 'not-met', 'attested'])).toBe('not-met');
    expect(overall(['met', 'attested'])).toBe('attested');
    expect(overall(['met', 'reminder', 'attested'])).toBe('reminder');
    expect(overall(['not-applicable', 'met'])).toBe('met');
    expect(overall(['not-applicable'])).toBe('not-applicable');
  });
});

describe('the report as text', () => {
  test.each(['zh', 'en'] as const)('fits a hundred columns in %s and loses no word', (language) => {
    const report = makeReport(obligations, lawfulFacts, language);
    const lines = reportAsText(report).split('\n');
    expect(lines.filter((line) => widthOf(line) > 100)).toEqual([]);
    const squeezed = lines.join('').replaceAll(' ', '');
    const missing = report.rows.filter(({ obligation }) => !squeezed.includes(obligation.replaceAll(' ', '')));
    expect(missing).toEqual([]);
  });
});

test('M9.4: a row that rests on an entry past its keeping period says so', () => {
  const seqs = makeReport(obligations, lawfulFacts, 'en').rows.flatMap(({ parts }) =>
    parts.flatMap(({ evidence }) => evidence.flatMap(({ auditSeq }) => auditSeq ?? [])),
  );
  const [newest = 0] = seqs.sort((one, other) => other - one);
  const facts = { ...lawfulFacts, audit: { ...lawfulFacts.audit, prunedUntilSeq: newest } };
  const named = makeReport(obligations, facts, 'en').rows.flatMap(({ parts }) =>
    parts.flatMap(({ evidence }) => evidence.filter(({ auditSeq }) => auditSeq !== undefined)),
  );
  expect([newest > 0, named.length]).toEqual([true, seqs.length]);
  for (const { text, pruned } of named) expect([pruned, text]).toEqual([true, expect.stringContaining('checkpoint')]);
});
