import { type AuditPort, type Clock, cannotBeWritten, MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, keyedHash } from '../crypto/index.js';
import type { ApiKeyRow, Store } from '../store/index.js';

/** Who may call what; `local` is the command line on the device itself, through a socket that only its owner can open. */
export const roles = ['panel', 'operator', 'admin', 'auditor', 'kiosk'] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  /** Id of the key, or `local`, or the panel's whose certificate it was. */
  readonly id: string;
  readonly role: Role;
  /** The person behind a key, where the key names one, and since when: acts of two people need two of them. */
  readonly holder?: { readonly name: string; readonly sinceMs: number };
  /** `mtls`: proved by a client certificate. */
  readonly transport?: 'mtls';
}

export interface NewApiKey {
  readonly id: string;
  readonly role: Role;
  readonly createdAtMs: number;
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

  /** @param request.holder the person who has it; a must for acts of two people. @param by who asked for it. */
  add(request: { role: Role; label: string; days: number; holder?: string }, by?: string): NewApiKey {
    if (!Number.isInteger(request.days) || request.days < 1 || request.days > longestDays) {
      throw new MenshenError('expiry-invalid', `A key lives 1 to ${longestDays} days.`);
    }
    const id = Buffer.from(this.#randomness.bytes(6)).toString('hex');
    const secret = `${prefix}_${id}_${Buffer.from(this.#randomness.bytes(32)).toString('base64url')}`;
    const nowMs = Math.round(this.#clock.wallMs());
    const expiresAtMs = nowMs + request.days * dayMs;
    const { holder } = request;
    this.#store.transaction(() => {
      this.#store.apiKeys.add({
        id,
        role: request.role,
        label: request.label,
        secretHash: this.#hash(secret, granted(request.role, holder), expiresAtMs),
        createdAtMs: nowMs,
        expiresAtMs,
        ...(holder === undefined ? {} : { holder }),
      });
      this.#audit.append('api-key.added', { id, role: request.role, label: request.label, holder, expiresAtMs, by });
    });
    return { id, role: request.role, createdAtMs: nowMs, expiresAtMs, secret };
  }

  list(): Omit<ApiKeyRow, 'secretHash'>[] {
    return this.#store.apiKeys.list().map(({ secretHash: _hidden, ...key }) => key);
  }

  /** At once and for good: what stood for the secret is overwritten. @throws MenshenError `not-found`. */
  revoke(id: string, by?: string): void {
    this.#store.transaction(() => {
      if (!this.#store.apiKeys.revoke(id, Math.round(this.#clock.wallMs()))) {
        throw new MenshenError('not-found', 'There is no such key, or it was revoked before.');
      }
      this.#audit.append('api-key.revoked', { id, by });
    });
    this.#store.truncateLogSoon();
  }

  /** The caller behind a bearer token, or undefined: unknown, wrong, expired and revoked look the same. */
  identify(token: string): Caller | undefined {
    const id = /^mk_([0-9a-f]{12})_[\w-]{43}$/.exec(token)?.[1];
    const key = id === undefined ? undefined : this.#store.apiKeys.get(id);
    const expected = key?.secretHash ?? new Uint8Array(32);
    const [grant, expiresAtMs] = [granted(key?.role ?? 'none', key?.holder), key?.expiresAtMs ?? 0];
    const right = this.#store.keys
      .versions('api-keys')
      .find(({ bytes }) => equalBytes(hashed(bytes, token, grant, expiresAtMs), expected));
    if (
      right === undefined ||
      key === undefined ||
      key.revokedAtMs !== undefined ||
      key.expiresAtMs <= this.#clock.wallMs()
    )
      return undefined;
    if (!right.current) this.#rehash(key, token, grant);
    const role = roles.find((known) => known === key.role);
    if (role === undefined) return undefined;
    const { id: keyId, holder, createdAtMs } = key;
    return { id: keyId, role, ...(holder === undefined ? {} : { holder: { name: holder, sinceMs: createdAtMs } }) };
  }

  /**
   * The hashing key was changed since: only now, with the secret at hand, can its hash be. A disk that takes nothing now
   * turns no holder away: the next call tries again, as long as the former hashing key is kept.
   */
  #rehash({ id, secretHash, expiresAtMs }: ApiKeyRow, token: string, grant: string): void {
    try {
      this.#store.withReserve(() => this.#store.apiKeys.rehash(id, secretHash, this.#hash(token, grant, expiresAtMs)));
    } catch (thrown) {
      if (!cannotBeWritten(thrown)) throw thrown;
    }
  }

  /** Covers role and end too, so that a row changed behind the daemon's back opens nothing. */
  #hash(token: string, role: string, expiresAtMs: number): Uint8Array {
    return hashed(this.#store.keys.apiKeys, token, role, expiresAtMs);
  }
}

/** What a key's hash covers besides its end: role, and holder where there is one. */
const granted = (role: string, holder: string | undefined): string =>
  holder === undefined ? role : `${role}:${JSON.stringify(holder)}`;

const hashed = (key: Uint8Array, token: string, grant: string, expiresAtMs: number): Uint8Array =>
  keyedHash(key, `${grant}:${expiresAtMs}:${token}`);
