/** Thread body of the Argon2id pool. */
import { parentPort } from 'node:worker_threads';
import { type Argon2idCost, argon2id } from './password.js';

parentPort?.on('message', (job: { secret: Uint8Array; salt: Uint8Array; cost: Argon2idCost }) => {
  try {
    parentPort?.postMessage({ verifier: argon2id(job.secret, job.salt, job.cost) });
  } catch (thrown) {
    parentPort?.postMessage({ problem: thrown instanceof Error ? thrown.message : 'hashing failed' });
  } finally {
    job.secret.fill(0);
  }
});
