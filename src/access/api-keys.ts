import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, keyedHash } from '../crypto/index.js';
import type { ApiKeyRow, Store } from '../store/index.js';

/** Who may call what; `local` is the command line on the device itself, through a socket that only its owner can open. */
export const roles = ['panel', 'operator', 'admin', 'auditor', 'kiosk'] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  /** Id of the key, or `local`, or the panel's whose certificate it was. */
  readonly id: string;
  readonly role: Role;
  /** The person behind a key, where the key names one: acts of two people need two of them. */
  readonly holder?: string;
  /** `mtls`: proved by a client certificate. */
  readonly transport?: 'mtls';
}

export interface NewApiKey {
  readonly id: string;
  readonly role: Role;
  readonly expiresAtMs: number;
  /** Shown once; only its keyed hash is stored. */
  readonly secret: string;
}

const prefix = 'mk';
const dayMs = 86_400_000;
const longestDays = 730;

/** Bearer keys: `mk_<id>_<secret>`, stored as keyed hashes, with a role and an end. There is no default key. */
export class ApiKeyRing {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #clock: Clock;
  readonly #randomness: Randomness;

  constructor(parts: { store: Store; audit: AuditPort; clock: Clock; randomness: Randomness }) {
    this.#store = parts.store;
    this.#audit = parts.audit;
    this.#clock = parts.clock;
    this.#randomness = parts.randomness;
  }

  add(request: { role: Role; label: string; days: number }): NewApiKey {
    if (!Number.isInteger(request.days) || request.days < 1 || request.days > longestDays) {
      throw new MenshenError('expiry-invalid', `A key lives 1 to ${longestDays} days.`);
    }
    const id = Buffer.from(this.#randomness.bytes(6)).toString('hex');
    const secret = `${prefix}_${id}_${Buffer.from(this.#randomness.bytes(32)).toString('base64url')}`;
    const nowMs = Math.round(this.#clock.wallMs());
    const expiresAtMs = nowMs + request.days * dayMs;
    this.#store.transaction(() => {
      this.#store.apiKeys.add({
        id,
        role: request.role,
        label: request.label,
        secretHash: this.#hash(secret, request.role, expiresAtMs),
        createdAtMs: nowMs,
        expiresAtMs,
      });
      this.#audit.append('api-key.added', { id, role: request.role, label: request.label, expiresAtMs });
    });
    return { id, role: request.role, expiresAtMs, secret };
  }

  list(): Omit<ApiKeyRow, 'secretHash'>[] {
    return this.#store.apiKeys.list().map(({ secretHash: _hidden, ...key }) => key);
  }

  revoke(id: string): void {
    this.#store.transaction(() => {
      if (!this.#store.apiKeys.revoke(id, Math.round(this.#clock.wallMs()))) {
        throw new MenshenError('not-found', 'There is no such key, or it was revoked before.');
      }
      this.#audit.append('api-key.revoked', { id });
    });
  }

  /** The caller behind a bearer token, or undefined: unknown, wrong, expired and revoked look the same. */
  identify(token: string): Caller | undefined {
    const id = /^mk_([0-9a-f]{12})_[\w-]{43}$/.exec(token)?.[1];
    const key = id === undefined ? undefined : this.#store.apiKeys.get(id);
    const expected = key?.secretHash ?? new Uint8Array(32);
    const right = equalBytes(this.#hash(token, key?.role ?? 'none', key?.expiresAtMs ?? 0), expected);
    if (!right || key === undefined || key.revokedAtMs !== undefined || key.expiresAtMs <= this.#clock.wallMs())
      return undefined;
    const role = roles.find((known) => known === key.role);
    return role === undefined ? undefined : { id: key.id, role };
  }

  /** Covers role and end too, so that a row changed behind the daemon's back opens nothing. */
  #hash(token: string, role: string, expiresAtMs: number): Uint8Array {
    return keyedHash(this.#store.keys.apiKeys, `${role}:${expiresAtMs}:${token}`);
  }
}
