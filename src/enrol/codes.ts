import type { ConsentRegister } from '../consent/index.js';
import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import { keyedHash } from '../crypto/index.js';
import type { RegisterBody, Store } from '../store/index.js';

export interface EnrolmentCodeRequest {
  readonly subjectId: string;
  readonly operatorId: string;
  /** For a person under 14 or of undeclared age: how the operator checked that the guardian may speak for them (M7.1). */
  readonly guardianAuthority?: string;
}

export interface EnrolmentCode {
  /** Told once; only its keyed hash is kept. */
  readonly code: string;
  readonly expiresAtMs: number;
}

/** Whom a code that was just used up stands for. */
export interface RedeemedCode {
  readonly subjectId: string;
  readonly operatorId: string;
  readonly guardianAuthority?: string;
}

/** No I, L, O, 0 and 1: whoever reads the code off a slip of paper cannot mix them up. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const codeLength = 8;
const validMs = 30 * 60_000;
const forgottenAfterMs = 86_400_000;
const register = 'enrolment-code';
/** What stays sealed of a code that was used or replaced. */
const spent: RegisterBody = {};
/** All of them: they live for half an hour. */
const mostOpen = 100_000;

/**
 * One-time codes with which an operator lets one person enrol at the screen: 31^8 of them, half an hour, used once. A
 * code stands in the register as a keyed hash, so that neither the database nor the audit tells it. For whom it is, and
 * until when, is sealed there, and destroyed with its use: an entry that is changed in the file lets nobody enrol.
 */
export class EnrolmentCodes {
  readonly #store: Store;
  readonly #consents: ConsentRegister;
  readonly #audit: AuditPort;
  readonly #clock: Clock;
  readonly #randomness: Randomness;

  /** @param parts.clock one that is never behind the time that is vouched for: turning it back revives no code. */
  constructor(parts: {
    store: Store;
    consents: ConsentRegister;
    audit: AuditPort;
    clock: Clock;
    randomness: Randomness;
  }) {
    this.#store = parts.store;
    this.#consents = parts.consents;
    this.#audit = parts.audit;
    this.#clock = parts.clock;
    this.#randomness = parts.randomness;
  }

  /**
   * Makes a code; one that the person still had is replaced.
   *
   * @throws MenshenError `not-found`, `guardian-required`.
   */
  make({ subjectId, operatorId, guardianAuthority }: EnrolmentCodeRequest): EnrolmentCode {
    const { registers } = this.#store;
    if (this.#consents.needsGuardian(subjectId) && guardianAuthority === undefined) {
      throw new MenshenError(
        'guardian-required',
        'Under 14, or age not declared: say how you checked that the guardian may speak for the person (guardianAuthority, M7.1).',
      );
    }
    const nowMs = Math.round(this.#clock.wallMs());
    const code = this.#drawn();
    const expiresAtMs = nowMs + validMs;
    const body = { by: operatorId, expiresAtMs };
    this.#store.transaction(() => {
      this.forget();
      for (const { id, body: former } of this.#openOf(subjectId))
        registers.update(register, id, 'replaced', former, spent);
      const entry = { id: this.#idOf(code), atMs: nowMs, state: 'open', subjectId, body };
      registers.add(register, entry, { subjectId, ...body, guardianAuthority });
      this.#audit.append('enrolment-code.made', {
        ...{ subjectId, by: operatorId, expiresAtMs },
        guardianAuthorityStated: guardianAuthority !== undefined,
      });
    });
    return { code, expiresAtMs };
  }

  /** Uses a code up; undefined for one that is wrong, used, replaced, too old, or of a person who is gone. */
  redeem(input: string): RedeemedCode | undefined {
    const id = this.#idOf(normal(input));
    return this.#store.transaction(() => {
      const entry = this.#store.registers.get(register, id);
      if (entry?.state !== 'open') return undefined;
      const sealed = this.#store.registers.confidential(register, id);
      const { subjectId, by, guardianAuthority } = sealed ?? spent;
      if (sealed === undefined || typeof subjectId !== 'string' || this.#isOver(sealed)) return undefined;
      if (subjectId !== entry.subjectId || this.#store.subjects.get(subjectId) === undefined) return undefined;
      this.#store.registers.update(register, id, 'used', entry.body, spent);
      this.#audit.append('enrolment-code.used', { subjectId });
      return {
        ...{ subjectId, operatorId: String(by) },
        ...(typeof guardianAuthority === 'string' ? { guardianAuthority } : {}),
      };
    });
  }

  /** Removes codes of former days: what remains of them stands in the audit. */
  forget(): void {
    const before = this.#clock.wallMs() - forgottenAfterMs;
    for (const state of ['open', 'used', 'replaced'])
      for (const { id } of this.#store.registers.due(register, state, before))
        this.#store.registers.remove(register, id);
  }

  #openOf(subjectId: string) {
    return this.#store.registers
      .list(register, { state: 'open', limit: mostOpen })
      .filter((entry) => entry.subjectId === subjectId);
  }

  #isOver(body: RegisterBody): boolean {
    return typeof body.expiresAtMs !== 'number' || body.expiresAtMs <= this.#clock.wallMs();
  }

  #drawn(): string {
    let code = '';
    // Bytes beyond the last whole multiple of the alphabet would favour its first letters.
    const usable = 256 - (256 % alphabet.length);
    while (code.length < codeLength) {
      for (const byte of this.#randomness.bytes(codeLength))
        if (byte < usable && code.length < codeLength) code += alphabet[byte % alphabet.length];
    }
    return code;
  }

  #idOf(code: string): string {
    return Buffer.from(keyedHash(this.#store.keys.lookup, `enrolment-code:${code}`)).toString('hex');
  }
}

/** As people type it: small letters, spaces, a hyphen in the middle. */
const normal = (input: string): string => input.replaceAll(/[\s-]/g, '').toUpperCase();
