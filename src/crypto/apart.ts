import { Worker } from 'node:worker_threads';
import { MenshenError } from '../core/index.js';
import type { Job } from './apart-worker.js';
import { offHeap } from './heap.js';
import { type Argon2idCost, saltBytes } from './password.js';

/** Far more than the dearest hash takes on a slow board. */
const longestMs = 60_000;
const waiting = 0;
const done = 1;
const verifierBytes = 32;

/** By what the thread leaves in `state`. */
const failures: Readonly<Record<number, string>> = {
  2: 'Argon2id had not enough memory. Free some, or give the service more.',
  3: 'Argon2id could not be loaded: the installation is damaged, or there is too little memory. Reinstall the product.',
};
const unknownFailure = 'Argon2id failed for a reason that it did not tell.';

/**
 * Argon2id in a thread of its own, waited for: what libsodium once took of WebAssembly’s memory it never gives back, and
 * here it goes with the thread. For the few hashes whose memory is large and whose caller can do nothing else meanwhile.
 *
 * @param salt 16 bytes.
 * @param timeoutMs then it is given up.
 * @returns 32 bytes.
 * @throws MenshenError `internal`: too little memory, not loaded, or not done in time, which its detail tells apart.
 */
export function argon2idApart(
  secret: Uint8Array,
  salt: Uint8Array,
  cost: Argon2idCost,
  timeoutMs: number = longestMs,
): Uint8Array {
  if (salt.length !== saltBytes) throw new MenshenError('internal', `a salt has ${saltBytes} bytes`);
  const state = new Int32Array(new SharedArrayBuffer(4));
  const verifier = new Uint8Array(new SharedArrayBuffer(verifierBytes));
  const worker = threadOf({ secret, salt, cost, state, verifier });
  // Told by `state`; nobody is there any more who would hear it otherwise.
  worker.on('error', () => undefined);
  const outcome = Atomics.wait(state, 0, waiting, timeoutMs);
  void worker.terminate();
  if (outcome === 'timed-out')
    throw new MenshenError(
      'internal',
      `Argon2id was not done within ${timeoutMs / 1000} s. Look at what else keeps the machine busy.`,
    );
  const left = Atomics.load(state, 0);
  if (left !== done) throw new MenshenError('internal', failures[left] ?? unknownFailure);
  const copy = offHeap(verifierBytes);
  copy.set(verifier);
  verifier.fill(0);
  return copy;
}

function threadOf(workerData: Job): Worker {
  try {
    return new Worker(new URL('./apart-worker.js', import.meta.url), { execArgv: [], workerData });
  } catch (cause) {
    throw new MenshenError('internal', 'No thread could be started for Argon2id: threads or memory ran out.', {
      cause,
    });
  }
}
