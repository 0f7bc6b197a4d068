import type { ComparisonFigures, NotMeasured } from '../figures.js';
import type { PairList } from '../samples.js';
import { type ComparisonInput, evaluateComparisons } from './comparison.js';
import type { FaceSet } from './face-set.js';
import { groupsOf, itemsOf, type PictureGroup, wipeItems } from './items.js';
import {
  compareSides,
  drawnMated,
  fusedSides,
  listedMated,
  type Mated,
  matedPerPerson,
  referenceSingleMated,
} from './mated.js';
import type { Pacer } from './progress.js';
import { type Random, shuffled } from './random.js';

export interface KindsInput {
  readonly name: string;
  readonly set: FaceSet;
  readonly pairs: PairList | undefined;
  readonly resamplings: number;
  readonly random: Random;
}

/** What a reference is made of at enrolment; 3 is the least that a target is stated for. */
export const referenceSizes = [3, 5] as const;
/** Pictures of one person that are held against other people's references. */
const probesPerPerson = 4;
/** 4 bytes each are held while they are counted. */
const mostComparisons = 2e7;
const dependence = 'Comparisons share pictures and people; intervals come from resampling people.';

/** All kinds of comparison that the pictures allow. */
export async function evaluateKinds(
  input: KindsInput,
  pacer: Pacer,
): Promise<{ comparisons: ComparisonFigures[]; notMeasured: NotMeasured[] }> {
  const comparisons: ComparisonFigures[] = [];
  const notMeasured: NotMeasured[] = [];
  const plans = [singleSingle, ...referenceSizes.map(referenceSingle), referenceFused];
  for (const plan of plans) {
    const { what, references, probes, mated, words, kind, sizes } = plan(input);
    const people = new Set([...references, ...probes].map(({ person }) => person)).size;
    if (people < 2 || references.length === 0) {
      notMeasured.push({
        what,
        reason: `${references.length} reference(s) of ${people} people: too few pictures each`,
      });
      continue;
    }
    const left = itemsOf(input.set, references);
    const right = probes === references ? undefined : itemsOf(input.set, probes);
    try {
      const part: ComparisonInput = {
        kind,
        referencePictures: sizes[0],
        probePictures: sizes[1],
        words: { ...words, mated: `${input.name}: ${words.mated}`, nonMated: `${input.name}: ${words.nonMated}` },
        people: input.set.people.length,
        design: right === undefined ? { left } : { left, right },
        mated,
        resamplings: input.resamplings,
        random: input.random,
      };
      comparisons.push(await evaluateComparisons(part, pacer));
    } finally {
      wipeItems(left);
      if (right !== undefined) wipeItems(right);
    }
  }
  return { comparisons, notMeasured };
}

interface Plan {
  readonly what: string;
  readonly kind: ComparisonInput['kind'];
  readonly sizes: readonly [reference: number, probe: number];
  readonly references: readonly PictureGroup[];
  /** The same list as `references`: every pair of them, once. */
  readonly probes: readonly PictureGroup[];
  readonly mated: Mated;
  readonly words: ComparisonInput['words'];
}

function singleSingle({ set, pairs, random }: KindsInput): Plan {
  const first = within(groupsOf(set, 1, 1), random, (count) => (count * count) / 2);
  const mated = pairs === undefined ? drawnMated(set, random) : listedMated(set, pairs);
  const matedWords =
    pairs === undefined
      ? `up to ${matedPerPerson} drawn pairs of pictures of each person`
      : 'the listed pairs of pictures';
  return {
    what: 'single-single',
    kind: 'single-single',
    sizes: [1, 1],
    references: first,
    probes: first,
    mated,
    words: {
      mated: matedWords,
      nonMated: `the first picture of each of ${first.length} people, every pair of people`,
      note: dependence,
    },
  };
}

function referenceSingle(size: number): (input: KindsInput) => Plan {
  return ({ set, random }) => {
    const all = groupsOf(set, size, matedPerPerson);
    const singles = groupsOf(set, 1, probesPerPerson);
    const references = within(all, random, (count) => count * singles.length);
    return {
      what: `reference-single with references of ${size} pictures`,
      kind: 'reference-single',
      sizes: [size, 1],
      references,
      probes: singles,
      mated: referenceSingleMated(set, size),
      words: {
        mated: `references of ${size} pictures in a row against the person’s next picture, up to ${matedPerPerson} for each person`,
        nonMated:
          `${references.length} references of ${size} pictures of ${peopleIn(references)} people against up to ` +
          `${probesPerPerson} pictures of every other of ${peopleIn(singles)} people`,
        note: dependence,
      },
    };
  };
}

function referenceFused({ set, random }: KindsInput): Plan {
  const size = referenceSizes[0];
  const groups = within(groupsOf(set, size, matedPerPerson), random, (count) => (count * count) / 2);
  return {
    what: `reference-fused, ${size} pictures on both sides`,
    kind: 'reference-fused',
    sizes: [size, size],
    references: groups,
    probes: groups,
    mated: { pairs: compareSides(set, fusedSides(set, size)), failures: 0 },
    words: {
      mated: `references of ${size} pictures against probes fused of ${size} others, up to ${matedPerPerson} for each person`,
      nonMated: `${groups.length} means of ${size} pictures of ${peopleIn(groups)} people, every pair of means of different people`,
      // A video's frames are taken within a second and are more alike than these: fusing them steadies less.
      note: `Probes fused from stills of different occasions stand for probes fused from video frames. ${dependence}`,
    },
  };
}

/** Fewer, drawn people when all of them would make more comparisons than can be held. */
function within(
  groups: readonly PictureGroup[],
  random: Random,
  comparisonsOf: (count: number) => number,
): readonly PictureGroup[] {
  if (comparisonsOf(groups.length) <= mostComparisons) return groups;
  const perPerson = new Map<number, PictureGroup[]>();
  for (const group of groups) perPerson.set(group.person, [...(perPerson.get(group.person) ?? []), group]);
  const kept: PictureGroup[] = [];
  for (const own of shuffled([...perPerson.values()], random)) {
    if (comparisonsOf(kept.length + own.length) > mostComparisons) break;
    kept.push(...own);
  }
  return kept;
}

function peopleIn(groups: readonly PictureGroup[]): number {
  return new Set(groups.map(({ person }) => person)).size;
}
