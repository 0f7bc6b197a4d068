/** Thread body of `argon2idApart`: one hash, told through shared memory, for its caller waits. */
import { workerData } from 'node:worker_threads';
import type { Argon2idCost } from './password.js';

export interface Job {
  readonly secret: Uint8Array;
  readonly salt: Uint8Array;
  readonly cost: Argon2idCost;
  /** 0 waiting, 1 done, 2 not enough memory, 3 not loaded, 4 failed otherwise. */
  readonly state: Int32Array;
  readonly verifier: Uint8Array;
}

const { secret, salt, cost, state, verifier } = workerData as Job;
let outcome = 3;
try {
  // Nothing of the product stands among the imports above: what cannot be loaded must be told too.
  const { argon2id } = await import('./password.js');
  outcome = 4;
  verifier.set(argon2id(secret, salt, cost));
  outcome = 1;
} catch (thrown) {
  // Its one failure of its own, for the salt's length was looked at before.
  if (outcome === 4 && thrown instanceof Error && thrown.name === 'MenshenError') outcome = 2;
} finally {
  secret.fill(0);
  Atomics.store(state, 0, outcome);
  Atomics.notify(state, 0);
}
