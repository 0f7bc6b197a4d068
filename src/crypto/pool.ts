import { Worker } from 'node:worker_threads';
import { MenshenError } from '../core/index.js';
import type { Argon2idCost } from './password.js';

export interface PasswordHasher {
  /** Argon2id off the event loop; 32 bytes. `secret` is wiped here once it was handed over. */
  hash(secret: Uint8Array, salt: Uint8Array): Promise<Uint8Array>;
  /** True when hashing cannot be relied on: PINs would not work. */
  broken(): boolean;
  close(): Promise<void>;
}

interface Job {
  readonly id: number;
  readonly secret: Uint8Array;
  readonly salt: Uint8Array;
  resolve(value: Uint8Array): void;
  reject(reason: Error): void;
}

/** This many workers lost in a row mean that hashing does not work here. */
const lossesThatBreak = 3;

/** A bounded pool: at most `workers` hashes at once, at most `queueLimit` waiting, the rest told to come back. */
export class Argon2idPool implements PasswordHasher {
  readonly #cost: Argon2idCost;
  readonly #queueLimit: number;
  readonly #idle: Worker[] = [];
  readonly #running = new Map<Worker, Job>();
  readonly #waiting: Job[] = [];
  #nextId = 1;
  #closed = false;
  #losses = 0;
  #free: number;

  constructor(options: { cost: Argon2idCost; workers: number; queueLimit: number }) {
    this.#cost = options.cost;
    this.#queueLimit = options.queueLimit;
    this.#free = options.workers;
  }

  hash(secret: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(new MenshenError('internal', 'the hashing pool is closed'));
    if (this.#waiting.length >= this.#queueLimit) {
      secret.fill(0);
      return Promise.reject(
        new MenshenError('too-many-requests', 'Too many PINs are being checked; try again shortly.'),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: this.#nextId++, secret, salt, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const workers = [...this.#idle, ...this.#running.keys()];
    for (const job of [...this.#running.values(), ...this.#waiting]) {
      job.reject(new MenshenError('internal', 'the hashing pool was closed'));
    }
    this.#running.clear();
    this.#waiting.length = 0;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  broken(): boolean {
    return this.#closed || this.#losses >= lossesThatBreak;
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? this.#start();
      if (worker === undefined) return;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running.set(worker, job);
      worker.postMessage({ secret: job.secret, salt: job.salt, cost: this.#cost });
      job.secret.fill(0);
    }
  }

  #start(): Worker | undefined {
    if (this.#free === 0) return undefined;
    this.#free -= 1;
    const worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [] });
    worker.unref();
    worker.on('message', (result: { verifier?: Uint8Array; problem?: string }) => this.#finish(worker, result));
    worker.on('error', (cause) => this.#lose(worker, cause));
    worker.on('exit', (code) => this.#lose(worker, new MenshenError('internal', `it ended with ${code}`)));
    return worker;
  }

  #finish(worker: Worker, result: { verifier?: Uint8Array; problem?: string }): void {
    if (this.#closed) return;
    if (result.verifier === undefined) {
      // A module that failed once cannot be trusted with the next PIN.
      this.#lose(worker, new MenshenError('internal', result.problem ?? 'hashing failed'));
      return;
    }
    const job = this.#running.get(worker);
    this.#running.delete(worker);
    this.#idle.push(worker);
    this.#losses = 0;
    job?.resolve(result.verifier);
    this.#dispatch();
  }

  #lose(worker: Worker, cause: unknown): void {
    const job = this.#running.get(worker);
    const idleAt = this.#idle.indexOf(worker);
    // `error` is followed by `exit`: the second word about the same worker changes nothing.
    if (job === undefined && idleAt === -1) return;
    if (idleAt !== -1) this.#idle.splice(idleAt, 1);
    this.#running.delete(worker);
    this.#free += 1;
    this.#losses += 1;
    void worker.terminate();
    job?.reject(new MenshenError('internal', 'a hashing worker died', { cause }));
    if (!this.#closed) this.#dispatch();
  }
}
