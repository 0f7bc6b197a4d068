import { MenshenError } from '../../core/index.js';
import type { Accuracy } from '../figures.js';
import type { FaceSample, PairList } from '../samples.js';
import type { FaceSet } from './face-set.js';
import { itemsOf, similarityOf, wipeItems } from './items.js';
import { matedPerPerson, pairsOf } from './mated.js';
import { type Random, shuffled } from './random.js';

const builtFolds = 10;
const triesPerPair = 20;

/** Ten folds as LFW has them, no person in two of them: drawn mated pairs, and as many non-mated ones of the fold's people. */
export function foldsByPerson(set: FaceSet, random: Random): PairList {
  const order = shuffled([...set.people.keys()], random);
  const folds = Array.from({ length: builtFolds }, (_, fold) => {
    const people = order.filter((_person, at) => at % builtFolds === fold);
    const mated = people.flatMap((person) =>
      shuffled(pairsOf(set.samples[person] ?? []), random)
        .slice(0, matedPerPerson)
        .map(([one, other]) => [one.file, other.file] as const),
    );
    return { mated, nonMated: drawnNonMated(set, people, mated.length, random) };
  });
  return { folds };
}

/** The LFW protocol: for each fold the threshold that is best on the others, and the share it gets right on this one. */
export function foldAccuracy(
  set: FaceSet,
  pairs: PairList,
  folds: Accuracy['folds'],
  name: string,
): Accuracy | undefined {
  const scored = pairs.folds.map((fold) => scoreFold(set, fold)).filter((fold) => fold.length > 0);
  if (scored.length < 2) return undefined;
  const perFold = scored.map((fold, index) => {
    const threshold = bestThreshold(scored.filter((_, other) => other !== index).flat());
    return { accuracy: accuracyAt(fold, threshold), threshold, comparisons: fold.length };
  });
  const mean = perFold.reduce((sum, { accuracy }) => sum + accuracy, 0) / perFold.length;
  const squares = perFold.reduce((sum, { accuracy }) => sum + (accuracy - mean) ** 2, 0);
  const comparisons = perFold.reduce((sum, fold) => sum + fold.comparisons, 0);
  return {
    folds,
    peopleInSeveralFolds: peopleInSeveralFolds(set, pairs),
    population: `${name}: single picture against single picture, ${comparisons} comparisons in ${perFold.length} folds (${folds}); a failure to acquire counts as a non-match`,
    comparisons,
    mean,
    standardError: Math.sqrt(squares / (perFold.length - 1) / perFold.length),
    perFold,
  };
}

export function peopleInSeveralFolds(set: FaceSet, { folds }: PairList): number {
  const seen = new Map<string, number>();
  for (const { mated, nonMated } of folds) {
    const people = new Set([...mated, ...nonMated].flat().map((file) => sampleOf(set, file).person));
    for (const person of people) seen.set(person, (seen.get(person) ?? 0) + 1);
  }
  return [...seen.values()].filter((count) => count > 1).length;
}

interface Scored {
  readonly similarity: number;
  readonly mated: boolean;
}

/** Drawn pairs of people of the fold, each pair of people once; fewer when the fold has fewer. */
function drawnNonMated(set: FaceSet, people: readonly number[], wanted: number, random: Random) {
  const drawn = new Map<string, readonly [string, string]>();
  const possible = (people.length * (people.length - 1)) / 2;
  // The bound ends a search for the last few pairs of a small fold.
  for (let tries = 0; tries < triesPerPair * wanted && drawn.size < Math.min(wanted, possible); tries += 1) {
    const [one, other] = [people[random.below(people.length)] ?? 0, people[random.below(people.length)] ?? 0];
    const [left, right] = [drawnFile(set, one, random), drawnFile(set, other, random)];
    if (one === other || left === undefined || right === undefined) continue;
    drawn.set(`${Math.min(one, other)} ${Math.max(one, other)}`, [left, right]);
  }
  return [...drawn.values()];
}

function drawnFile(set: FaceSet, person: number, random: Random): string | undefined {
  const pictures = set.samples[person] ?? [];
  return pictures[random.below(pictures.length)]?.file;
}

function scoreFold(set: FaceSet, { mated, nonMated }: PairList['folds'][number]): Scored[] {
  const scoredPair = ([one, other]: readonly [string, string], isMated: boolean): Scored => {
    const [left, right] = [sampleOf(set, one), sampleOf(set, other)];
    if ((left.person === right.person) !== isMated) {
      const said = isMated ? 'mated' : 'non-mated';
      throw new MenshenError('evaluation-invalid', `${one} and ${other} are listed as ${said}, and are not.`);
    }
    return { similarity: similarityBetween(set, left, right), mated: isMated };
  };
  return [...mated.map((pair) => scoredPair(pair, true)), ...nonMated.map((pair) => scoredPair(pair, false))];
}

function similarityBetween(set: FaceSet, left: FaceSample, right: FaceSample): number {
  if (left.vector === undefined || right.vector === undefined) return -1;
  const both = [left, right].map((sample) => ({
    person: 0,
    pictures: [{ ...sample, vector: sample.vector ?? new Float32Array() }],
  }));
  const items = itemsOf(set, both);
  try {
    return similarityOf(items, 0, items, 1);
  } finally {
    wipeItems(items);
  }
}

/** Half-way between the two similarities where most are right; the strictest of several such places. */
function bestThreshold(scored: readonly Scored[]): number {
  const falling = [...scored].sort((a, b) => b.similarity - a.similarity);
  let right = falling.filter(({ mated }) => !mated).length;
  let best = { right, threshold: 1 };
  falling.forEach(({ mated, similarity }, index) => {
    right += mated ? 1 : -1;
    const next = falling[index + 1]?.similarity;
    // A threshold cannot part two equal similarities.
    if (next === similarity || right <= best.right) return;
    best = { right, threshold: next === undefined ? similarity : (similarity + next) / 2 };
  });
  return best.threshold;
}

function accuracyAt(scored: readonly Scored[], threshold: number): number {
  return scored.filter(({ similarity, mated }) => similarity >= threshold === mated).length / scored.length;
}

function sampleOf(set: FaceSet, file: string): FaceSample {
  const sample = set.byFile.get(file);
  if (sample !== undefined) return sample;
  throw new MenshenError('evaluation-invalid', `the list of pairs names ${file}, which is not among the pictures.`);
}
