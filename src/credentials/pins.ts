import { type AuditPort, type Clock, cannotBeWritten, MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, keyedHash, type PasswordHasher, saltBytes } from '../crypto/index.js';
import type { CredentialOutcome } from '../decide/index.js';
import type { DeviceKey, PinRecord, Store } from '../store/index.js';
import { type Attempt, AttemptBook, defaultLockout, type LockoutPolicy } from './attempts.js';

/** Where a PIN was typed: tries are counted there, and the alarm of a duress PIN names it. */
export interface PinPlace {
  readonly doorId?: string;
  readonly verificationId?: string;
  /** The panel or key that says so. */
  readonly callerId?: string;
}

export interface PinSet {
  /** What became of the duress PIN. `removed`: its pepper was changed since; set it anew. */
  readonly duressPin: 'none' | 'kept' | 'removed';
}

/**
 * PINs: always named by a person number or a card, never alone. An unknown person costs the same Argon2id run, the same
 * counters and the same answers as a wrong PIN.
 */
export class PinChecker {
  readonly #store: Store;
  readonly #hasher: PasswordHasher;
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  readonly #attempts: AttemptBook;
  readonly #audit: AuditPort;

  constructor(parts: {
    store: Store;
    hasher: PasswordHasher;
    clock: Clock;
    randomness: Randomness;
    audit: AuditPort;
    lockout?: LockoutPolicy;
  }) {
    this.#store = parts.store;
    this.#hasher = parts.hasher;
    this.#clock = parts.clock;
    this.#randomness = parts.randomness;
    this.#audit = parts.audit;
    this.#attempts = new AttemptBook({ ...parts, policy: parts.lockout ?? defaultLockout });
  }

