import type { ComparisonFigures } from '../figures.js';
import type { Mated } from './mated.js';
import { gridPerUnit, type NonMated, similarityOfBin, type Tail } from './non-mated.js';

/** FMR and FNMR at every threshold of the grid; index as in `similarityOfBin`. */
export interface Curves {
  readonly fmr: Float64Array;
  readonly fnmr: Float64Array;
}

export function curvesOf(nonMated: NonMated, mated: Mated): Curves {
  const bins = nonMated.histogram.length;
  const matedBins = new Uint32Array(bins);
  for (const { similarity } of mated.pairs) {
    const bin = Math.floor((similarity + 1) * gridPerUnit);
    matedBins[bin] = (matedBins[bin] ?? 0) + 1;
  }
  const fmr = new Float64Array(bins);
  const fnmr = new Float64Array(bins);
  let falseMatches = 0;
  let matches = 0;
  for (let bin = bins - 1; bin >= 0; bin -= 1) {
    falseMatches += nonMated.histogram[bin] ?? 0;
    matches += matedBins[bin] ?? 0;
    fmr[bin] = falseMatches / Math.max(1, nonMated.comparisons);
    fnmr[bin] = 1 - matches / Math.max(1, mated.pairs.length);
  }
  return { fmr, fnmr };
}

/** Where false matches are as frequent as false non-matches: the rates' mean at the strictest threshold at which FMR is not the lower one. */
export function equalErrorAt({ fmr, fnmr }: Curves): { readonly rate: number; readonly threshold: number } {
  let bin = fmr.length - 1;
  while (bin > 0 && (fmr[bin] ?? 0) < (fnmr[bin] ?? 0)) bin -= 1;
  return { rate: ((fmr[bin] ?? 0) + (fnmr[bin] ?? 0)) / 2, threshold: similarityOfBin(bin) };
}

/** A step of this factor in either rate is too small to be seen in a plot. */
const visibleFactor = 1.04;

/** The detection error trade-off, lenient first, without points that nobody could tell apart. */
export function detOf({ fmr, fnmr }: Curves): ComparisonFigures['det'] {
  const points: ComparisonFigures['det'] = [];
  fmr.forEach((rate, bin) => {
    const missed = fnmr[bin] ?? 0;
    const last = points.at(-1);
    if (last !== undefined && !differs(last.fmr, rate) && !differs(last.fnmr, missed)) return;
    points.push({ threshold: similarityOfBin(bin), fmr: rate, fnmr: missed });
  });
  return points;
}

const histogramBins = 100;

export function histogramOf(nonMated: NonMated, mated: Mated): ComparisonFigures['histogram'] {
  const binWidth = 2 / histogramBins;
  const counts = () => Array.from({ length: histogramBins }, () => 0);
  const [matedCounts, nonMatedCounts] = [counts(), counts()];
  const add = (into: number[], similarity: number, times: number) => {
    const bin = Math.min(histogramBins - 1, Math.floor((similarity + 1) / binWidth + 1e-9));
    into[bin] = (into[bin] ?? 0) + times;
  };
  for (const { similarity } of mated.pairs) add(matedCounts, similarity, 1);
  nonMated.histogram.forEach((times, bin) => {
    if (times > 0) add(nonMatedCounts, similarityOfBin(bin), times);
  });
  return { from: -1, binWidth, mated: matedCounts, nonMated: nonMatedCounts };
}

const worstShown = 20;

export function worstOf({ design }: NonMated, tail: Tail, mated: Mated): ComparisonFigures['worst'] {
  const { left, right = left } = design;
  const highest = Array.from(tail.similarities.subarray(0, worstShown), (similarity, at) => ({
    similarity,
    reference: [...(left.files[tail.leftRow[at] ?? 0] ?? [])],
    probe: [...(right.files[tail.rightRow[at] ?? 0] ?? [])],
  }));
  const lowest = [...mated.pairs]
    .sort((a, b) => a.similarity - b.similarity)
    .slice(0, worstShown)
    .map(({ similarity, reference, probe }) => ({
      similarity: similarity,
      reference: [...reference],
      probe: [...probe],
    }));
  return { falseMatches: highest, falseNonMatches: lowest };
}

function differs(one: number, other: number): boolean {
  return one === 0 || other === 0 ? one !== other : Math.max(one / other, other / one) >= visibleFactor;
}
