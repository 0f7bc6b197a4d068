/**
 * @typedef {{ seen: string, held: boolean } | { skipped: string }} Seen
 *
 * @typedef {object} FaultCase
 * @property {string} fault
 * @property {string} expected
 * @property {boolean} [needsShim]
 * @property {() => Promise<Seen>} run
 *
 * @typedef {{ fault: string, expected: string, seen: string, verdict: 'held' | 'BROKEN' | 'skipped' }} FaultRow
 */

/** @param {FaultCase} of @returns {Promise<FaultRow>} */
export async function rowOf({ fault, expected, run }) {
  try {
    const seen = await run();
    if ('skipped' in seen) return { fault, expected, seen: `skipped: ${seen.skipped}`, verdict: 'skipped' };
    return { fault, expected, seen: seen.seen, verdict: seen.held ? 'held' : 'BROKEN' };
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause !== undefined ? ` (${String(thrown.cause)})` : '';
    return { fault, expected, seen: `${String(thrown)}${cause}`, verdict: 'BROKEN' };
  }
}

/** For the reader: Markdown. @param {readonly FaultRow[]} rows */
export function tableOf(rows) {
  const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const lines = rows.map(
    ({ fault, expected, seen, verdict }) => `| ${cell(fault)} | ${cell(expected)} | ${cell(seen)} | ${verdict} |`,
  );
  return ['| fault | expected | seen | |', '| --- | --- | --- | --- |', ...lines, ''].join('\n');
}