  /**
   * Hashes a PIN and stores its verifier; `record` runs in the same transaction.
   *
   * A duress PIN stays, unless the pepper was changed since: the two share salt and pepper, and a new verifier of it cannot
   * be made without it. Then it is removed, on record, and must be set anew.
   *
   * @throws MenshenError `body-invalid` for a PIN that is too short, not digits, or among the first that anyone would try.
   */
  async set(subjectId: string, pin: string, minDigits: number, record: () => void = () => undefined): Promise<PinSet> {
    checkPinStrength(pin, minDigits);
    this.#store.subjects.require(subjectId);
    const pepper = this.#store.keys.current('pin-pepper');
    const before = this.#store.credentials.pin(subjectId);
    const duress = before?.duressVerifier === undefined ? undefined : before;
    // A duress PIN is compared by the same salt and pepper.
    const duressPin = duress === undefined ? 'none' : duress.pepper === pepper.version ? 'kept' : 'removed';
    const salt = duress !== undefined && duressPin === 'kept' ? duress.salt : this.#randomness.bytes(saltBytes);
    const verifier = await this.#hasher.hash(peppered(pepper.bytes, subjectId, pin), salt);
    this.#store.transaction(() => {
      this.#store.subjects.require(subjectId);
      const now = this.#store.credentials.pin(subjectId);
      if (now?.duressVerifier !== undefined) {
        if (duress === undefined || !equalBytes(now.salt, duress.salt)) throw changedMeanwhile();
        if (equalBytes(now.duressVerifier, verifier)) throw samePin();
        if (duressPin === 'removed') this.#removeDuress(subjectId);
      }
      // First: what may be done without a PIN is asked while there is none.
      record();
      this.#store.credentials.setPin(
        subjectId,
        { salt, verifier, pepper: pepper.version },
        Math.round(this.#clock.wallMs()),
      );
    });
    return { duressPin };
  }

  #removeDuress(subjectId: string): void {
    this.#store.credentials.setDuressVerifier(subjectId, undefined);
    this.#audit.append('duress-pin.removed', { subjectId, why: 'the pepper was changed since it was set' });
  }

  /** What is stored of a PIN, for a person who may still have to be added. The PIN is one that `pinProblem` lets pass. */
  async hashed(subjectId: string, pin: string): Promise<PinRecord> {
    const salt = this.#randomness.bytes(saltBytes);
    const pepper = this.#store.keys.current('pin-pepper');
    const verifier = await this.#hasher.hash(peppered(pepper.bytes, subjectId, pin), salt);
    return { salt, verifier, pepper: pepper.version };
  }

  /**
   * A second PIN that opens exactly as the first, and raises `duress.alarm` where no screen shows it.
   *
   * @throws MenshenError `conflict` without a PIN, with one that hangs on a former pepper, or with the same one;
   * `body-invalid` as for a PIN.
   */
  async setDuress(subjectId: string, pin: string, minDigits: number, record: () => void): Promise<void> {
    checkPinStrength(pin, minDigits);
    this.#store.subjects.require(subjectId);
    const before = this.#store.credentials.pin(subjectId);
    if (before === undefined) throw new MenshenError('conflict', 'Set the PIN first; a duress PIN goes with one.');
    const pepper = this.#pepperOf(before);
    // It would keep the PIN on a pepper that is to end.
    if (!pepper.current) throw new MenshenError('conflict', setPinFirst);
    const verifier = await this.#hasher.hash(peppered(pepper.bytes, subjectId, pin), before.salt);
    this.#store.transaction(() => {
      const now = this.#store.credentials.pin(subjectId);
      if (now === undefined || !equalBytes(now.salt, before.salt)) throw changedMeanwhile();
      if (equalBytes(now.verifier, verifier)) throw samePin();
      this.#store.credentials.setDuressVerifier(subjectId, verifier);
      record();
    });
  }

  /** Person number with PIN. */
  check(personNumber: string, pin: string, place: PinPlace = {}): Promise<CredentialOutcome> {
    const subjectId = this.#store.subjects.byPersonNumber(personNumber)?.id;
    return this.#check(this.#store.subjects.personIndex(personNumber), subjectId, pin, place, 'number');
  }

  /** The PIN that goes with a card; an unknown card is treated like a wrong PIN. */
  checkWithCard(cardNumber: string, pin: string, place: PinPlace = {}): Promise<CredentialOutcome> {
    const subjectId = this.#store.credentials.cardHolder(cardNumber);
    return this.#check(this.#store.credentials.cardIndex(cardNumber), subjectId, pin, place, 'card');
  }

  async #check(
    named: Uint8Array,
    subjectId: string | undefined,
    pin: string,
    place: PinPlace,
    namedBy: 'number' | 'card',
  ): Promise<CredentialOutcome> {
    // One counter a person at each place, whatever names them: five cards are not five times the tries.
    const who = subjectId === undefined ? named : this.#store.credentials.counterOf(subjectId);
    const attempt = this.#attempts.begin(who, { ...place, namedBy });
    if (attempt === undefined) return { outcome: 'locked-out' };
    const right = await this.#whichIsRight(who, subjectId, pin).catch((thrown: unknown) => {
      attempt.void();
      throw thrown;
    });
    if (right === undefined || subjectId === undefined) return { outcome: 'rejected' };
    this.#accept(attempt, subjectId, right === 'duress' ? place : undefined);
    return { outcome: 'accepted', subjectId };
  }

  /** In one transaction: the alarm costs no flush of the disk that somebody with a stopwatch would see. */
  #accept(attempt: Attempt, subjectId: string, duressAt: PinPlace | undefined): void {
    this.#store.withReserve(() =>
      this.#store.transaction(() => {
        attempt.succeeded();
        if (duressAt === undefined) return;
        const { doorId, verificationId } = duressAt;
        this.#audit.append('duress.alarm', { subjectId, doorId, verificationId });
      }),
    );
  }

  /** One hash and two comparisons, whether the person is known or not, and has a duress PIN or not. */
  async #whichIsRight(
    who: Uint8Array,
    subjectId: string | undefined,
    pin: string,
  ): Promise<'pin' | 'duress' | undefined> {
    const record = subjectId === undefined ? undefined : this.#store.credentials.pin(subjectId);
    const salt = record?.salt ?? keyedHash(this.#store.keys.pinPepper, who).slice(0, saltBytes);
    const pepper = this.#pepperOf(record);
    const verifier = await this.#hasher.hash(peppered(pepper.bytes, subjectId ?? 'nobody', pin), salt);
    // Removed or changed while the hash ran: it is no longer their PIN.
    const now = subjectId === undefined ? undefined : this.#store.credentials.pin(subjectId);
    const isPin = this.#isStill(verifier, record?.verifier, now?.verifier);
    const isDuress = this.#isStill(verifier, record?.duressVerifier, now?.duressVerifier);
    // A PIN that was right opens the gate also where its verifier cannot be renewed now: the next entry tries again.
    if (isPin && !pepper.current && subjectId !== undefined && record !== undefined)
      await this.#renew(subjectId, pin, record).catch(later);
    if (isPin) return 'pin';
    return isDuress ? 'duress' : undefined;
  }

  /** The pepper that the verifier was made with; where that is gone nothing fits, at the same cost. */
  #pepperOf(record: PinRecord | undefined): DeviceKey {
    const { keys } = this.#store;
    const version = keys.versions('pin-pepper').find((each) => each.version === record?.pepper);
    return version ?? keys.current('pin-pepper');
  }

  /**
   * The pepper was changed since: only now, with the right PIN at hand, can its verifier be. Where a duress PIN shares
   * salt and pepper both stay, since only one of the two is at hand: they are set again before the former pepper ends.
   */
  async #renew(subjectId: string, pin: string, before: PinRecord): Promise<void> {
    if (before.duressVerifier !== undefined) return;
    const pepper = this.#store.keys.current('pin-pepper');
    const salt = this.#randomness.bytes(saltBytes);
    const verifier = await this.#hasher.hash(peppered(pepper.bytes, subjectId, pin), salt);
    this.#store.withReserve(() =>
      this.#store.credentials.renewPin(subjectId, before, { salt, verifier, pepper: pepper.version }),
    );
  }

  #isStill(verifier: Uint8Array, before: Uint8Array | undefined, now: Uint8Array | undefined): boolean {
    const none = new Uint8Array(verifier.length);
    const [right, kept] = [equalBytes(verifier, before ?? none), equalBytes(verifier, now ?? none)];
    return right && kept && before !== undefined && now !== undefined;
  }
}

