import { MenshenError } from '../../core/index.js';
import type { PairList } from '../samples.js';
import { type FaceSet, isAcquired } from './face-set.js';
import { groupsOf, type Items, itemsOf, type PictureGroup, similarityOf, wipeItems } from './items.js';
import { type Random, shuffled } from './random.js';

export interface MatedPair {
  readonly person: number;
  readonly similarity: number;
  readonly reference: readonly string[];
  readonly probe: readonly string[];
}

export interface Mated {
  readonly pairs: readonly MatedPair[];
  /** Comparisons that could not be made: a picture of theirs gave no vector. */
  readonly failures: number;
}

/** So that a few often-photographed people do not stand for everybody. */
export const matedPerPerson = 6;

type Sides = readonly [reference: PictureGroup, probe: PictureGroup];

/** The pairs that the data set lists. Error: `evaluation-invalid` for a pair of unknown files or of two people. */
export function listedMated(set: FaceSet, { folds }: PairList): Mated {
  const sides: Sides[] = [];
  let failures = 0;
  for (const [one, other] of folds.flatMap(({ mated }) => mated)) {
    const [left, right] = [sampleAt(set, one), sampleAt(set, other)];
    if (left.person !== right.person) {
      throw new MenshenError('evaluation-invalid', `${one} and ${other} are listed as mated, and are of two people.`);
    }
    const person = set.personIndex.get(left.person) ?? 0;
    if (isAcquired(left) && isAcquired(right)) sides.push([asGroup(person, left), asGroup(person, right)]);
    else failures += 1;
  }
  return { pairs: compareSides(set, sides), failures };
}

/** Without a list: up to `matedPerPerson` drawn pairs of every person. */
export function drawnMated(set: FaceSet, random: Random): Mated {
  let failures = 0;
  const sides = set.samples.flatMap((samples, person): Sides[] =>
    shuffled(pairsOf(samples), random)
      .slice(0, matedPerPerson)
      .flatMap(([one, other]): Sides[] => {
        if (isAcquired(one) && isAcquired(other)) return [[asGroup(person, one), asGroup(person, other)]];
        failures += 1;
        return [];
      }),
  );
  return { pairs: compareSides(set, sides), failures };
}

/** References of `size` pictures in a row against the picture that follows, going round; every start once, at most `matedPerPerson`. */
export function referenceSingleMated(set: FaceSet, size: number): Mated {
  const sides = set.acquired.flatMap((pictures, person): Sides[] => {
    if (pictures.length <= size) return [];
    const round = [...pictures, ...pictures];
    return Array.from({ length: Math.min(matedPerPerson, pictures.length) }, (_, start) => [
      { person, pictures: round.slice(start, start + size) },
      { person, pictures: round.slice(start + size, start + size + 1) },
    ]);
  });
  return { pairs: compareSides(set, sides), failures: 0 };
}

/** References of `size` pictures against probes fused of as many others. */
export function fusedSides(set: FaceSet, size: number): Sides[] {
  const groups = groupsOf(set, size, matedPerPerson);
  return set.people.flatMap((_, person) =>
    pairsOf(groups.filter((group) => group.person === person)).slice(0, matedPerPerson),
  );
}

export function compareSides(set: FaceSet, sides: readonly Sides[]): MatedPair[] {
  const references = itemsOf(
    set,
    sides.map(([reference]) => reference),
  );
  const probes = itemsOf(
    set,
    sides.map(([, probe]) => probe),
  );
  try {
    return sides.map(([{ person }], row) => pairAt(person, references, probes, row));
  } finally {
    wipeItems(references);
    wipeItems(probes);
  }
}

export function pairsOf<T>(list: readonly T[]): (readonly [T, T])[] {
  return list.flatMap((one, index) => list.slice(index + 1).map((other) => [one, other] as const));
}

function pairAt(person: number, references: Items, probes: Items, row: number): MatedPair {
  return {
    person,
    // As precise as the non-mated ones: the two are compared with the same thresholds.
    similarity: Math.fround(similarityOf(references, row, probes, row)),
    reference: references.files[row] ?? [],
    probe: probes.files[row] ?? [],
  };
}

function asGroup(person: number, picture: PictureGroup['pictures'][number]): PictureGroup {
  return { person, pictures: [picture] };
}

function sampleAt(set: FaceSet, file: string) {
  const sample = set.byFile.get(file);
  if (sample !== undefined) return sample;
  throw new MenshenError('evaluation-invalid', `the list of pairs names ${file}, which is not among the pictures.`);
}
