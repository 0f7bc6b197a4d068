import type { Randomness } from '../core/index.js';
import { deriveKey, seal, unseal } from '../crypto/index.js';
import type { Database } from './database.js';
import { bytesOf, numberOf } from './rows.js';

/** `authority`: what signs panels' certificates; `listener`: what the listener shows them. */
export type DeviceCertificateName = 'authority' | 'listener';

export interface DeviceCertificateRow {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly madeAtMs: number;
}

/** The device's own certificates; their private keys lie here as ciphertext under a key of their own. */
export class DeviceCertificates {
  readonly #db: Database;
  readonly #deviceSecrets: Uint8Array;
  readonly #randomness: Randomness;

  constructor(db: Database, deviceSecrets: Uint8Array, randomness: Randomness) {
    this.#db = db;
    this.#deviceSecrets = deviceSecrets;
    this.#randomness = randomness;
  }

  get(name: DeviceCertificateName): DeviceCertificateRow | undefined {
    const row = this.#db.get('SELECT certificate, made_at FROM device_certificate WHERE name = ?', name);
    if (row === undefined) return undefined;
    return { certificate: bytesOf(row, 'certificate'), madeAtMs: numberOf(row, 'made_at') };
  }

  /** Replaces what was there. @param privateKey PKCS #8, DER; the caller wipes it. */
  put(name: DeviceCertificateName, row: DeviceCertificateRow, privateKey: Uint8Array): void {
    this.#db.run(
      `INSERT INTO device_certificate (name, certificate, sealed_key, made_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET certificate = excluded.certificate, sealed_key = excluded.sealed_key,
         made_at = excluded.made_at`,
      name,
      row.certificate,
      withSealingKey(this.#deviceSecrets, (key) => seal(key, privateKey, boundTo(name), this.#randomness)),
      row.madeAtMs,
    );
  }

  /** PKCS #8, DER; the caller wipes it. @throws MenshenError `integrity-violation`. */
  privateKey(name: DeviceCertificateName): Uint8Array | undefined {
    const row = this.#db.get('SELECT sealed_key FROM device_certificate WHERE name = ?', name);
    if (row === undefined) return undefined;
    return withSealingKey(this.#deviceSecrets, (key) => unseal(key, bytesOf(row, 'sealed_key'), boundTo(name)));
  }

  /** For a rotation of the key that the sealing key is derived from; to be called in its transaction. */
  reseal(newDeviceSecrets: Uint8Array): void {
    for (const name of ['authority', 'listener'] as const) {
      const privateKey = this.privateKey(name);
      if (privateKey === undefined) continue;
      const sealed = withSealingKey(newDeviceSecrets, (key) => seal(key, privateKey, boundTo(name), this.#randomness));
      privateKey.fill(0);
      this.#db.run('UPDATE device_certificate SET sealed_key = ? WHERE name = ?', sealed, name);
    }
  }
}

/** A key with one use, there for as long as it is used. */
function withSealingKey<T>(deviceSecrets: Uint8Array, use: (key: Uint8Array) => T): T {
  const key = deriveKey(deviceSecrets, 'certkeys', 1);
  try {
    return use(key);
  } finally {
    key.fill(0);
  }
}

const boundTo = (name: DeviceCertificateName): string => `menshen:device-certificate:${name}:1`;
