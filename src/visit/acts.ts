import type { Config } from '../config/index.js';
import type { ConsentRegister, ConsentState } from '../consent/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Store, Subject } from '../store/index.js';
import type { Visit } from './book.js';
import type { VisitAct, VisitPerson } from './types.js';

export interface ActsParts {
  readonly config: Config;
  readonly store: Store;
  readonly consents: ConsentRegister;
  readonly policy: FacePolicy;
}

interface Facts {
  readonly visit: Visit;
  readonly subject: Subject;
  readonly consent: ConsentState['state'];
  /** Given, not ended; it may have run out. */
  readonly openConsent: { readonly recordId: string; readonly expiresAtMs: number } | undefined;
  readonly renewalDue: boolean;
  /** A guardian must speak for them (M7.1). */
  readonly child: boolean;
  readonly hasPin: boolean;
  readonly cards: number;
}

const mostCards = 5;
const mendable: readonly ConsentState['state'][] = ['none', 'ended', 'expired', 'altered', 'purpose-changed'];

/** What a proven person may do now, and what their screen shows of them. */
export class Acts {
  readonly #parts: ActsParts;

  constructor(parts: ActsParts) {
    this.#parts = parts;
  }

  /** @throws MenshenError `not-found` when the person is gone. */
  of(visit: Visit): readonly VisitAct[] {
    const facts = this.#facts(visit);
    return (Object.keys(this.#rules) as VisitAct[]).filter((act) => this.#rules[act](facts));
  }

  /** A card alone, of somebody who also has a PIN, shows no more than whether there is a consent to withdraw. */
  person(visit: Visit): VisitPerson {
    const facts = this.#facts(visit);
    const { subject, consent, openConsent, hasPin, cards } = facts;
    const bare = { guardianNeeded: facts.child, consent, hasPin };
    if (!this.#isProven(facts) && visit.code === undefined)
      return { ...bare, ageBand: 'undeclared', faceEnrolled: false, cards: 0 };
    return {
      ...bare,
      ageBand: subject.ageBand,
      ...(openConsent === undefined
        ? {}
        : { consentExpiresAt: new Date(openConsent.expiresAtMs).toISOString(), consentId: openConsent.recordId }),
      faceEnrolled: this.#parts.store.templates.allOf(subject.id).length > 0,
      cards,
    };
  }

  readonly #rules: Readonly<Record<VisitAct, (facts: Facts) => boolean>> = {
    consent: (facts) =>
      this.#mayConsentHere(facts) && facts.visit.code !== undefined && mendable.includes(facts.consent),
    enrol: ({ visit, consent }) => visit.code !== undefined && consent === 'valid',
    'acknowledge-notice': (facts) => facts.consent === 'notice-changed' && this.#speaks(facts),
    'renew-consent': (facts) => facts.renewalDue && this.#speaks(facts) && this.#mayConsentHere(facts),
    // Sooner than to anything else: also with a card alone, but never by the operator's code.
    withdraw: ({ visit, openConsent }) => visit.code === undefined && openConsent !== undefined,
    'see-data': (facts) => this.#isProven(facts),
    'set-pin': (facts) => this.#parts.config.credentials.pin.enabled && this.#mayChangePin(facts),
    'add-card': (facts) =>
      this.#parts.config.credentials.card.enabled &&
      facts.cards < mostCards &&
      (provedPin(facts.visit) || facts.visit.code !== undefined),
  };

  #facts(visit: Visit): Facts {
    const { store, consents, policy } = this.#parts;
    const subject = store.subjects.require(visit.subjectId);
    const binding = policy.binding();
    const newest = store.consents.ofSubject(subject.id).at(-1);
    const renewable = consents.renewable(subject.id, binding);
    return {
      visit,
      subject,
      consent: consents.state(subject.id, binding).state,
      openConsent: newest?.endedAtMs === undefined ? newest : undefined,
      renewalDue: renewable?.due === true,
      child: consents.needsGuardian(subject.id),
      hasPin: store.credentials.pin(subject.id) !== undefined,
      cards: store.credentials.cardsOf(subject.id).length,
    };
  }

  /** A card alone proves its holder only where neither the site nor the person has put a PIN beside it. */
  #isProven({ visit, hasPin }: Facts): boolean {
    if (visit.provedBy === 'card') return !hasPin && !this.#parts.config.credentials.card.pinRequired;
    return visit.code === undefined;
  }

  /** May say yes to something: the person themself, or the guardian whose authority an operator has just checked. */
  #speaks(facts: Facts): boolean {
    if (facts.child) return facts.visit.code?.guardianAuthority !== undefined;
    return facts.visit.code !== undefined || this.#isProven(facts);
  }

  /** Not where law asks for paper (D5), and for a child only with rules for children (M7.2). */
  #mayConsentHere({ child, visit }: Facts): boolean {
    if (this.#parts.config.site.writtenConsentRequired) return false;
    if (!child) return true;
    return visit.code?.guardianAuthority !== undefined && this.#parts.config.site.minorsRules !== undefined;
  }

  /** A new PIN needs the old one; the first may be set by whoever holds the operator's code. */
  #mayChangePin({ visit, hasPin }: Facts): boolean {
    return hasPin ? provedPin(visit) : visit.code !== undefined;
  }
}

const provedPin = ({ provedBy }: Visit): boolean => provedBy === 'pin' || provedBy === 'card+pin';
