import type { ComparisonFigures, PadFigures, PadGroup, Rate, RecognitionFigures } from '../../figures.js';
import { bonaFideSpecies } from '../../samples.js';
import type { EvaluationReport } from '../schema.js';
import { fmrInWords, kindInWords, lightInWords, percent, rateInWords, whole } from '../words.js';
import { derivedTable } from './derived-table.js';
import { detPlot } from './det.js';
import { gallerySizePlot } from './gallery-sizes.js';
import { histogramPlot } from './histogram.js';
import { html, type Markup } from './markup.js';
import { nameOf, padLegend, recordingLines, speciesBars } from './pad-plots.js';
import { colourOf, legend } from './plot.js';

export function recognitionSections(recognition: RecognitionFigures): Markup {
  const { comparisons, identification, fusionGain, accuracy, notMeasured, measure } = recognition;
  return html`<section><h2>Comparisons: how often it errs</h2>
<p>A stricter threshold lets fewer strangers through (FMR, false match rate) and turns away more of the right people (FNMR, false non-match rate). Similarity here: ${measure}.</p>
${detPlot(comparisons)}
${comparisons.map(comparisonTable)}</section>
${accuracy === undefined ? undefined : html`<section><h2>10-fold accuracy</h2><p><b>${percent(accuracy.mean)}</b> ± ${percent(accuracy.standardError)} (standard error over ${accuracy.perFold.length} folds). ${accuracy.population}. People in more than one fold: ${accuracy.peopleInSeveralFolds}.</p></section>`}
${fusionGain.length === 0 ? undefined : fusionTable(fusionGain)}
${identification.length === 0 ? undefined : identificationSection(identification)}
${notMeasured.length === 0 ? undefined : html`<section><h2>Not measured</h2><ul>${notMeasured.map(({ what, reason }) => html`<li>${what}: ${reason}</li>`)}</ul></section>`}`;
}

function comparisonTable(figures: ComparisonFigures): Markup {
  const { population, points, equalErrorRate } = figures;
  return html`<h3>${kindInWords(figures)} <code>${figures.kind}</code></h3>
<p class="note">Mated: ${population.mated}; ${whole(population.matedComparisons)} comparisons of ${whole(population.matedPeople)} people${population.matedFailures === 0 ? '' : `, ${population.matedFailures} more could not be made`}. Non-mated: ${population.nonMated}; ${whole(population.nonMatedComparisons)} comparisons. ${population.note}</p>
${histogramPlot(figures)}
${legend([
  { colour: colourOf(1), text: 'different people (non-mated)' },
  { colour: colourOf(0), text: 'the same person (mated)' },
])}
<table><thead><tr><th>FMR</th><th>threshold (95 %)</th><th>false matches</th><th>FMR, 95 %</th><th>FNMR (95 %)</th><th>missed</th></tr></thead><tbody>
${points.map(({ wantedFmr, threshold, fmr, fnmr }) =>
  threshold === undefined
    ? html`<tr><td>${fmrInWords(wantedFmr)}</td><td colspan="5">${insufficient(fmr)} <small>${fmr.reason}</small></td></tr>`
    : html`<tr><td>${fmrInWords(wantedFmr)}</td><td>${threshold.similarity.toFixed(4)} <small>(${threshold.interval.low.toFixed(4)} to ${threshold.interval.high.toFixed(4)})</small></td><td>${whole(fmr.errors)}</td><td><small>${fmr.interval === undefined ? '' : `${fmr.interval.low.toExponential(1)} to ${fmr.interval.high.toExponential(1)}`}</small></td>${rateCells(fnmr)}</tr>`,
)}
<tr><td>EER</td><td>${equalErrorRate.threshold?.toFixed(4)}</td><td colspan="2"></td>${rateCells(equalErrorRate.rate)}</tr></tbody></table>
${worstLists(figures)}`;
}

function worstLists({ worst }: ComparisonFigures): Markup {
  const list = (
    title: string,
    entries: ComparisonFigures['worst']['falseMatches'],
  ) => html`<div><h4>${title}</h4><table class="files"><tbody>
${entries.map(({ similarity, reference, probe }) => html`<tr><td>${similarity.toFixed(3)}</td><td>${filesInWords(reference)}</td><td>${filesInWords(probe)}</td></tr>`)}</tbody></table></div>`;
  return html`<details><summary>The comparisons that came out worst (file names)</summary><p class="note">Look at these pictures first: some are mislabelled, or show somebody else in front.</p><div class="side">
${list('Different people, most alike', worst.falseMatches)}${list('The same person, least alike', worst.falseNonMatches)}</div></details>`;
}

function fusionTable(gains: RecognitionFigures['fusionGain']): Markup {
  return html`<section><h2>Fused pictures against the best single one</h2><p class="note">${gains[0]?.population}</p>
<table><thead><tr><th>FMR</th><th>FNMR fused (95 %)</th><th>missed</th><th>FNMR best single (95 %)</th><th>missed</th><th>gain (95 %)</th></tr></thead><tbody>
${gains.map(({ wantedFmr, fused, bestSingle, gain, gainInterval }) => html`<tr><td>${fmrInWords(wantedFmr)}</td>${rateCells(fused)}${rateCells(bestSingle)}<td>${percent(gain)} <small>(${percent(gainInterval.low)} to ${percent(gainInterval.high)})</small></td></tr>`)}</tbody></table></section>`;
}

