import type { PadFigures, PadGroup, PadWindow } from '../../figures.js';
import { html, type Markup } from './markup.js';
import { rounded } from './plot.js';

const outcomes = ['bona-fide', 'undecided', 'attack', 'no-response'] as const;

const outcomeColours: Readonly<Record<PadWindow['outcome'], string>> = {
  'bona-fide': '#009e73',
  undecided: '#f0c34e',
  attack: '#b3431f',
  'no-response': '#b9bec5',
};

export const padLegend = [
  { colour: outcomeColours['bona-fide'], text: 'classified bona fide' },
  { colour: outcomeColours.undecided, text: 'undecided (no grant)' },
  { colour: outcomeColours.attack, text: 'classified attack' },
  { colour: outcomeColours['no-response'], text: 'no response (too few usable frames)' },
];

const barWidth = 760;
const rowHeight = 24;
const labelWidth = 300;

/** What became of each species' windows. */
export function speciesBars(groups: readonly PadGroup[]): Markup {
  const rows = groups.map((group, row) => {
    const counts = {
      'bona-fide': group.outcomes.bonaFide,
      undecided: group.outcomes.undecided,
      attack: group.outcomes.attack,
      'no-response': group.outcomes.noResponse,
    };
    let before = 0;
    const parts = outcomes.map((outcome) => {
      const width = group.windows === 0 ? 0 : ((barWidth - labelWidth - 10) * counts[outcome]) / group.windows;
      const x = labelWidth + before;
      before += width;
      return html`<rect x="${rounded(x)}" y="${row * rowHeight + 4}" width="${rounded(width)}" height="${rowHeight - 8}" fill="${outcomeColours[outcome]}"><title>${outcome}: ${counts[outcome]} of ${group.windows}</title></rect>`;
    });
    return html`<text class="tick" x="${labelWidth - 8}" y="${row * rowHeight + 16}" text-anchor="end">${shortened(nameOf(group))}</text>${parts}`;
  });
  return html`<svg viewBox="0 0 ${barWidth} ${Math.max(1, groups.length) * rowHeight}" role="img" aria-label="Outcomes of all windows by species">${rows}</svg>`;
}

/** Each recording as a line of windows, in time: one can see when a presentation was taken for something else. */
export function recordingLines(recordings: PadFigures['recordings']): Markup {
  const shown = recordings.filter(({ judged }) => judged === 'windows');
  const lastMs = Math.max(
    1,
    ...shown.flatMap(({ windows }) => windows.map(({ toMs }) => toMs - (windows[0]?.fromMs ?? 0))),
  );
  const perMs = (barWidth - labelWidth - 10) / lastMs;
  const rows = shown.map(({ file, species, windows }, row) => {
    const startMs = windows[0]?.fromMs ?? 0;
    const cells = windows.map(({ fromMs, toMs, outcome, usableFrames, bonaFideLikelihood }) => {
      const likelihood = bonaFideLikelihood === undefined ? '' : `, likelihood ${bonaFideLikelihood.toFixed(2)}`;
      return html`<rect x="${rounded(labelWidth + (fromMs - startMs) * perMs)}" y="${row * rowHeight + 4}" width="${rounded(Math.max(1, (toMs - fromMs) * perMs - 1))}" height="${rowHeight - 8}" fill="${outcomeColours[outcome]}"><title>${((fromMs - startMs) / 1000).toFixed(1)} s: ${outcome}, ${usableFrames} usable frames${likelihood}</title></rect>`;
    });
    const name = `${shortened(file)} (${shortened(species)})`;
    return html`<text class="tick" x="${labelWidth - 8}" y="${row * rowHeight + 16}" text-anchor="end">${name}<title>${file}</title></text>${cells}`;
  });
  const seconds = (lastMs / 1000).toFixed(0);
  return html`<svg viewBox="0 0 ${barWidth} ${shown.length * rowHeight + 20}" role="img" aria-label="Windows of every recording over time">${rows}
<text class="tick" x="${labelWidth}" y="${shown.length * rowHeight + 14}">0 s</text><text class="tick" x="${barWidth - 10}" y="${shown.length * rowHeight + 14}" text-anchor="end">${seconds} s</text></svg>`;
}

export function nameOf({ species, judged }: PadGroup): string {
  return `${species}${judged === 'windows' ? '' : ' (stills)'}`;
}

const longestName = 24;

function shortened(file: string): string {
  return file.length <= longestName ? file : `…${file.slice(1 - longestName)}`;
}
