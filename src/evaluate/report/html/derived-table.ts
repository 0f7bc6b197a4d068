import type { PadGroup } from '../../figures.js';
import { bonaFideSpecies } from '../../samples.js';
import { lightInWords } from '../words.js';
import { html, type Markup } from './markup.js';

/** Derivation by outcome, as counts of windows: no rate of a species is taken from what was made of it. */
export function derivedTable(groups: readonly PadGroup[]): Markup | undefined {
  const derived = groups.filter((group) => group.derived !== undefined);
  if (derived.length === 0) return undefined;
  return html`<h3>Derived recordings, in windows</h3>
<p class="note">Made from the recordings above. They show what the detector answers to; no error rate is taken from them. Marked: an attack classified bona fide, a person classified an attack.</p>
<table><thead><tr><th>species</th><th>derivation</th><th>bona fide</th><th>attack</th><th>undecided</th><th>no response</th><th>answered by asking for light</th></tr></thead><tbody>
${derived.map(rowOf)}
</tbody></table>`;
}

function rowOf(group: PadGroup): Markup {
  const { species, judged, derived, outcomes } = group;
  const isBonaFide = species === bonaFideSpecies;
  const still = judged === 'windows' ? undefined : html` <small>(stills)</small>`;
  return html`<tr><td>${species}${still}</td><td>${derived}</td><td>${marked(outcomes.bonaFide, !isBonaFide)}</td><td>${marked(outcomes.attack, isBonaFide)}</td><td>${outcomes.undecided}</td><td>${outcomes.noResponse}</td><td>${lightInWords(group)}</td></tr>`;
}

function marked(windows: number, wrong: boolean): Markup {
  return wrong && windows > 0 ? html`<span class="mark">${windows}</span>` : html`${windows}`;
}
