import { constants } from 'node:os';
import { endTerminals } from './terminal.mjs';

/**
 * Does `work`, and when the process is told to end meanwhile, ends the terminals first that it started: none goes on
 * serving with nobody there to stop it.
 *
 * @param {() => Promise<number>} work resolves with the exit code
 * @returns {Promise<number>} the exit code; 128 and the signal's number when interrupted
 */
export async function untilInterrupted(work) {
  /** @type {Promise<NodeJS.Signals>} */
  const interrupted = new Promise((resolve) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, resolve);
  });
  const ended = await Promise.race([interrupted, work()]);
  if (typeof ended === 'number') return ended;
  await endTerminals();
  return 128 + constants.signals[ended];
}
