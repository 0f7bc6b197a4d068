import { clockFaults } from './faults/clock.mjs';
import { copyFaults } from './faults/copied-back.mjs';
import { diskFaults } from './faults/disk.mjs';
import { recognitionFaults } from './faults/recognition.mjs';
import { rowOf, tableOf } from './faults/table.mjs';

/** @type {readonly import('./faults/table.mjs').FaultCase[]} */
export const faultCases = [...diskFaults, ...clockFaults, ...recognitionFaults, ...copyFaults];

/**
 * Every fault once, one after the other.
 *
 * @param {{ say: (text: string) => void, only?: (fault: string) => boolean }} options
 * @returns {Promise<import('./run.mjs').Outcome>}
 */
export async function faultsRun({ say, only = () => true }) {
  /** @type {import('./faults/table.mjs').FaultRow[]} */
  const rows = [];
  for (const one of faultCases.filter(({ fault }) => only(fault))) {
    const row = await rowOf(one);
    rows.push(row);
    say(`${row.verdict}  ${row.fault}: ${row.seen}`);
  }
  process.stdout.write(`${tableOf(rows)}\n`);
  const broken = rows.filter(({ verdict }) => verdict === 'BROKEN');
  const skipped = rows.filter(({ verdict }) => verdict === 'skipped').length;
  return {
    held: broken.length === 0,
    line: `${rows.length - broken.length - skipped} of ${rows.length} faults borne as they should be, ${skipped} skipped${broken[0] === undefined ? '' : `; ${broken[0].fault}: ${broken[0].seen}`}`,
    detail: { rows },
  };
}
