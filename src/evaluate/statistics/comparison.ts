import type { ComparisonKind } from '../../core/index.js';
import type { ComparisonFigures, Rate } from '../figures.js';
import { curvesOf, detOf, equalErrorAt, histogramOf, worstOf } from './curves.js';
import { cutsOf, wantedFmrs } from './cuts.js';
import type { Mated } from './mated.js';
import { compareNonMated, type Design, type NonMated, tailOf } from './non-mated.js';
import { operatingPoint } from './operating-points.js';
import type { Pacer } from './progress.js';
import type { Random } from './random.js';
import { fewestErrors, rateOf } from './rates.js';
import { type Replicates, resamplePeople } from './replicates.js';

export interface ComparisonInput {
  readonly kind: ComparisonKind;
  readonly referencePictures: number;
  readonly probePictures: number;
  /** In words: which comparisons were made. */
  readonly words: { readonly mated: string; readonly nonMated: string; readonly note: string };
  readonly people: number;
  readonly design: Design;
  readonly mated: Mated;
  readonly resamplings: number;
  readonly random: Random;
}

/** Error rates of one kind of comparison: thresholds with intervals, DET, EER, histograms, the worst comparisons. */
export async function evaluateComparisons(input: ComparisonInput, pacer: Pacer): Promise<ComparisonFigures> {
  const { kind, mated, people, resamplings, random, words } = input;
  const step = `${kind} of ${input.referencePictures}`;
  const nonMated = await compareNonMated(input.design, pacer, `${step}: comparisons`);
  const curves = curvesOf(nonMated, mated);
  const equal = equalErrorAt(curves);
  const tail = tailOf(nonMated, tailLength(nonMated, equal.rate));
  const cuts = cutsOf(tail, nonMated.comparisons);
  const resampled = { people, nonMated, tail, mated, cuts, resamplings, random };
  const replicates = await resamplePeople(resampled, pacer, `${step}: intervals`);
  const matedPeople = new Set(mated.pairs.map(({ person }) => person)).size;
  return {
    kind,
    referencePictures: input.referencePictures,
    probePictures: input.probePictures,
    population: {
      ...words,
      people,
      matedPeople,
      matedComparisons: mated.pairs.length,
      matedFailures: mated.failures,
      nonMatedComparisons: nonMated.comparisons,
    },
    points: wantedFmrs.map((wantedFmr) => {
      const cut = cuts.find((candidate) => candidate.wantedFmr === wantedFmr);
      return operatingPoint(wantedFmr, cut, nonMated, mated, replicates);
    }),
    equalErrorRate: equalErrorRate(equal, nonMated, mated, replicates),
    det: detOf(curves),
    histogram: histogramOf(nonMated, mated),
    worst: worstOf(nonMated, tail, mated),
  };
}

/** Deep enough for the most lenient point and for the EER, also when another draw of people makes it worse. */
function tailLength({ comparisons }: NonMated, equalErrors: number): number {
  const share = Math.max(2 * (wantedFmrs[0] ?? 0), 2 * equalErrors + 0.01);
  return Math.min(comparisons, Math.ceil(share * comparisons) + fewestErrors);
}

/** The rarer kind of comparison bounds what can be said: its errors at the crossing are what the rule of 30 counts. */
function equalErrorRate(
  { rate, threshold }: { rate: number; threshold: number },
  nonMated: NonMated,
  mated: Mated,
  replicates: Replicates,
): ComparisonFigures['equalErrorRate'] {
  const trials = Math.min(nonMated.comparisons, mated.pairs.length);
  const people = new Set(mated.pairs.map(({ person }) => person)).size;
  const errors = Math.round(rate * trials);
  const known = rateOf({ errors, trials, units: people, unitName: 'people', interval: replicates.equalErrorRate });
  const stated: Rate = trials === 0 ? known : { ...known, value: rate };
  return trials === 0 ? { rate: stated } : { rate: stated, threshold };
}
