import { MenshenError } from '../core/index.js';
import type { Database } from './database.js';
import type { Keyring } from './keyring.js';
import { bytesOf, numberOf } from './rows.js';

/** `authority`: what signs panels' certificates; `listener`: what the listener shows them. */
export type DeviceCertificateName = 'authority' | 'listener';

export interface DeviceCertificateRow {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly madeAtMs: number;
}

/** The device's own certificates; their private keys lie here as ciphertext. */
export class DeviceCertificates {
  readonly #db: Database;
  readonly #keys: Keyring;

  constructor(db: Database, keys: Keyring) {
    this.#db = db;
    this.#keys = keys;
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
      this.#keys.seal('device-secrets', privateKey, boundTo(name)),
      row.madeAtMs,
    );
  }

  /** PKCS #8, DER; the caller wipes it. @throws MenshenError `integrity-violation`. */
  privateKey(name: DeviceCertificateName): Uint8Array | undefined {
    const row = this.#db.get('SELECT sealed_key FROM device_certificate WHERE name = ?', name);
    if (row === undefined) return undefined;
    return this.#keys.unseal('device-secrets', bytesOf(row, 'sealed_key'), boundTo(name));
  }

  /** Under the current version of the key; one that does not open stays as it is, and signs nothing. */
  sealAnew(): { readonly done: number; readonly damaged: number } {
    let [done, damaged] = [0, 0];
    for (const name of ['authority', 'listener'] as const) {
      try {
        const privateKey = this.privateKey(name);
        if (privateKey === undefined) continue;
        const sealed = this.#keys.seal('device-secrets', privateKey, boundTo(name));
        privateKey.fill(0);
        this.#db.run('UPDATE device_certificate SET sealed_key = ? WHERE name = ?', sealed, name);
        done += 1;
      } catch (thrown) {
        if (!(thrown instanceof MenshenError) || thrown.code !== 'integrity-violation') throw thrown;
        damaged += 1;
      }
    }
    return { done, damaged };
  }
}

const boundTo = (name: DeviceCertificateName): string => `menshen:device-certificate:${name}:1`;
