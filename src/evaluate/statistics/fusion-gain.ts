import type { ComparisonFigures, FusionGain } from '../figures.js';
import { cutsOf } from './cuts.js';
import type { Acquired, FaceSet } from './face-set.js';
import { groupsOf, itemsOf, type PictureGroup, wipeItems } from './items.js';
import { compareSides, fusedSides, type MatedPair, matedPerPerson } from './mated.js';
import { compareNonMated, tailOf } from './non-mated.js';
import type { Pacer } from './progress.js';
import type { Random } from './random.js';
import { rateOf } from './rates.js';
import { unitInterval } from './resampling.js';

export interface FusionGainInput {
  readonly name: string;
  readonly set: FaceSet;
  /** The `reference-fused` figures of the same pictures. */
  readonly fused: ComparisonFigures;
  readonly resamplings: number;
  readonly random: Random;
}

const comparedAt = [1e-2, 1e-3, 1e-4];
/** The most lenient comparison's share of all, and twice that. */
const tailShare = 0.02;

/** Is a fused probe at least as good as the best of its pictures? Same references, same people, each at its own threshold for the FMR. */
export async function fusionGain(input: FusionGainInput, pacer: Pacer): Promise<FusionGain[]> {
  const { set, fused } = input;
  const size = fused.probePictures;
  const groups = groupsOf(set, size, matedPerPerson);
  const references = itemsOf(set, groups);
  const singles = itemsOf(set, groups.map(bestOf));
  try {
    const design = { left: references, right: singles };
    const nonMated = await compareNonMated(design, pacer, 'best single picture: comparisons');
    const tail = tailOf(nonMated, Math.ceil(tailShare * nonMated.comparisons));
    const cuts = cutsOf(tail, nonMated.comparisons);
    const sides = fusedSides(set, size);
    const fusedPairs = compareSides(set, sides);
    const singlePairs = compareSides(
      set,
      sides.map(([reference, probe]) => [reference, bestOf(probe)]),
    );
    return comparedAt.flatMap((wantedFmr) => {
      const fusedAt = fused.points.find((point) => point.wantedFmr === wantedFmr)?.threshold?.similarity;
      const singleAt = cuts.find((cut) => cut.wantedFmr === wantedFmr)?.threshold;
      if (fusedAt === undefined || singleAt === undefined || sides.length === 0) return [];
      return [gainAt(wantedFmr, missedOf(fusedPairs, fusedAt), missedOf(singlePairs, singleAt), input)];
    });
  } finally {
    wipeItems(references);
    wipeItems(singles);
  }
}

/** By quality where it was assessed, else the first. */
function bestOf({ person, pictures }: PictureGroup): PictureGroup {
  const better = (best: Acquired, next: Acquired) => ((next.quality ?? 0) > (best.quality ?? 0) ? next : best);
  const [first, ...others] = pictures;
  return { person, pictures: first === undefined ? [] : [others.reduce(better, first)] };
}

interface Missed {
  readonly person: number;
  readonly missed: boolean;
}

function missedOf(pairs: readonly MatedPair[], threshold: number): Missed[] {
  return pairs.map(({ person, similarity }) => ({ person, missed: similarity < threshold }));
}

function gainAt(wantedFmr: number, fused: Missed[], single: Missed[], input: FusionGainInput): FusionGain {
  const [byFused, bySingle] = [countsByPerson(fused), countsByPerson(single)];
  const rate = (counts: typeof byFused) =>
    rateOf({
      errors: counts.reduce((sum, { errors }) => sum + errors, 0),
      trials: fused.length,
      units: counts.length,
      unitName: 'people',
      interval: unitInterval(counts, input.resamplings, input.random),
    });
  // The same people on both sides: their differences are what is resampled.
  const differences = bySingle.map(({ errors, trials }, index) => ({
    errors: errors - (byFused[index]?.errors ?? 0),
    trials,
  }));
  const interval = unitInterval(differences, input.resamplings, input.random) ?? { low: 0, high: 0 };
  const [fusedRate, bestSingle] = [rate(byFused), rate(bySingle)];
  const assessed = input.set.acquired.some((pictures) => pictures.some(({ quality }) => quality !== undefined));
  return {
    population:
      `${input.name}: ${fused.length} mated comparisons of ${byFused.length} people; a reference of ` +
      `${input.fused.referencePictures} pictures against ${input.fused.probePictures} others fused, and against ` +
      `${assessed ? 'the one of them with the best quality' : 'the first of them (no quality was assessed)'}; thresholds ` +
      'from the same references and people for each of the two',
    wantedFmr,
    fused: fusedRate,
    bestSingle,
    gain: (bestSingle.value ?? 0) - (fusedRate.value ?? 0),
    gainInterval: interval,
  };
}

function countsByPerson(list: readonly Missed[]): { errors: number; trials: number }[] {
  const people = new Map<number, { errors: number; trials: number }>();
  for (const { person, missed } of list) {
    const counts = people.get(person) ?? { errors: 0, trials: 0 };
    counts.trials += 1;
    if (missed) counts.errors += 1;
    people.set(person, counts);
  }
  return [...people.values()];
}
