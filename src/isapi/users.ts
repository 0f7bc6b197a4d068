import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import type { RegisterBody, Store } from '../store/index.js';
import { type Algorithm, algorithms, secretOf } from './digest.js';

/** Operators also name hosts and set what lasts at doors. */
export type IsapiRole = 'panel' | 'operator';

export interface IsapiUser {
  readonly name: string;
  readonly role: IsapiRole;
  readonly label: string;
  readonly expiresAtMs: number;
  readonly state: 'active' | 'revoked';
}

export interface NewIsapiUser {
  readonly name: string;
  readonly role: IsapiRole;
  readonly label: string;
  readonly days: number;
}

/** The realm goes into what is stored: changed, every user is void. */
export const realm = 'menshen';
const longestDays = 730;
const mostUsers = 64;
const dayMs = 86_400_000;
/** 16 signs, which every panel's form takes; 96 bits, which no list holds. */
const passwordBytes = 12;

export interface UserParts {
  readonly store: Store;
  readonly audit: AuditPort;
  /** Never behind the time that is vouched for. */
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly randomness: Randomness;
}

/**
 * Users of HTTP Digest: a random password, shown once, a role and an end. What is kept is RFC 7616's H(A1), sealed together
 * with role and end: a row that is changed behind the daemon's back opens nothing.
 */
export class IsapiUsers {
  readonly #parts: UserParts;
  /** Compared where nobody has the name: the same work, and nothing ever fits. */
  readonly #nobody: Readonly<Record<Algorithm, string>>;

  constructor(parts: UserParts) {
    this.#parts = parts;
    const password = Buffer.from(parts.randomness.bytes(32)).toString('hex');
    this.#nobody = secretsOf('nobody', password);
  }

  /** @returns the password, this once. @throws MenshenError `conflict`, `expiry-invalid`, `too-many-requests`. */
  add({ name, role, label, days }: NewIsapiUser, by: string): { readonly user: IsapiUser; readonly password: string } {
    const { store, audit, clock, randomness } = this.#parts;
    if (!Number.isInteger(days) || days < 1 || days > longestDays)
      throw new MenshenError('expiry-invalid', `A user lives 1 to ${longestDays} days.`);
    const before = store.registers.get('isapi-user', name);
    if (before?.state === 'active') throw new MenshenError('conflict', `There is a user ${name}. Revoke it first.`);
    const inTheWay = before === undefined ? this.#oneTooMany() : before;
    const nowMs = Math.round(clock.wallMs());
    const password = Buffer.from(randomness.bytes(passwordBytes)).toString('base64url');
    const grant = { role, expiresAtMs: nowMs + days * dayMs };
    store.transaction(() => {
      if (inTheWay !== undefined) store.registers.remove('isapi-user', inTheWay.id);
      const entry = { id: name, atMs: nowMs, state: 'active', body: { label, ...grant } };
      store.registers.add('isapi-user', entry, { ...grant, ...secretsOf(name, password) });
      audit.append('isapi.user-added', { name, ...grant, label, by });
    });
    return { user: { name, label, ...grant, state: 'active' }, password };
  }

  /** Who was revoked or has ended makes room; the audit still says who it was. */
  #oneTooMany(): { readonly id: string } | undefined {
    const { store, clock } = this.#parts;
    const users = store.registers.list('isapi-user', { oldestFirst: true });
    if (users.length < mostUsers) return undefined;
    const oldest = users.find(({ state, body }) => state !== 'active' || Number(body.expiresAtMs) <= clock.wallMs());
    if (oldest === undefined)
      throw new MenshenError('too-many-requests', `There are ${mostUsers} users already. Revoke one first.`);
    return oldest;
  }

  list(): IsapiUser[] {
    return this.#parts.store.registers.list('isapi-user').map(({ id, state, body }) => ({
      name: id,
      role: roleOf(body.role),
      label: String(body.label),
      expiresAtMs: Number(body.expiresAtMs),
      state: state === 'active' ? 'active' : 'revoked',
    }));
  }

  /** What stood for the password is overwritten too. @throws MenshenError `not-found`. */
  revoke(name: string, by: string): void {
    const { store, audit } = this.#parts;
    store.transaction(() => {
      const entry = store.registers.get('isapi-user', name);
      if (entry?.state !== 'active')
        throw new MenshenError('not-found', 'There is no such user, or it was revoked before.');
      store.registers.update('isapi-user', name, 'revoked', entry.body, {});
      audit.append('isapi.user-revoked', { name, by });
    });
    store.truncateLogSoon();
  }

  /** For a name that nobody has, was revoked or has ended there is a secret too: one that no answer fits. */
  secret(name: string, algorithm: Algorithm): string {
    const sealed = this.#sealed(name);
    const secret = sealed?.[algorithm];
    return typeof secret === 'string' ? secret : this.#nobody[algorithm];
  }

  /** The role of a user who still counts. */
  role(name: string): IsapiRole | undefined {
    const sealed = this.#sealed(name);
    return sealed === undefined ? undefined : roleOf(sealed.role);
  }

  #sealed(name: string): RegisterBody | undefined {
    const { store, clock } = this.#parts;
    if (store.registers.get('isapi-user', name)?.state !== 'active') return undefined;
    const sealed = store.registers.confidential('isapi-user', name);
    return Number(sealed?.expiresAtMs ?? 0) > clock.wallMs() ? sealed : undefined;
  }
}

function secretsOf(username: string, password: string): Readonly<Record<Algorithm, string>> {
  const [sha256 = '', md5 = ''] = algorithms.map((algorithm) => secretOf(algorithm, { username, realm, password }));
  return { 'SHA-256': sha256, MD5: md5 };
}

const roleOf = (text: unknown): IsapiRole => (text === 'operator' ? 'operator' : 'panel');
