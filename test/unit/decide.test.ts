import { describe, expect, it } from 'vitest';
import type { FaceEvidence, PadOutcome, QualityReason, Verdict } from '#menshen/core/index.js';
import { awaitsComparison, decideCredential, decideFace } from '#menshen/decide/index.js';

const limits = { minFrames: 3, maxFrames: 6 };

/** Everything in favour of a grant; each test takes something away. */
const convincing: FaceEvidence = {
  usableFrames: 3,
  comparison: { match: true, subjectId: 's-1' },
  pad: 'bona-fide',
  framesSeen: 3,
  reasons: {},
  cameraLive: true,
  timedOut: false,
};
const nothingYet: FaceEvidence = {
  usableFrames: 0,
  pad: 'undecided',
  framesSeen: 0,
  reasons: {},
  cameraLive: true,
  timedOut: false,
};

const reasonSets: readonly FaceEvidence['reasons'][] = [
  {},
  { 'no-face-in-zone': 4 },
  { 'several-faces-in-zone': 2 },
  { 'face-blurred': 2 },
  { 'several-faces-in-zone': 3, 'face-blurred': 2 },
];
const comparisons: readonly FaceEvidence['comparison'][] = [
  undefined,
  { match: false },
  { match: true, subjectId: 's-1' },
];

function everyEvidence(): FaceEvidence[] {
  const all: FaceEvidence[] = [];
  for (let usableFrames = 0; usableFrames <= limits.maxFrames + 1; usableFrames += 1)
    for (const comparison of comparisons)
      for (const pad of ['bona-fide', 'attack', 'undecided'] as const)
        for (const framesSeen of [0, 9])
          for (const reasons of reasonSets)
            for (const cameraLive of [true, false])
              for (const timedOut of [true, false])
                for (const challenge of [undefined, 'open', 'failed'] as const)
                  all.push({
                    usableFrames,
                    ...(comparison === undefined ? {} : { comparison }),
                    ...(challenge === undefined ? {} : { challenge }),
                    ...{ pad, framesSeen, reasons, cameraLive, timedOut },
                  });
  return all;
}

/** The table as the design words it, row by row; the first row that fits is the answer. */
function expected(evidence: FaceEvidence): string {
  const { usableFrames, pad, challenge, timedOut, framesSeen, cameraLive } = evidence;
  const match = evidence.comparison?.match === true;
  const enough = usableFrames >= limits.minFrames;
  if (pad === 'attack') return 'deny presentation-attack-suspected';
  if (challenge === 'failed') return 'use-alternative presentation-attack-undecided';
  if (enough && match && pad === 'bona-fide' && challenge === undefined) return 'grant face-match';
  if (usableFrames >= limits.maxFrames && !match) return 'deny face-non-match';
  if (!timedOut) return 'look on';
  if (!cameraLive && framesSeen === 0) return 'use-alternative camera-unavailable';
  if (enough) return match ? 'use-alternative presentation-attack-undecided' : 'deny face-non-match';
  if (evidence.reasons['several-faces-in-zone'] !== undefined) return 'use-alternative several-faces';
  if (evidence.reasons['face-blurred'] !== undefined) return 'use-alternative face-quality-too-low';
  return 'use-alternative no-face-seen';
}

const worded = (verdict: Verdict | undefined): string =>
  verdict === undefined ? 'look on' : `${verdict.decision} ${verdict.reason}`;
const decided = (change: Partial<FaceEvidence>): string => worded(decideFace({ ...convincing, ...change }, limits));

describe('whether the comparison is waited for', () => {
  const answers = (evidence: FaceEvidence) =>
    comparisons.map((comparison) => {
      const { comparison: _left, ...rest } = evidence;
      return JSON.stringify(decideFace(comparison === undefined ? rest : { ...rest, comparison }, limits));
    });

  it('is said of exactly the evidence whose verdict it changes: nobody’s template is opened for any other', () => {
    const possible = everyEvidence().filter(({ framesSeen, usableFrames }) => framesSeen >= usableFrames);
    const wrong = possible.filter((evidence) => {
      const changesIt = new Set(answers(evidence)).size > 1;
      return changesIt !== awaitsComparison(evidence, limits);
    });
    expect(wrong).toEqual([]);
  });
});