function later(thrown: unknown): void {
  const busy = thrown instanceof MenshenError && thrown.code === 'too-many-requests';
  if (!busy && !cannotBeWritten(thrown)) throw thrown;
}

/** Bound to the person, so that a verifier copied to another's row opens nothing. */
const peppered = (pepper: Uint8Array, subjectId: string, pin: string): Uint8Array =>
  keyedHash(pepper, `${subjectId}:${pin}`);

const samePin = (): MenshenError =>
  new MenshenError('conflict', 'The PIN and the duress PIN must differ. Choose another one.');
const setPinFirst =
  'The pepper of PINs was changed since this PIN was set. Set the PIN anew, or let the person enter it once; then set the duress PIN.';
const changedMeanwhile = (): MenshenError => new MenshenError('conflict', 'The PIN was changed meanwhile. Try again.');

/** Why nobody may have this PIN, without repeating it; undefined for one that is good enough. */
export function pinProblem(pin: string, minDigits: number): string | undefined {
  if (!/^\d{6,12}$/.test(pin) || pin.length < minDigits) return `A PIN has ${minDigits} to 12 digits.`;
  const steps = new Set([...pin].slice(1).map((digit, i) => (Number(digit) - Number(pin[i]) + 10) % 10));
  return steps.size === 1 && [0, 1, 9].some((step) => steps.has(step))
    ? 'This PIN is among the first that anyone would try. Choose another.'
    : undefined;
}

function checkPinStrength(pin: string, minDigits: number): void {
  const problem = pinProblem(pin, minDigits);
  if (problem !== undefined) throw new MenshenError('body-invalid', problem);
}
