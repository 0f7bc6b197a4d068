/** Thread body of `argon2idApart`: one hash, told through shared memory, for its caller waits. */
import { workerData } from 'node:worker_threads';
import type { Argon2idCost } from './password.js';

interface Job {
  readonly secret: Uint8Array;
  readonly salt: Uint8Array;
  readonly cost: Argon2idCost;
  /** 0 waiting, 1 done, 2 failed. */
  readonly state: Int32Array;
  readonly verifier: Uint8Array;
}

const { secret, salt, cost, state, verifier } = workerData as Job;
let outcome = 2;
try {
  const { argon2id } = await import('./password.js');
  verifier.set(argon2id(secret, salt, cost));
  outcome = 1;
} finally {
  secret.fill(0);
  Atomics.store(state, 0, outcome);
  Atomics.notify(state, 0);
}
