/**
 * @typedef {object} Row
 * @property {string} what
 * @property {{ min: number, median: number, max: number }} ms
 * @property {number} [ratio] median over the baseline's median
 * @property {string} [against] the baseline of the same run
 */

/**
 * Runs `work` some rounds after a warm-up and gives the spread of its wall time.
 *
 * @param {() => unknown} work
 * @param {{ rounds: number, warmUp?: number }} options
 */
export async function timed(work, { rounds, warmUp = 2 }) {
  for (let i = 0; i < warmUp; i += 1) await work();
  const times = [];
  for (let i = 0; i < rounds; i += 1) {
    const startedMs = performance.now();
    await work();
    times.push(performance.now() - startedMs);
  }
  times.sort((a, b) => a - b);
  return { min: times[0] ?? 0, median: times[Math.floor(times.length / 2)] ?? 0, max: times.at(-1) ?? 0 };
}

/**
 * @param {string} what
 * @param {Row['ms']} ms
 * @param {{ what: string, ms: Row['ms'] }} [baseline]
 * @returns {Row}
 */
export function row(what, ms, baseline) {
  return baseline === undefined
    ? { what, ms }
    : { what, ms, ratio: ms.median / baseline.ms.median, against: baseline.what };
}
