import { keyedHash, type PasswordHasher } from '#menshen/crypto/index.js';

/** Stands in for Argon2id: quick, counted, and held back when a test wants to act while a PIN is being checked. */
export class FakeHasher implements PasswordHasher {
  /** How many hashes were asked for. */
  calls = 0;
  isBroken = false;
  /** When set, every hash fails with it. */
  fails: Error | undefined;
  #held: (() => void)[] | undefined;

  async hash(secret: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
    this.calls += 1;
    const verifier = keyedHash(secret, salt);
    secret.fill(0);
    const held = this.#held;
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
    if (this.fails !== undefined) throw this.fails;
    return verifier;
  }

  /** Hashes wait from now on until `release`. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  broken(): boolean {
    return this.isBroken;
  }

  async close(): Promise<void> {
    this.release();
  }
}
