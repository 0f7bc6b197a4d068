import type { Acquired, FaceSet } from './face-set.js';
import { type Items, itemsOf, type PictureGroup, similarityOf, wipeItems } from './items.js';
import type { Pacer } from './progress.js';
import { type Random, shuffled } from './random.js';

export interface Search {
  readonly person: number;
  /** Of the first candidate; mated: below every threshold (-2) when somebody else comes first. */
  readonly similarity: number;
}

/** Of one gallery size, all draws together. */
export interface Searches {
  readonly mated: readonly Search[];
  readonly nonMated: readonly Search[];
}

export interface SearchPlan {
  readonly set: FaceSet;
  /** Enrolled for each person. */
  readonly pictures: number;
  /** Rising. */
  readonly sizes: readonly number[];
  readonly draws: number;
  readonly random: Random;
}

/** For each draw: more say little that is new, the next draw has other people. */
const mostMated = 300;
const mostNonMated = 600;
const nobody = -2;

/** Draws galleries and searches them; a smaller gallery is the beginning of a larger one. @returns by size. */
export async function searchGalleries(plan: SearchPlan, pacer: Pacer): Promise<readonly Searches[]> {
  const bySize = plan.sizes.map(() => ({ mated: [] as Search[], nonMated: [] as Search[] }));
  for (let draw = 0; draw < plan.draws; draw += 1) {
    const { references, mated, nonMated } = drawGallery(plan);
    try {
      searchAll(references, mated, plan.sizes, (search, size) => bySize[size]?.mated.push(search), true);
      searchAll(references, nonMated, plan.sizes, (search, size) => bySize[size]?.nonMated.push(search), false);
    } finally {
      for (const items of [references, mated, nonMated]) wipeItems(items);
    }
    const operations = (mated.count + nonMated.count) * references.count * references.dimensions;
    await pacer.spent(operations, `identification, ${plan.pictures} enrolled`, draw + 1, plan.draws);
  }
  return bySize;
}

interface Drawn {
  readonly references: Items;
  readonly mated: Items;
  readonly nonMated: Items;
}

function drawGallery({ set, pictures, sizes, random }: SearchPlan): Drawn {
  const order = shuffled(
    [...set.people.keys()].filter((person) => picturesOf(set, person).length >= pictures),
    random,
  ).slice(0, sizes.at(-1) ?? 0);
  const enrolled = order.map((person) => ({ person, pictures: shuffled(picturesOf(set, person), random) }));
  const inside = new Set(order);
  const outside = [...set.people.keys()].filter((person) => !inside.has(person) && picturesOf(set, person).length > 0);
  const references = enrolled.map((group) => ({ ...group, pictures: group.pictures.slice(0, pictures) }));
  const mated = enrolled
    .filter((group) => group.pictures.length > pictures)
    .slice(0, mostMated)
    .map((group) => ({ ...group, pictures: group.pictures.slice(pictures, pictures + 1) }));
  const nonMated = shuffled(outside, random)
    .slice(0, mostNonMated)
    .map((person): PictureGroup => ({ person, pictures: shuffled(picturesOf(set, person), random).slice(0, 1) }));
  return { references: itemsOf(set, references), mated: itemsOf(set, mated), nonMated: itemsOf(set, nonMated) };
}

function picturesOf(set: FaceSet, person: number): readonly Acquired[] {
  return set.acquired[person] ?? [];
}

/** One pass over the largest gallery answers for every smaller one on the way. */
function searchAll(
  references: Items,
  probes: Items,
  sizes: readonly number[],
  found: (search: Search, size: number) => void,
  mated: boolean,
): void {
  for (let probe = 0; probe < probes.count; probe += 1) {
    const person = probes.person[probe] ?? 0;
    let own = nobody;
    let other = nobody;
    let size = 0;
    for (let row = 0; row < references.count; row += 1) {
      const similarity = similarityOf(references, row, probes, probe);
      if (references.person[row] === person) own = similarity;
      else if (similarity > other) other = similarity;
      if (row + 1 !== sizes[size]) continue;
      if (!mated) found({ person, similarity: other }, size);
      else if (own > nobody) found({ person, similarity: own >= other ? own : nobody }, size);
      size += 1;
    }
  }
}
