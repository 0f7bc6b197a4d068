/**
 * @typedef {[name: string, rows: () => Promise<import('./measure.mjs').Row[]>]} Group
 *
 * @typedef {object} GroupResult
 * @property {string} name
 * @property {import('./measure.mjs').Row[]} rows
 * @property {string} [failure] why there are no rows
 * @property {number} seconds
 */

/**
 * Runs one group after the other. One that fails is reported, and the others still run.
 *
 * @param {readonly Group[]} groups
 * @returns {Promise<GroupResult[]>}
 */
export async function runGroups(groups) {
  const results = [];
  for (const [name, rowsOf] of groups) {
    process.stdout.write(`${name} ...\n`);
    const startedMs = performance.now();
    const outcome = await outcomeOf(rowsOf);
    results.push({ name, ...outcome, seconds: Math.round(performance.now() - startedMs) / 1000 });
  }
  return results;
}

/** @param {Group[1]} rowsOf */
async function outcomeOf(rowsOf) {
  try {
    return { rows: await rowsOf() };
  } catch (fault) {
    return { rows: [], failure: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) };
  }
}
