import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { canonicalJson } from '../crypto/index.js';
import type { Store } from '../store/index.js';

/** What a store had come to at a moment; whatever the store says later must contain it. */
export interface WitnessNote {
  readonly format: 'menshen-witness-1';
  readonly storeId: string;
  readonly seq: number;
  readonly eventSerial: number;
  /** Hex. */
  readonly hash: string;
  readonly epoch: number;
  readonly atMs: number;
}

/**
 * A small signed file outside the database. Nobody but the device can write a newer one; an older one can be put back by
 * whoever can write its folder, which is why one may lie outside the store's.
 */
export class WitnessFile {
  readonly name: string;
  readonly #path: string;
  readonly #signers: Store['signers'];

  /** @param name stays the same for good; `path` may be moved by the configuration. */
  constructor(name: string, path: string, store: Pick<Store, 'signers'>) {
    this.name = name;
    this.#path = path;
    this.#signers = store.signers;
  }

  read(): WitnessNote | 'missing' | 'altered' {
    if (!existsSync(this.#path)) return 'missing';
    try {
      const file = JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, unknown>;
      const body = String(file.body);
      const signature = new Uint8Array(Buffer.from(String(file.signature), 'base64'));
      if (!this.#signers.verifies({ keyId: String(file.keyId), body, signature })) return 'altered';
      // Signed by this device, so written by `write`.
      return JSON.parse(body) as WitnessNote;
    } catch (thrown) {
      if (thrown instanceof SyntaxError) return 'altered';
      throw thrown;
    }
  }

  /** Durable when it returns; the file is never half written. */
  write(note: WitnessNote): void {
    const body = canonicalJson(note);
    const { signingKey } = this.#signers;
    const signature = Buffer.from(signingKey.sign(body)).toString('base64');
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.new`;
    const descriptor = openSync(temporary, 'w', 0o600);
    try {
      writeSync(descriptor, canonicalJson({ body, keyId: signingKey.keyId, signature }));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, this.#path);
  }
}