function identificationSection(figures: RecognitionFigures['identification']): Markup {
  const wanted = [...new Set(figures.flatMap(({ points }) => points.map(({ wantedFpir }) => wantedFpir)))];
  return html`<section><h2>Identification (1:N) in an open set</h2>
<p>FPIR: how often somebody who is not enrolled is taken for somebody who is. FNIR: how often an enrolled person is not found, or not first. Hollow circles: insufficient data.</p>
<div class="side">${wanted.map((fpir) => gallerySizePlot(figures, fpir))}</div>
<details><summary>Population of each gallery</summary><ul>${figures.map(({ population }) => html`<li class="note">${population}</li>`)}</ul></details>
<table><thead><tr><th>enrolled</th><th>gallery</th><th>FPIR wanted</th><th>FNIR (95 %)</th><th>missed</th><th>FPIR at the threshold the product derives (95 %)</th><th>errors</th></tr></thead><tbody>
${figures.flatMap(({ enrolmentPictures, gallerySize, points, derived }) =>
  points.map(({ wantedFpir, fnir, fpir }) => {
    const own = derived.find((entry) => entry.wantedFpir === wantedFpir);
    const derivedCells =
      own?.fpir === undefined ? html`<td colspan="2"><small>${own?.reason}</small></td>` : rateCells(own.fpir);
    return html`<tr><td>${enrolmentPictures}</td><td>${whole(gallerySize)}</td><td>${percent(wantedFpir)}</td>${fnir === undefined ? html`<td colspan="2">${insufficient(fpir)} <small>${fpir.reason}</small></td>` : rateCells(fnir)}${derivedCells}</tr>`;
  }),
)}</tbody></table></section>`;
}

export function padSection(pad: PadFigures): Markup {
  const recorded = pad.groups.filter(({ derived }) => derived === undefined);
  return html`<section><h2>Presentation attack detection</h2>
<p>${pad.population}; judged in windows of ${pad.windowMs / 1000} s. APCER: attack windows classified bona fide. BPCER: bona fide windows classified attack or left undecided. The recording is the unit: with few of them every rate is insufficient, whatever it looks like.</p>
${legend(padLegend)}${speciesBars(recorded)}
<table><thead><tr><th>species</th><th>recordings</th><th>windows</th><th>rate</th><th>(95 %)</th><th>errors</th><th>of it attack / undecided</th><th>no response</th><th>answered by asking for light</th></tr></thead><tbody>
${recorded.map(padRow)}
</tbody></table>
${pad.maximumApcer === undefined ? undefined : html`<p>Highest APCER over the species: <b>${rateInWords(pad.maximumApcer.rate)}</b> (${pad.maximumApcer.species}) ${insufficient(pad.maximumApcer.rate)} <small>${pad.maximumApcer.rate.reason}</small></p>`}
${derivedTable(pad.groups)}
<h3>Each recording over time</h3>${recordingLines(pad.recordings.filter(({ derived }) => derived === undefined))}
${recorded.length === pad.groups.length ? undefined : html`<details><summary>Each derived recording over time</summary>${recordingLines(pad.recordings.filter(({ derived }) => derived !== undefined))}</details>`}</section>`;
}

function padRow(group: PadGroup): Markup {
  const parts =
    group.bpcerAttack === undefined ? '' : `${percent(group.bpcerAttack)} / ${percent(group.bpcerUndecided ?? 0)}`;
  const rate = group.species === bonaFideSpecies ? 'BPCER' : 'APCER';
  return html`<tr><td>${nameOf(group)}</td><td>${group.recordings}</td><td>${group.windows}</td><td>${rate}</td>${rateCells(group.classificationError)}<td>${parts}</td><td>${group.nonResponse.errors}</td><td>${lightInWords(group)}</td></tr>`;
}

export function stepsSection({ steps }: EvaluationReport): Markup | undefined {
  if (steps.length === 0) return undefined;
  const ms = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(1)} ms`);
  return html`<section><h2>Time and memory</h2><table><thead><tr><th>step</th><th>items</th><th>in all</th><th>median</th><th>95th percentile</th><th>memory at most</th></tr></thead><tbody>
${steps.map(({ step, items, wallMs, medianMs, p95Ms, peakMemoryMiB, note }) => html`<tr><td>${step}${note === undefined ? '' : html` <small>${note}</small>`}</td><td>${whole(items)}</td><td>${(wallMs / 1000).toFixed(1)} s</td><td>${ms(medianMs)}</td><td>${ms(p95Ms)}</td><td>${peakMemoryMiB === undefined ? '' : `${Math.round(peakMemoryMiB)} MiB`}</td></tr>`)}</tbody></table></section>`;
}

/** A folder that all share is said once. */
function filesInWords(files: readonly string[]): string {
  const folder = files[0]?.slice(0, files[0].lastIndexOf('/') + 1) ?? '';
  const shared = folder !== '' && files.length > 1 && files.every((file) => file.startsWith(folder));
  return shared ? `${folder} ${files.map((file) => file.slice(folder.length)).join(', ')}` : files.join(', ');
}

/** Two cells: the rate, and the errors behind it. */
export function rateCells(rate: Rate | undefined): Markup {
  if (rate === undefined) return html`<td colspan="2"></td>`;
  const title = rate.reason ?? '';
  return html`<td title="${title}">${rateInWords(rate)} ${insufficient(rate)}</td><td>${whole(rate.errors)} of ${whole(rate.trials)}</td>`;
}

export function insufficient({ state }: Rate): Markup | undefined {
  return state === 'measured' ? undefined : html`<span class="mark">insufficient</span>`;
}
