import type { Config } from '../config/index.js';
import type { Clock, Logger, Verdict, VerificationMethod } from '../core/index.js';
import { normalCardNumber } from '../credentials/index.js';
import type { DoorAnswer, DoorPermits } from '../doors/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Factor } from '../rules/index.js';
import type { Store } from '../store/index.js';
import { type Cleared, type GrantVerdict, type Held, PanelCheck, type PanelChecks } from './panel-check.js';
import type { ReviewDesk } from './reviews.js';
import type { Proved, Session } from './session.js';
import type { SessionBook } from './session-book.js';

export interface DoorCheckParts {
  readonly config: Config;
  readonly store: Store;
  readonly policy: FacePolicy;
  readonly doors: DoorPermits;
  readonly reviews: ReviewDesk;
  readonly book: SessionBook;
  readonly checks: PanelChecks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A verification that was held for the panel has its decision. */
  readonly decided: (session: Session) => void;
  /** Begins to look at somebody whom another factor named. @returns whether the face is open to them. */
  readonly joinFace: (session: Session, subjectId: string, cameraId: string) => boolean;
}

/** Between who somebody is and a grant stands the door: it lets them pass, asks for another factor, or says no. */
export class DoorCheck {
  readonly #parts: DoorCheckParts;
  readonly #panel: PanelCheck;

