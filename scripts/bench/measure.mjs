/**
 * @typedef {{ min: number, median: number, max: number }} Spread
 *
 * @typedef {object} Row
 * @property {string} what
 * @property {Spread} ms
 * @property {number} [ratio] median over the baseline's median
 * @property {string} [against] the baseline of the same run
 * @property {Target} [target] what the ratio should be
 * @property {boolean} [met]
 * @property {string} [unit] of the figures and the target where they are no milliseconds and no ratio
 * @property {'median' | 'min'} [judge] which figure is held against a target of its own
 * @property {string} [note]
 * @property {number} [ratioOfMinima]
 * @property {string} [skipped] why there are no figures
 * @property {Step[]} [profile] where the time goes, in order
 *
 * @typedef {{ atMost: number } | { atLeast: number }} Target
 *
 * @typedef {{ step: string, kind: 'model' | 'around', ms: Spread }} Step
 */

/**
 * Runs `work` some rounds after a warm-up and gives the spread of its wall time.
 *
 * @param {() => unknown} work
 * @param {{ rounds: number, warmUp?: number }} options
 */
export async function timed(work, options) {
  const { work: spread } = await interleaved({ work }, options);
  return spread;
}

/**
 * Runs several works in turn, so that whatever else the machine does disturbs them alike, and gives the spread of each.
 *
 * @template {string} Name
 * @param {Record<Name, () => unknown>} works
 * @param {{ rounds: number, warmUp?: number }} options
 * @returns {Promise<Record<Name, Spread>>}
 */
export async function interleaved(works, { rounds, warmUp = 2 }) {
  const names = /** @type {Name[]} */ (Object.keys(works));
  const times = names.map(() => /** @type {number[]} */ ([]));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [index, name] of names.entries()) {
      const startedMs = performance.now();
      await works[name]();
      if (round >= 0) times[index]?.push(performance.now() - startedMs);
    }
  }
  const spreads = names.map((name, index) => [name, spreadOf(times[index] ?? [])]);
  return /** @type {Record<Name, Spread>} */ (Object.fromEntries(spreads));
}

/** @param {number[]} times @returns {Spread} */
export function spreadOf(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}

/**
 * @param {string} what
 * @param {Spread} ms
 * @param {{ what: string, ms: Spread }} [baseline]
 * @param {Target} [target]
 * @returns {Row}
 */
export function row(what, ms, baseline, target) {
  if (baseline === undefined) return { what, ms };
  const ratio = ms.median / baseline.ms.median;
  const compared = { what, ms, ratio, against: baseline.what };
  if (target === undefined) return compared;
  return { ...compared, target, met: 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast };
}

/**
 * Other load lengthens the longer run more often: such a target is met only when the medians' and the minima's ratio
 * both meet it.
 *
 * @param {string} what @param {Spread} ms
 * @param {{ what: string, ms: Spread }} baseline @param {{ atMost: number }} target
 * @returns {Row}
 */
export function rowOfBoth(what, ms, baseline, target) {
  const ratioOfMinima = ms.min / baseline.ms.min;
  const met = Math.max(ms.median / baseline.ms.median, ratioOfMinima) <= target.atMost;
  const named = { ...baseline, what: `${baseline.what}, ${ratioOfMinima.toFixed(2)} of minima` };
  return { ...row(what, ms, named), target, met, ratioOfMinima };
}

/** @param {string} what @param {string} why @returns {Row} */
export function skippedRow(what, why) {
  return { what, ms: { min: Number.NaN, median: Number.NaN, max: Number.NaN }, skipped: why };
}