describe('the decision about a face', () => {
  it('is what the table says for every combination of evidence', () => {
    const wrong = everyEvidence().filter((evidence) => worded(decideFace(evidence, limits)) !== expected(evidence));
    expect(wrong).toEqual([]);
  });

  it('reaches every row of the table', () => {
    const seen = new Set(everyEvidence().map((evidence) => worded(decideFace(evidence, limits))));
    expect([...seen].sort()).toEqual([
      'deny face-non-match',
      'deny presentation-attack-suspected',
      'grant face-match',
      'look on',
      'use-alternative camera-unavailable',
      'use-alternative face-quality-too-low',
      'use-alternative no-face-seen',
      'use-alternative presentation-attack-undecided',
      'use-alternative several-faces',
    ]);
  });

  it('never grants without enough frames, a match, a bona fide presentation and a met challenge together', () => {
    const granted = everyEvidence().filter((evidence) => decideFace(evidence, limits)?.decision === 'grant');
    const doubtful = granted.filter(
      ({ usableFrames, comparison, pad, challenge }) =>
        usableFrames < limits.minFrames || comparison?.match !== true || pad !== 'bona-fide' || challenge !== undefined,
    );
    expect([granted.length > 0, doubtful]).toEqual([true, []]);
  });

  it('always ends when the time is over', () => {
    const open = everyEvidence().filter((evidence) => evidence.timedOut && decideFace(evidence, limits) === undefined);
    expect(open).toEqual([]);
  });

  it('names the person only in a grant', () => {
    const named = everyEvidence()
      .map((evidence) => decideFace(evidence, limits))
      .filter((verdict) => verdict?.subjectId !== undefined);
    expect(new Set(named.map((verdict) => verdict?.decision))).toEqual(new Set(['grant']));
  });

  it('grants on the frame that completes the evidence', () => {
    expect([decided({ usableFrames: 2 }), decided({ usableFrames: 3 })]).toEqual(['look on', 'grant face-match']);
  });

  it('denies a suspected attack at once, however well the face matches', () => {
    expect(decided({ usableFrames: 1, pad: 'attack' })).toBe('deny presentation-attack-suspected');
  });

  it('gives a face that does not match yet the frames up to the limit', () => {
    const unlike = { comparison: { match: false } };
    expect([decided({ ...unlike, usableFrames: 5 }), decided({ ...unlike, usableFrames: 6 })]).toEqual([
      'look on',
      'deny face-non-match',
    ]);
  });

  it('does not let undecided attack detection turn into a grant at the frame limit', () => {
    expect(decided({ usableFrames: 99, pad: 'undecided' })).toBe('look on');
  });

  it('calls the camera unavailable only when it gave no frame at all', () => {
    const over = { ...nothingYet, cameraLive: false, timedOut: true };
    expect([worded(decideFace(over, limits)), worded(decideFace({ ...over, framesSeen: 1 }, limits))]).toEqual([
      'use-alternative camera-unavailable',
      'use-alternative no-face-seen',
    ]);
  });

  it('reports what was wrong with the faces there were, not the frames without one', () => {
    const reasons = { 'no-face-in-zone': 90, 'face-too-dark': 1 };
    expect(decided({ usableFrames: 0, reasons, timedOut: true })).toBe('use-alternative face-quality-too-low');
  });

  it.each<[QualityReason, string]>([
    ['face-too-small', 'face-quality-too-low'],
    ['face-cut-off', 'face-quality-too-low'],
    ['face-blurred', 'face-quality-too-low'],
    ['face-too-dark', 'face-quality-too-low'],
    ['face-too-bright', 'face-quality-too-low'],
    ['face-low-contrast', 'face-quality-too-low'],
    ['face-turned-away', 'face-quality-too-low'],
    ['several-faces-in-zone', 'several-faces'],
    ['no-face-in-zone', 'no-face-seen'],
  ])('at the end of the time puts %s as %s', (reason, answer) => {
    expect(decided({ usableFrames: 0, reasons: { [reason]: 5 }, timedOut: true })).toBe(`use-alternative ${answer}`);
  });

  it.each<PadOutcome>(['undecided'])(
    'does not grant a match with %s attack detection at the end of the time',
    (pad) => {
      expect(decided({ pad, timedOut: true })).toBe('use-alternative presentation-attack-undecided');
    },
  );
});

describe('the decision about a credential', () => {
  it.each([
    ['pin', 'pin-accepted'],
    ['card', 'card-accepted'],
    ['card+pin', 'card-and-pin-accepted'],
  ] as const)('grants an accepted %s as %s', (method, reason) => {
    expect(decideCredential(method, { outcome: 'accepted', subjectId: 's-1' })).toEqual({
      decision: 'grant',
      method,
      reason,
      subjectId: 's-1',
    });
  });

  it.each([
    ['rejected', 'credential-rejected'],
    ['locked-out', 'locked-out'],
  ] as const)('denies what was %s and names nobody', (outcome, reason) => {
    expect(decideCredential('pin', { outcome })).toEqual({ decision: 'deny', method: 'pin', reason });
  });
});
