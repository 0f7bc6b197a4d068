import { describe, expect, it } from 'vitest';
import { evaluateRecognition, type PairList } from '#menshen/evaluate/index.js';
import { foldAccuracy, foldsByPerson, peopleInSeveralFolds } from '#menshen/evaluate/statistics/accuracy.js';
import { faceSetOf } from '#menshen/evaluate/statistics/face-set.js';
import { seededRandom } from '#menshen/evaluate/statistics/random.js';
import { at, filesIn, madeUpSamples } from './people.js';

const samples = madeUpSamples({ people: 83, pictures: 4 });
const set = faceSetOf(samples);

describe('folds', () => {
  it('have no person in two of them', () => {
    const built = foldsByPerson(set, seededRandom(4));
    const seen = filesIn(built).map((files) => new Set(files.map((file) => file.split('/')[0])));
    const shared = seen.flatMap((people, fold) =>
      seen.slice(fold + 1).map((others) => [...people].filter((person) => others.has(person))),
    );
    expect(shared.flat()).toEqual([]);
  });

  it('are ten, with as many non-mated comparisons as mated ones where people allow', () => {
    const { folds } = foldsByPerson(set, seededRandom(4));
    expect([
      folds.length,
      folds.every(({ mated, nonMated }) => nonMated.length > 0 && nonMated.length <= mated.length),
    ]).toEqual([10, true]);
  });

  it('that leak a person are told', () => {
    const pair = ['p0/0.jpg', 'p0/1.jpg'] as const;
    const leaking: PairList = {
      folds: [
        { mated: [pair], nonMated: [] },
        { mated: [pair], nonMated: [] },
      ],
    };
    expect(peopleInSeveralFolds(set, leaking)).toBe(1);
  });
});

describe('10-fold accuracy', () => {
  /** Mated at 10 degrees, non-mated at 50; the last fold has a mated pair at 70 degrees. */
  const inFold = (fold: number, mated: number) => [
    { file: `${fold}a`, person: `${fold}p`, vector: at(0) },
    { file: `${fold}b`, person: `${fold}p`, vector: at(mated) },
    { file: `${fold}c`, person: `${fold}q`, vector: at(50) },
  ];
  const ten = Array.from({ length: 10 }, (_, fold) => inFold(fold, fold === 9 ? 70 : 10)).flat();
  const pairs: PairList = {
    folds: Array.from({ length: 10 }, (_, fold) => ({
      mated: [[`${fold}a`, `${fold}b`] as const],
      nonMated: [[`${fold}a`, `${fold}c`] as const],
    })),
  };

  it('takes each fold’s threshold from the other nine', () => {
    const accuracy = foldAccuracy(faceSetOf(ten), pairs, 'listed', 'by hand');
    expect(accuracy?.perFold.map((fold) => fold.accuracy)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5]);
  });

  it('is the mean with the standard error of the folds', () => {
    const accuracy = foldAccuracy(faceSetOf(ten), pairs, 'listed', 'by hand');
    // Nine 1 and one 0.5: mean 0.95, standard deviation 0.1581, over the square root of 10.
    expect([accuracy?.mean, accuracy?.standardError]).toEqual([expect.closeTo(0.95, 12), expect.closeTo(0.05, 12)]);
  });

  it('counts a mated pair without a face as wrong', () => {
    const without = ten.map(({ file, person, vector }) =>
      file === '3b' ? { file, person, failure: 'no face' } : { file, person, vector },
    );
    expect(foldAccuracy(faceSetOf(without), pairs, 'listed', 'by hand')?.perFold[3]?.accuracy).toBe(0.5);
  });

  it.each<[string, PairList]>([
    ['an unknown file', { folds: [{ mated: [['0a', 'nowhere']], nonMated: [] }] }],
    ['two people as mated', { folds: [{ mated: [['0a', '0c']], nonMated: [] }] }],
  ])('refuses a list with %s', async (_what, wrong) => {
    const refused = evaluateRecognition({ name: 'by hand', samples: ten, pairs: wrong, seed: 1, resamplings: 10 });
    await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'evaluation-invalid' }));
  });
});