  constructor(parts: DoorCheckParts) {
    this.#parts = parts;
    this.#panel = new PanelCheck({
      ...parts,
      goOn: (session, held, cleared) => this.#afterPanel(session, held, cleared),
    });
  }

  /** Ends the verification, or leaves it waiting for what the door's rules ask for besides. @param shown just now. */
  settle(session: Session, verdict: Verdict, shown: readonly Factor[]): void {
    const { book } = this.#parts;
    const { subjectId } = verdict;
    if (session.decision !== undefined || session.check !== undefined) return;
    if (verdict.decision !== 'grant' || subjectId === undefined) {
      book.finish(session, verdict);
      return;
    }
    const { proved } = session;
    if (proved !== undefined && proved.subjectId !== subjectId) {
      // Factors of two people are nobody's.
      book.finish(session, { decision: 'deny', method: verdict.method, reason: 'credential-rejected' });
      return;
    }
    const factors = [...new Set([...this.#stillHolding(session, proved), ...shown])];
    this.#answer(session, { verdict: { ...verdict, subjectId }, factors });
  }

  #answer(session: Session, held: Held, cleared?: Cleared): void {
    const { book, doors, reviews } = this.#parts;
    const { verdict, factors } = held;
    const { subjectId } = verdict;
    const answer = this.#ask(session, subjectId, factors);
    const named = doors.ruled ? { ...verdict, ...methodOf(factors, verdict) } : verdict;
    const toStaff = reviews.required && named.reason === 'face-match';
    switch (answer?.outcome) {
      case undefined:
        book.finish(session, { decision: 'deny', method: 'none', reason: 'internal-fault' });
        return;
      case 'refuse':
        if (toStaff && answer.reason === 'second-person-awaited') {
          // What staff grant later must have the panel's word too.
          if (cleared !== undefined || !this.#panel.asksAt(session)) break;
          this.#panel.hold(session, { verdict: named, factors });
          return;
        }
        book.finish(session, { decision: 'deny', method: named.method, reason: answer.reason, subjectId }, answer.note);
        return;
      case 'more':
        // The verification's own time ended when the panel was asked: nothing more is waited for.
        if (cleared !== undefined) {
          book.finish(session, { ...named, ...lacking }, { more: cleared.more });
          return;
        }
        this.#goOn(session, { subjectId, factors, needs: answer.needs }, named);
        return;
      case 'pass':
        if (cleared === undefined && !answer.free && this.#panel.asksAt(session)) {
          const { firstSubjectId, firstCallerId } = answer;
          const told = firstCallerId === undefined ? {} : { firstCallerId };
          const first = firstSubjectId === undefined ? {} : { firstSubjectId, ...told };
          this.#panel.hold(session, { verdict: named, factors, ...first });
          return;
        }
        // Somebody else stands there as the first now: the panel's word was about another two.
        if (!answer.free && answer.firstSubjectId !== held.firstSubjectId && cleared !== undefined) {
          book.finish(session, { ...named, ...unaccompanied }, { more: cleared.more });
          return;
        }
        if (toStaff) break;
        book.finish(session, withReason(named, cleared), {
          ...answer.note,
          more: { ...answer.note.more, ...cleared?.more },
        });
        return;
    }
    // D12, D16: a face alone makes nobody pass, and nobody the first of two either.
    const waits = { decision: 'use-alternative', method: named.method, reason: 'manual-review' } as const;
    const opening = reviews.opening(session, subjectId, factors);
    book.finish(session, waits, { ...opening, more: { ...opening.more, ...cleared?.more } });
  }

  /** The panel said yes, seconds after everything here did: it all must hold still. */
  #afterPanel(session: Session, held: Held, cleared: Cleared): void {
    const { book, store, clock } = this.#parts;
    const { verdict, factors } = held;
    const { subjectId, method } = verdict;
    const person = store.subjects.get(subjectId);
    const there = person !== undefined && person.expiresAtMs > clock.wallMs();
    const cardNumber = session.cardNumber ?? cardOf(session);
    const shown = there ? this.#stillHolding({ cardNumber }, { subjectId, factors, needs: [] }) : [];
    const lost = factors.filter((factor) => !shown.includes(factor));
    if (lost.length === 0) {
      this.#answer(session, held, cleared);
      return;
    }
    const faceAlone = there && lost.every((factor) => factor === 'face');
    const ended: Verdict = faceAlone
      ? { decision: 'use-alternative', method, reason: 'face-not-available' }
      : { decision: 'deny', method, reason: 'credential-rejected' };
    book.finish(session, ended, { more: cleared.more });
  }

  /** A door that cannot be asked lets nobody pass. */
  #ask(session: Session, subjectId: string, factors: readonly Factor[]): DoorAnswer | undefined {
    const { doors, logger } = this.#parts;
    const { doorId, callerId } = session.request;
    try {
      return doors.ask({ doorId, subjectId, factors, ...(callerId === undefined ? {} : { callerId }) });
    } catch (thrown) {
      logger.log('error', 'door.not-asked', { verificationId: session.id, doorId, message: String(thrown) });
      return undefined;
    }
  }

  /** Whatever the request asked for: card and PIN are open now, and the face where the request did not leave it out. */
  #goOn(session: Session, proved: Proved, verdict: Verdict): void {
    const { book } = this.#parts;
    const { subjectId, factors, needs } = proved;
    session.proved = proved;
    if (factors.includes('card')) session.cardNumber ??= cardOf(session);
    const methods: VerificationMethod[] = [
      ...(needs.includes('face') && this.#faceIsOpen(session, subjectId) ? (['face'] as const) : []),
      ...(needs.includes('pin') ? [session.cardNumber === undefined ? ('pin' as const) : ('card+pin' as const)] : []),
      ...(needs.includes('card') ? (['card'] as const) : []),
    ];
    session.methods = methods;
    if (methods.length > 0) book.changed(session);
    else book.finish(session, { ...verdict, ...lacking });
  }

  #faceIsOpen(session: Session, subjectId: string): boolean {
    if (session.face === 'in-progress') return true;
    const { config, joinFace } = this.#parts;
    const { doorId, methods, act } = session.request;
    const camera = config.doors.find(({ id }) => id === doorId)?.camera;
    const asked = methods === undefined || methods.includes('face');
    return config.face.enabled && asked && act !== undefined && camera !== undefined
      ? joinFace(session, subjectId, camera)
      : false;
  }

  /** A card or PIN that was taken away meanwhile, or a consent that was withdrawn, counts no more. */
  #stillHolding({ cardNumber }: Pick<Session, 'cardNumber'>, proved: Proved | undefined): readonly Factor[] {
    if (proved === undefined) return [];
    const { store, policy } = this.#parts;
    const { subjectId } = proved;
    const holds: Readonly<Record<Factor, () => boolean>> = {
      card: () => cardNumber === undefined || store.credentials.cardHolder(cardNumber) === subjectId,
      pin: () => store.credentials.pin(subjectId) !== undefined,
      face: () => policy.site().on && policy.person(subjectId).ready,
    };
    return proved.factors.filter((factor) => holds[factor]());
  }
}

const lacking = { decision: 'deny', reason: 'more-factors-needed' } as const;
const unaccompanied = { decision: 'deny', reason: 'second-person-awaited' } as const;

/** Card and PIN are enough by themselves wherever they were shown: the face is named only where it was needed. */
function methodOf(factors: readonly Factor[], { method, reason }: Verdict): Pick<Verdict, 'method' | 'reason'> {
  const [card, pin, face] = (['card', 'pin', 'face'] as const).map((factor) => factors.includes(factor));
  if (card && pin) return { method: 'card+pin', reason: 'card-and-pin-accepted' };
  if (card && face) return { method: 'card+face', reason: 'face-match' };
  if (pin && face) return { method: 'pin+face', reason: 'face-match' };
  return { method, reason };
}

/** A grant that the panel's absence allowed says so. */
function withReason(verdict: GrantVerdict, cleared: Cleared | undefined): Verdict {
  return cleared?.reason === undefined ? verdict : { ...verdict, reason: cleared.reason };
}

function cardOf({ request: { claim } }: Session): string | undefined {
  return claim !== undefined && 'cardNumber' in claim ? normalCardNumber(claim.cardNumber) : undefined;
}
