import { type AuditPort, type Clock, MenshenError, type Timers } from '../core/index.js';
import { normalCardNumber } from '../credentials/index.js';
import type { Languages } from '../language/index.js';
import type { RetentionService } from '../retention/index.js';
import { Acts, type ActsParts } from './acts.js';
import { type Visit, VisitBook } from './book.js';
import { type Look, type OwnDataFile, ownData } from './own-data.js';
import { type ProofParts, Proofs, type Proven } from './proofs.js';
import { receiptOf, signedRecord } from './receipts.js';
import type { OwnData, ReceiptView, VisitAct, VisitConsent, VisitProof, VisitView } from './types.js';

export interface VisitParts extends ActsParts, ProofParts {
  readonly audit: AuditPort;
  /** For entries that nothing hangs on. */
  readonly lenientAudit: AuditPort;
  readonly retention: RetentionService;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly languages: Languages;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
const defaultMinutes = 3;
/** Who recorded what a person did at the screen without an operator's code. */
const atTheScreen = 'screen';

/**
 * What a person does who proved who they are: their consent, its renewal and withdrawal, PIN, card, their own data. Each
 * call asks again whether the visit lasts, the person is there and the act is open to them; nobody is named but by proof.
 */
export class VisitService {
  readonly #parts: VisitParts;
  readonly #book: VisitBook;
  readonly #proofs: Proofs;
  readonly #acts: Acts;

  constructor(parts: VisitParts) {
    this.#parts = parts;
    const { screen } = parts.config;
    this.#book = new VisitBook(parts.clock, parts.timers, (screen?.sessionMinutes ?? defaultMinutes) * minuteMs);
    this.#proofs = new Proofs(parts);
    this.#acts = new Acts(parts);
  }

  /**
   * Begins a visit, of three minutes unless the site says otherwise (screen.sessionMinutes).
   *
   * @throws MenshenError `proof-refused` whatever failed, `too-many-requests`, `method-not-allowed`, `body-invalid`.
   */
  async begin(proof: VisitProof): Promise<VisitView> {
    const { subjectId, provedBy, code } = await this.#prove(proof);
    this.#parts.audit.append('visit.begun', { subjectId, provedBy });
    return this.#view(this.#book.open(subjectId, provedBy, code));
  }

  /** @throws MenshenError `visit-ended`, as every call below. */
  view(visitId: string): VisitView {
    return this.#view(this.#visit(visitId));
  }

  /** The whole time again, as often as wanted. */
  extend(visitId: string): VisitView {
    const visit = this.#visit(visitId);
    this.#book.extend(visit);
    return this.#view(visit);
  }

  end(visitId: string): void {
    this.#book.end(visitId);
  }

