import { type Clock, MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, keyedHash, type PasswordHasher, saltBytes } from '../crypto/index.js';
import type { CredentialOutcome } from '../decide/index.js';
import type { AttemptCount, DeviceKey, PinRecord, Store } from '../store/index.js';

/** How failed attempts slow the next one down: free tries, then a lock that doubles. */
export interface LockoutPolicy {
  readonly freeFailures: number;
  readonly firstLockMs: number;
  readonly longestLockMs: number;
}

export const defaultLockout: LockoutPolicy = { freeFailures: 3, firstLockMs: 30_000, longestLockMs: 3_600_000 };

/**
 * PINs: always named by a person number or a card, never alone. An unknown person costs the same Argon2id run, the same
 * counters and the same answers as a wrong PIN.
 */
export class PinChecker {
  readonly #store: Store;
  readonly #hasher: PasswordHasher;
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  readonly #lockout: LockoutPolicy;

  constructor(parts: {
    store: Store;
    hasher: PasswordHasher;
    clock: Clock;
    randomness: Randomness;
    lockout?: LockoutPolicy;
  }) {
    this.#store = parts.store;
    this.#hasher = parts.hasher;
    this.#clock = parts.clock;
    this.#randomness = parts.randomness;
    this.#lockout = parts.lockout ?? defaultLockout;
  }

