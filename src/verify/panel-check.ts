import type { Asking, CheckOutcome, PendingCheck } from '../check/index.js';
import type { Logger, Verdict } from '../core/index.js';
import type { Factor } from '../rules/index.js';
import type { RecordOptions } from './record.js';
import type { Session } from './session.js';
import { endWalk, type SessionBook } from './session-book.js';

/** Asks the panel that has the last word at some doors. */
export interface PanelChecks {
  asksAt(doorId: string): boolean;
  ask(about: Asking, settle: (outcome: CheckOutcome) => void): PendingCheck;
}

export type GrantVerdict = Verdict & { readonly subjectId: string };

/** Whom everything here lets pass, and what it rests on. */
export interface Held {
  readonly verdict: GrantVerdict;
  readonly factors: readonly Factor[];
  readonly firstSubjectId?: string;
  /** Who told of that first of two persons. */
  readonly firstCallerId?: string;
}

/** The panel's yes, or the rule's in its absence: what the grant says of it. */
export interface Cleared {
  readonly more: NonNullable<RecordOptions['more']>;
  readonly reason?: 'panel-away-granted';
}

export interface PanelCheckParts {
  readonly checks: PanelChecks;
  readonly book: SessionBook;
  readonly logger: Logger;
  /** Looks at everything once more, for it was some seconds ago. */
  readonly goOn: (session: Session, held: Held, cleared: Cleared) => void;
  /** A verification that was held has its decision now. */
  readonly decided: (session: Session) => void;
}

/** Holds a verification while the panel is asked: no grant before its word. */
export class PanelCheck {
  readonly #parts: PanelCheckParts;

  constructor(parts: PanelCheckParts) {
    this.#parts = parts;
  }

  asksAt({ request: { doorId } }: Session): boolean {
    return this.#parts.checks.asksAt(doorId);
  }

  /** The verification's own time has done its work: from here on the check's time counts. */
  hold(session: Session, held: Held): void {
    const { checks, book, logger } = this.#parts;
    const { verdict, firstSubjectId, firstCallerId } = held;
    const { doorId, callerId } = session.request;
    session.timer?.cancel();
    endWalk(session);
    if (session.face === 'in-progress') session.face = 'ended';
    try {
      session.check = checks.ask(
        {
          ...{ verificationId: session.id, doorId },
          startedBy: [callerId, firstCallerId].filter((id) => id !== undefined),
          ...{ subjectId: verdict.subjectId, method: verdict.method },
          ...(firstSubjectId === undefined ? {} : { firstSubjectId }),
        },
        (outcome) => this.#answered(session, held, outcome),
      );
      book.changed(session);
    } catch (thrown) {
      logger.log('error', 'check.not-asked', { verificationId: session.id, message: String(thrown) });
      book.finish(session, { decision: 'deny', method: verdict.method, reason: 'audit-unavailable' });
    }
  }

  #answered(session: Session, held: Held, outcome: CheckOutcome): void {
    session.check = undefined;
    if (session.decision !== undefined) return;
    const { book, decided, logger } = this.#parts;
    try {
      this.#goOn(session, held, outcome);
      decided(session);
    } catch (thrown) {
      logger.log('error', 'verification.fault', { verificationId: session.id, message: String(thrown) });
      book.finish(session, { decision: 'deny', method: 'none', reason: 'internal-fault' });
    }
  }

  #goOn(session: Session, held: Held, outcome: CheckOutcome): void {
    const { goOn } = this.#parts;
    const more = noteOf(outcome);
    if (outcome.outcome === 'answered' && outcome.result === 'success') goOn(session, held, { more });
    else if (outcome.outcome === 'away' && outcome.granted) goOn(session, held, { more, reason: 'panel-away-granted' });
    else this.#refused(session, held, outcome, more);
  }

  #refused(
    session: Session,
    { verdict, firstSubjectId }: Held,
    { outcome }: CheckOutcome,
    note: Cleared['more'],
  ): void {
    const { method, subjectId } = verdict;
    const reason = outcome === 'away' ? 'panel-away' : 'panel-refused';
    const more = { ...note, ...(firstSubjectId === undefined ? {} : { firstSubjectId }) };
    this.#parts.book.finish(session, { decision: 'deny', method, reason, subjectId }, { more });
  }
}

function noteOf(outcome: CheckOutcome): Cleared['more'] {
  const checkSerial = String(outcome.serial);
  if (outcome.outcome === 'away') return { panelCheck: outcome.doubted ? 'doubted' : 'away', checkSerial };
  const { result, by, info } = outcome;
  return { panelCheck: result, checkSerial, checkedBy: by, ...(info === undefined ? {} : { checkInfo: info }) };
}
