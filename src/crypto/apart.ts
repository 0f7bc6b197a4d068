import { Worker } from 'node:worker_threads';
import { MenshenError } from '../core/index.js';
import { offHeap } from './heap.js';
import type { Argon2idCost } from './password.js';

/** Far more than the dearest hash takes on a slow board. */
const longestMs = 60_000;
const waiting = 0;
const done = 1;
const verifierBytes = 32;

/**
 * Argon2id in a thread of its own, waited for: what libsodium once took of WebAssembly’s memory it never gives back, and
 * here it goes with the thread. For the few hashes whose memory is large and whose caller can do nothing else meanwhile.
 *
 * @param salt 16 bytes.
 * @returns 32 bytes.
 */
export function argon2idApart(secret: Uint8Array, salt: Uint8Array, cost: Argon2idCost): Uint8Array {
  const state = new Int32Array(new SharedArrayBuffer(4));
  const verifier = new Uint8Array(new SharedArrayBuffer(verifierBytes));
  const worker = new Worker(new URL('./apart-worker.js', import.meta.url), {
    execArgv: [],
    workerData: { secret, salt, cost, state, verifier },
  });
  // Told by `state`; nobody is there any more who would hear it otherwise.
  worker.on('error', () => undefined);
  const outcome = Atomics.wait(state, 0, waiting, longestMs);
  void worker.terminate();
  if (outcome === 'timed-out' || Atomics.load(state, 0) !== done)
    throw new MenshenError('internal', 'Argon2id had not enough memory');
  const copy = offHeap(verifierBytes);
  copy.set(verifier);
  verifier.fill(0);
  return copy;
}
