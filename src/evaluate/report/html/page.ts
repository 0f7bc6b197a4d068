import type { EvaluationReport } from '../schema.js';
import { fmrInWords, kindInWords, percent, whole } from '../words.js';
import { html, type Markup } from './markup.js';
import { padSection, rateCells, recognitionSections, stepsSection } from './sections.js';
import { pageStyle } from './style.js';

/**
 * The report as one page that needs nothing else: no script, no outside resource (its own policy forbids both), every
 * name escaped.
 */
export function reportAsHtml(report: EvaluationReport): string {
  const { recognition, pad } = report;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Menshen evaluation ${report.id}</title>
<style>${pageStyle}</style></head><body>
<header><h1>Menshen evaluation</h1>${facts(report)}</header>
${summary(report)}
${recognition === undefined ? undefined : recognitionSections(recognition)}
${pad === undefined ? undefined : padSection(pad)}
${stepsSection(report)}
<footer><p>After ISO/IEC 19795-1 and 30107-3. Intervals (95 %) come from resampling people, or recordings: comparisons of the same person depend on each other. <span class="mark">insufficient</span>: fewer than 30 errors (rule of 30), or none at all (rule of 3): the data cannot tell the rate, however good it looks.</p></footer>
</body></html>
`;
  return page.text;
}

function facts({ id, date, product, pack, machine, dataSets }: EvaluationReport): Markup {
  const data = dataSets.map(
    ({ name, people, pictures, recordings, fingerprint, note }) =>
      html`<div>${name}: ${whole(people)} people, ${whole(pictures)} pictures${recordings === undefined ? '' : `, ${whole(recordings)} recordings`} <small>fingerprint ${fingerprint}${note === undefined ? '' : `; ${note}`}</small></div>`,
  );
  const commit = product.commit === undefined ? '' : `, commit ${product.commit}`;
  return html`<dl><dt>Evaluation</dt><dd>${id}</dd><dt>Date</dt><dd>${date}</dd><dt>Product</dt><dd>Menshen ${product.version}${commit}</dd>
<dt>Model pack</dt><dd>${pack.id}; embedding ${pack.modelId}</dd><dt>Machine</dt><dd>${machine}</dd><dt>Data</dt><dd>${data}</dd></dl>`;
}

const summarisedAt = [1e-3, 1e-4, 1e-5];

/** What somebody wants to know who reads nothing else. */
function summary({ recognition, pad }: EvaluationReport): Markup {
  const comparisons = recognition?.comparisons ?? [];
  const rows = comparisons.flatMap((figures) =>
    summarisedAt.map((wanted) => {
      const point = figures.points.find(({ wantedFmr }) => wantedFmr === wanted);
      const what = html`The right person is turned away: ${kindInWords(figures)}, at most 1 stranger in ${whole(1 / wanted)} let through <small>FNMR at FMR ${fmrInWords(wanted)}</small>`;
      const cells =
        point?.fnmr === undefined
          ? html`<td colspan="2"><span class="mark">insufficient</span> <small>${point?.fmr.reason}</small></td>`
          : rateCells(point.fnmr);
      return html`<tr><td>${what}</td>${cells}</tr>`;
    }),
  );
  const acquire = recognition?.failureToAcquire.rate;
  const accuracy = recognition?.accuracy;
  const bonaFide = pad?.groups.find(
    ({ species, judged, derived }) => species === 'bona-fide' && judged === 'windows' && derived === undefined,
  );
  const row = (what: Markup, cells: Markup) => html`<tr><td>${what}</td>${cells}</tr>`;
  return html`<section><h2>In short</h2><table class="summary"><thead><tr><th>what goes wrong</th><th>how often (95 %)</th><th>errors</th></tr></thead><tbody>
${acquire === undefined ? undefined : row(html`No usable face is found in a picture <small>failure to acquire</small>`, rateCells(acquire))}
${rows}
${accuracy === undefined ? undefined : row(html`Right answers, “same person or not?” <small>10-fold accuracy</small>`, html`<td>${percent(accuracy.mean)} ± ${percent(accuracy.standardError)}</td><td>${whole(accuracy.comparisons)} comparisons</td>`)}
${pad?.maximumApcer === undefined ? undefined : row(html`An attack is taken for a person, worst species (${pad.maximumApcer.species}) <small>APCER</small>`, rateCells(pad.maximumApcer.rate))}
${bonaFide === undefined ? undefined : row(html`A person is taken for an attack, or it stays undecided <small>BPCER</small>`, rateCells(bonaFide.classificationError))}
</tbody></table></section>`;
}
