import type { ComparisonFigures } from '../../figures.js';
import { fmrInWords, kindInWords } from '../words.js';
import { html, type Markup } from './markup.js';
import { across, colourOf, type Frame, plot, scaleOf, upwards } from './plot.js';

const frame: Frame = { width: 620, height: 260, left: 64, bottom: 48, top: 30, right: 16 };
const lowest = -0.4;
const drawnAt = [1e-2, 1e-3, 1e-4, 1e-5];
const tenths = [-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8, 1];

/** How alike pictures of one person are, and pictures of different people, with the thresholds between them. */
export function histogramPlot(figures: ComparisonFigures): Markup {
  const { histogram, points } = figures;
  const mated = sharesOf(histogram.mated);
  const nonMated = sharesOf(histogram.nonMated);
  const most = Math.max(0.01, ...mated, ...nonMated);
  const x = scaleOf(
    lowest,
    1,
    across(frame),
    tenths.map((value) => ({ value, label: value.toFixed(1) })),
  );
  const steps = [0, 0.25, 0.5, 0.75, 1].map((part) => ({
    value: part * most,
    label: `${(100 * part * most).toFixed(1)} %`,
  }));
  const y = scaleOf(0, most, upwards(frame), steps);
  const area = (shares: readonly number[], colour: string) => {
    const outline = shares.flatMap((share, bin) => {
      const from = histogram.from + bin * histogram.binWidth;
      return from + histogram.binWidth <= lowest
        ? []
        : [`${x.at(from)},${y.at(share)}`, `${x.at(from + histogram.binWidth)},${y.at(share)}`];
    });
    const closed = [`${x.at(lowest)},${y.at(0)}`, ...outline, `${x.at(1)},${y.at(0)}`].join(' ');
    return html`<polygon points="${closed}" fill="${colour}" fill-opacity="0.35" stroke="${colour}"/>`;
  };
  const thresholds = points
    .filter(({ wantedFmr, threshold }) => threshold !== undefined && drawnAt.includes(wantedFmr))
    .map(({ wantedFmr, threshold }) => {
      const at = x.at(threshold?.similarity ?? 1);
      return html`<line class="threshold" x1="${at}" x2="${at}" y1="${frame.top}" y2="${frame.height - frame.bottom}"/>
<text class="tick" x="${at}" y="${frame.top - 6}" text-anchor="middle">${fmrInWords(wantedFmr)}</text>`;
    });
  const inside = [area(nonMated, colourOf(1)), area(mated, colourOf(0)), ...thresholds];
  const label = `Similarities of mated and non-mated comparisons, ${kindInWords(figures)}`;
  return plot(frame, { x, y, xTitle: 'Similarity', yTitle: 'Share of comparisons', label }, inside);
}

function sharesOf(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => (sum === 0 ? 0 : count / sum));
}
