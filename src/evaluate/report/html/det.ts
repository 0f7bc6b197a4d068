import type { ComparisonFigures } from '../../figures.js';
import { kindInWords, percent } from '../words.js';
import { html, type Markup } from './markup.js';
import { across, colourOf, legend, plot, polyline, type Scale, scaleOf, upwards, usualFrame } from './plot.js';

/** Rule of 30: below, a curve is drawn dotted. */
const fewestErrors = 30;
const lowestFmr = 1e-6;
const lowestFnmr = 1e-4;
const highest = 0.4;
const ticks = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.4];

/** All kinds of comparison in one picture, on normal-deviate axes: normal similarities give straight lines. */
export function detPlot(comparisons: readonly ComparisonFigures[]): Markup {
  const x = deviateScale(lowestFmr, across(usualFrame));
  const y = deviateScale(lowestFnmr, upwards(usualFrame));
  const curves = comparisons.map((figures, index) =>
    segmentsOf(figures).map(({ points, dotted }) =>
      polyline(
        points.map(({ fmr, fnmr }) => [x.at(fmr), y.at(fnmr)] as const),
        colourOf(index),
        dotted,
      ),
    ),
  );
  const titles = {
    xTitle: 'False match rate (FMR): strangers taken for the person',
    yTitle: 'False non-match rate (FNMR)',
  };
  return html`${plot(usualFrame, { x, y, ...titles, label: 'Detection error trade-off curves of all kinds of comparison' }, curves)}
${legend(comparisons.map((figures, index) => ({ colour: colourOf(index), text: kindInWords(figures) })))}
<p class="note">Lower and further left is better. Dotted: fewer than ${fewestErrors} errors on one of the axes, so the curve may well lie elsewhere.</p>`;
}

function deviateScale(from: number, pixels: readonly [number, number]): Scale {
  const labels = ticks.map((value) => ({ value, label: percent(value) }));
  return scaleOf(from, highest, pixels, labels, normalDeviate);
}

type Point = ComparisonFigures['det'][number];

/** Runs of points that are all supported, or all not; neighbours share their end, so that the line has no gap. */
function segmentsOf({ det, population }: ComparisonFigures): { points: Point[]; dotted: boolean }[] {
  const inside = det.filter(
    ({ fmr, fnmr }) => fmr >= lowestFmr && fmr <= highest && fnmr <= highest && fnmr >= lowestFnmr,
  );
  const runs: { points: Point[]; dotted: boolean }[] = [];
  for (const point of inside) {
    const dotted =
      point.fmr * population.nonMatedComparisons < fewestErrors ||
      point.fnmr * population.matedComparisons < fewestErrors;
    const last = runs.at(-1);
    if (last === undefined) runs.push({ points: [point], dotted });
    else {
      last.points.push(point);
      if (last.dotted !== dotted) runs.push({ points: [point], dotted });
    }
  }
  return runs;
}

/** The inverse of the normal distribution to 4.5e-4 (Abramowitz, Stegun 1964, 26.2.23): enough for a pixel. */
export function normalDeviate(probability: number): number {
  const tail = Math.min(probability, 1 - probability);
  const t = Math.sqrt(-2 * Math.log(tail));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  const deviate = t - above / below;
  return probability < 0.5 ? -deviate : deviate;
}