  /** @throws MenshenError `act-refused`, `notice-outdated`, `consent-required`, `guardian-required`, `expiry-invalid`. */
  consent(visitId: string, given: VisitConsent): VisitView {
    const visit = this.#visitFor(visitId, 'consent');
    const { consents, policy } = this.#parts;
    consents.give(this.#request(visit, given), policy.binding());
    return this.#view(visit);
  }

  /** The same for a consent that nears its end; the template stays. @throws MenshenError as above. */
  renewConsent(visitId: string, given: VisitConsent): VisitView {
    const visit = this.#visitFor(visitId, 'renew-consent');
    const { consents, policy } = this.#parts;
    consents.renew(this.#request(visit, given), policy.binding());
    return this.#view(visit);
  }

  /** The person looked at the changed notice (M5.6). @throws MenshenError `act-refused`, `notice-outdated`. */
  noticeSeen(visitId: string, noticeHash: string): VisitView {
    const visit = this.#visitFor(visitId, 'acknowledge-notice');
    const { consents, policy } = this.#parts;
    const binding = policy.binding();
    if (noticeHash !== binding.hash)
      throw new MenshenError('notice-outdated', 'Another notice than the current one was shown. Show it again.');
    consents.noticeShown(visit.subjectId, binding);
    return this.#view(visit);
  }

  /** @throws MenshenError `act-refused`, `body-invalid`. */
  async setPin(visitId: string, pin: string): Promise<VisitView> {
    const visit = this.#visitFor(visitId, 'set-pin');
    const { pins, config, audit } = this.#parts;
    await pins.set(visit.subjectId, pin, config.credentials.pin.minDigits, () => {
      // Ended while the hash ran: whoever came next must not be spoken for.
      this.#visitFor(visitId, 'set-pin');
      audit.append('pin.set', { subjectId: visit.subjectId, by: byOf(visit) });
    });
    return this.#view(visit);
  }

  /** @throws MenshenError `act-refused`, `body-invalid`, `conflict`. */
  addCard(visitId: string, cardNumber: string): VisitView {
    const visit = this.#visitFor(visitId, 'add-card');
    const { store, audit, clock } = this.#parts;
    const { subjectId } = visit;
    store.transaction(() => {
      const nowMs = Math.round(clock.wallMs());
      const cardId = store.credentials.addCard(subjectId, normalCardNumber(cardNumber), nowMs);
      audit.append('card.added', { subjectId, cardId, by: byOf(visit) });
    });
    return this.#view(visit);
  }

  /**
   * Ends the consent and destroys the template; the visit goes on, so that the receipt can be read.
   *
   * @param language of the receipt's lines.
   * @throws MenshenError `act-refused`.
   */
  async withdraw(visitId: string, requester: 'self' | 'guardian', language?: string): Promise<ReceiptView> {
    const visit = this.#visitFor(visitId, 'withdraw');
    const { retention } = this.#parts;
    const row = await retention.withdraw({ subjectId: visit.subjectId, requester, operatorId: byOf(visit) });
    return receiptOf(this.#parts, row, language);
  }

  /** What is held about the person; never the template. Each look is recorded. @throws MenshenError `act-refused`. */
  async ownData(visitId: string, language?: string): Promise<OwnData> {
    const { madeAt, sections } = await this.#ownData(visitId, 'screen', language);
    return { madeAt, sections };
  }

  /** The same with every record, for a file. @throws MenshenError `act-refused`. */
  async ownDataFile(visitId: string, language?: string): Promise<OwnDataFile> {
    return this.#ownData(visitId, 'file', language);
  }

  /** One of the person's own receipts or consent records. @throws MenshenError `not-found`. */
  receipt(visitId: string, receiptId: string, language?: string): ReceiptView {
    const { subjectId } = this.#visit(visitId);
    const row = signedRecord(this.#parts.store, receiptId);
    if (row?.subjectId !== subjectId) throw new MenshenError('not-found', 'You have no such receipt.');
    return receiptOf(this.#parts, row, language);
  }

  /**
   * Whom to enrol, for the enrolment that now begins; the visit gets its whole time again.
   *
   * @throws MenshenError `act-refused`.
   */
  enrolment(visitId: string): { readonly subjectId: string; readonly operatorId: string } {
    const visit = this.#visitFor(visitId, 'enrol');
    this.#book.extend(visit);
    return { subjectId: visit.subjectId, operatorId: byOf(visit) };
  }

  close(): void {
    this.#book.close();
  }

  #ownData(visitId: string, form: Look['form'], language: string | undefined): Promise<OwnDataFile> {
    const { subjectId, provedBy } = this.#visitFor(visitId, 'see-data');
    return ownData(this.#parts, subjectId, { by: 'self', form, provedBy }, language);
  }

  async #prove(proof: VisitProof): Promise<Proven> {
    try {
      return await this.#proofs.prove(proof);
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'proof-refused')
        this.#parts.lenientAudit.append('visit.refused', { proof: proof.kind });
      throw thrown;
    }
  }

  #request(visit: Visit, { days, guardian, noticeHash, language, ...ticks }: VisitConsent) {
    return {
      subjectId: visit.subjectId,
      operatorId: byOf(visit),
      ...{ noticeHash, language, ...ticks },
      expiresAtMs: Math.round(this.#parts.clock.wallMs()) + days * dayMs,
      accessMode: 'screen' as const,
      form: 'electronic' as const,
      ...(guardian === undefined
        ? {}
        : { guardian: { ...guardian, authorityCheckedBy: visit.code?.guardianAuthority ?? '' } }),
    };
  }

  #visitFor(visitId: string, act: VisitAct): Visit {
    const visit = this.#visit(visitId);
    if (!this.#acts.of(visit).includes(act)) {
      throw new MenshenError(
        'act-refused',
        'This cannot be done now, or needs another proof of who you are. See what the visit allows, or ask for help.',
      );
    }
    return visit;
  }

  #visit(visitId: string): Visit {
    const visit = this.#book.get(visitId);
    const subject = this.#parts.store.subjects.get(visit.subjectId);
    if (subject !== undefined && subject.expiresAtMs > this.#parts.clock.wallMs()) return visit;
    this.#book.end(visitId);
    throw new MenshenError('visit-ended', 'Nothing is held about you any more, so the visit has ended.');
  }

  #view(visit: Visit): VisitView {
    return {
      visitId: visit.id,
      expiresAt: new Date(this.#book.expiresAtMs(visit)).toISOString(),
      provedBy: visit.provedBy,
      may: this.#acts.of(visit),
      person: this.#acts.person(visit),
    };
  }
}

/** The operator whose code it was, or the screen. */
const byOf = ({ code }: Visit): string => code?.operatorId ?? atTheScreen;
