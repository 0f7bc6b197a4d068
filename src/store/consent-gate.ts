import { MenshenError } from '../core/index.js';
import type { Database } from './database.js';
import { consentOf } from './records.js';
import { signedConsent } from './signed-consent.js';

/** What a consent is asked to allow: that a face is processed, or that a newer consent takes its template over. */
export type ConsentPurpose = 'in-use' | 'handed-over';

/**
 * Lets a face's key be made and unwrapped only while the consent it is bound to holds, whoever asks and whatever they
 * checked before.
 */
export class ConsentGate {
  readonly #db: Database;
  readonly #publicKey: Uint8Array;
  #nowMs: () => number;

  /** @param nowMs the time by which a consent runs out, until `useClock`. */
  constructor(db: Database, publicKey: Uint8Array, nowMs: () => number) {
    this.#db = db;
    this.#publicKey = publicKey;
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
    const runs = consent !== undefined && consent.endedAtMs === undefined && consent.expiresAtMs > nowMs;
    const upForReview = purpose === 'in-use' && (consent?.reviewAtMs ?? Number.POSITIVE_INFINITY) <= nowMs;
    if (!runs || upForReview)
      throw new MenshenError('consent-required', 'The consent that this template is bound to does not hold.');
    if (consent.subjectId !== subjectId || signedConsent(consent, this.#publicKey) === undefined)
      throw new MenshenError(
        'integrity-violation',
        'A consent’s row is not what was signed. Keep the store for analysis and ask for a new consent.',
      );
  }
}
