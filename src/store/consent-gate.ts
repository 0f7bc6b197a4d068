import { MenshenError } from '../core/index.js';
import { consentOf } from './consents.js';
import type { Database } from './database.js';
import { reviewAtMs, signedConsent } from './signed-consent.js';
import type { PublicKeys } from './signers.js';
import { rememberedVerification } from './verified-signatures.js';

/** What a consent is asked to allow: that a face is processed, or that a newer consent takes its template over. */
export type ConsentPurpose = 'in-use' | 'handed-over';

/**
 * Lets a face's key be made and unwrapped only while the consent it is bound to holds, whoever asks and whatever they
 * checked before.
 */
export class ConsentGate {
  readonly #db: Database;
  readonly #signers: PublicKeys;
  /** As many as there may be people before the cameras of a gate. */
  readonly #verify = rememberedVerification(64);
  #nowMs: () => number;

  /** @param nowMs the time by which a consent runs out, until `useClock`. */
  constructor(db: Database, signers: PublicKeys, nowMs: () => number) {
    this.#db = db;
    this.#signers = signers;
    this.#nowMs = nowMs;
  }

  useClock(nowMs: () => number): void {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return Math.round(this.#nowMs());
  }

  /**
   * One that is up for review (the 14th birthday) allows no use; the person's own consent still takes over from it.
   *
   * @throws MenshenError `consent-required`, `integrity-violation` when the row is not what was signed.
   */
  check(subjectId: string, consentId: string, purpose: ConsentPurpose): void {
    const row = this.#db.get('SELECT * FROM consent WHERE record_id = ?', consentId);
    const consent = row === undefined ? undefined : consentOf(row);
    const nowMs = this.nowMs();
    if (consent === undefined || consent.endedAtMs !== undefined || consent.expiresAtMs <= nowMs) throw holdsNot();
    const signed = signedConsent(consent, this.#signers, this.#verify);
    if (consent.subjectId !== subjectId || signed === undefined)
      throw new MenshenError(
        'integrity-violation',
        'A consent’s row is not what was signed. Keep the store for analysis and ask for a new consent.',
      );
    if (purpose === 'in-use' && (reviewAtMs(signed) ?? Number.POSITIVE_INFINITY) <= nowMs) throw holdsNot();
  }
}

const holdsNot = (): MenshenError =>
  new MenshenError('consent-required', 'The consent that this template is bound to does not hold.');