  /**
   * Hashes a PIN and stores its verifier; `record` runs in the same transaction.
   *
   * @throws MenshenError `body-invalid` for a PIN that is too short, not digits, or among the first that anyone would try.
   */
  async set(subjectId: string, pin: string, minDigits: number, record: () => void = () => undefined): Promise<void> {
    checkPinStrength(pin, minDigits);
    this.#store.subjects.require(subjectId);
    const salt = this.#randomness.bytes(saltBytes);
    const pepper = this.#store.keys.current('pin-pepper');
    const verifier = await this.#hasher.hash(peppered(pepper.bytes, subjectId, pin), salt);
    this.#store.transaction(() => {
      this.#store.subjects.require(subjectId);
      // First: what may be done without a PIN is asked while there is none.
      record();
      this.#store.credentials.setPin(
        subjectId,
        { salt, verifier, pepper: pepper.version },
        Math.round(this.#clock.wallMs()),
      );
    });
  }

  /** Person number with PIN. */
  check(personNumber: string, pin: string): Promise<CredentialOutcome> {
    const subjectId = this.#store.subjects.byPersonNumber(personNumber)?.id;
    return this.#check(this.#store.subjects.personIndex(personNumber), subjectId, pin);
  }

  /** The PIN that goes with a card; an unknown card is treated like a wrong PIN. */
  checkWithCard(cardNumber: string, pin: string): Promise<CredentialOutcome> {
    const subjectId = this.#store.credentials.cardHolder(cardNumber);
    return this.#check(this.#store.credentials.cardIndex(cardNumber), subjectId, pin);
  }

  async #check(named: Uint8Array, subjectId: string | undefined, pin: string): Promise<CredentialOutcome> {
    const { credentials } = this.#store;
    const nowMs = Math.round(this.#clock.wallMs());
    // One counter a person, whatever names them: five cards are not five times the tries.
    const who = subjectId === undefined ? named : credentials.counterOf(subjectId);
    const before = this.#clamped(credentials.attempts(who), nowMs);
    if (before.lockedUntilMs > nowMs) return { outcome: 'locked-out' };
    // Counted before the hash runs: parallel guesses and a pulled plug do not get a free try.
    const counted = this.#afterFailure(before.failures + 1, nowMs);
    this.#store.withReserve(() => credentials.recordFailure(who, counted, nowMs));
    const right = await this.#isRight(who, subjectId, pin).catch((thrown: unknown) => {
      // Nothing was checked: that is no failed try of theirs.
      this.#store.withReserve(() => credentials.recordFailure(who, before, nowMs));
      throw thrown;
    });
    if (!right || subjectId === undefined) return { outcome: 'rejected' };
    this.#store.withReserve(() => credentials.clearAttempts(who));
    return { outcome: 'accepted', subjectId };
  }

  /** The same work whether the person is known or not. */
  async #isRight(who: Uint8Array, subjectId: string | undefined, pin: string): Promise<boolean> {
    const record = subjectId === undefined ? undefined : this.#store.credentials.pin(subjectId);
    const salt = record?.salt ?? keyedHash(this.#store.keys.pinPepper, who).slice(0, saltBytes);
    const pepper = this.#pepperOf(record);
    const verifier = await this.#hasher.hash(peppered(pepper.bytes, subjectId ?? 'nobody', pin), salt);
    const right = equalBytes(verifier, record?.verifier ?? new Uint8Array(verifier.length)) && record !== undefined;
    // Removed or changed while the hash ran: it is no longer their PIN.
    const now = subjectId === undefined ? undefined : this.#store.credentials.pin(subjectId);
    if (!right || subjectId === undefined || now === undefined || !equalBytes(now.verifier, record.verifier))
      return false;
    // A PIN that was right opens the gate also where its verifier cannot be renewed now: the next entry tries again.
    if (!pepper.current) await this.#renew(subjectId, pin, record).catch(later);
    return true;
  }

  /** The pepper that the verifier was made with; where that is gone nothing fits, at the same cost. */
  #pepperOf(record: PinRecord | undefined): DeviceKey {
    const { keys } = this.#store;
    const version = keys.versions('pin-pepper').find((each) => each.version === record?.pepper);
    return version ?? keys.current('pin-pepper');
  }

  /** The pepper was changed since: only now, with the right PIN at hand, can its verifier be. */
  async #renew(subjectId: string, pin: string, before: PinRecord): Promise<void> {
    const pepper = this.#store.keys.current('pin-pepper');
    const salt = this.#randomness.bytes(saltBytes);
    const verifier = await this.#hasher.hash(peppered(pepper.bytes, subjectId, pin), salt);
    this.#store.withReserve(() =>
      this.#store.credentials.renewPin(subjectId, before, { salt, verifier, pepper: pepper.version }),
    );
  }

  /** A lock written under a clock that ran ahead lasts no longer than the longest one. */
  #clamped({ failures, lockedUntilMs }: AttemptCount, nowMs: number): AttemptCount {
    return { failures, lockedUntilMs: Math.min(lockedUntilMs, nowMs + this.#lockout.longestLockMs) };
  }

  #afterFailure(failures: number, nowMs: number): { failures: number; lockedUntilMs: number } {
    const { freeFailures, firstLockMs, longestLockMs } = this.#lockout;
    if (failures < freeFailures) return { failures, lockedUntilMs: 0 };
    const doublings = Math.min(failures - freeFailures, 30);
    return { failures, lockedUntilMs: nowMs + Math.min(longestLockMs, firstLockMs * 2 ** doublings) };
  }
}

function later(thrown: unknown): void {
  const laterWill = thrown instanceof MenshenError && ['too-many-requests', 'store-full'].includes(thrown.code);
  if (!laterWill) throw thrown;
}

/** Bound to the person, so that a verifier copied to another's row opens nothing. */
const peppered = (pepper: Uint8Array, subjectId: string, pin: string): Uint8Array =>
  keyedHash(pepper, `${subjectId}:${pin}`);

function checkPinStrength(pin: string, minDigits: number): void {
  if (!/^\d{6,12}$/.test(pin) || pin.length < minDigits) {
    throw new MenshenError('body-invalid', `A PIN has ${minDigits} to 12 digits.`);
  }
  const steps = new Set([...pin].slice(1).map((digit, i) => (Number(digit) - Number(pin[i]) + 10) % 10));
  if (steps.size === 1 && [0, 1, 9].some((step) => steps.has(step))) {
    throw new MenshenError('body-invalid', 'This PIN is among the first that anyone would try. Choose another.');
  }
}
