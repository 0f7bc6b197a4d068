import { randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import type { RegisterEntry, Store } from '../store/index.js';
import type { AssessmentRegister } from './assessments.js';
import { type AssessmentDraft, checkedDraft, sameName } from './document.js';
import type { AssessmentScope } from './scope.js';
import { UnfinishedAssessments, unfinishedState } from './unfinished.js';

export interface SubmittedDraft {
  readonly id: string;
  readonly state: 'submitted' | 'approved' | 'returned';
  readonly submittedAtMs: number;
  readonly submittedBy: string;
  readonly draft: AssessmentDraft;
  /** The version that it became. */
  readonly version?: number;
  /** Why it was returned. */
  readonly reason?: string;
}

/**
 * Assessments on their way: one caller hands in, another approves. Two keys are two callers, not a proof of two people:
 * who holds a key is the operator's to say (`menshen keys add`).
 */
export class AssessmentDrafts {
  /** What somebody still writes. */
  readonly unfinished: UnfinishedAssessments;
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #clock: Clock;
  readonly #assessments: AssessmentRegister;

  constructor(parts: { store: Store; audit: AuditPort; clock: Clock; assessments: AssessmentRegister }) {
    this.#store = parts.store;
    this.#audit = parts.audit;
    this.#clock = parts.clock;
    this.#assessments = parts.assessments;
    this.unfinished = new UnfinishedAssessments(parts.store, parts.clock);
  }

  /** Whether it is complete; nothing is kept. @throws MenshenError `assessment-invalid` naming the field. */
  check(candidate: unknown, scope: AssessmentScope): AssessmentDraft {
    return checkedDraft(candidate, scope, this.#assessments.today());
  }

  /** Takes a complete draft; it changes nothing until somebody else approves it. */
  submit(candidate: unknown, scope: AssessmentScope, by: string): SubmittedDraft {
    const draft = this.check(candidate, scope);
    const id = randomUUID();
    this.#store.transaction(() => {
      const body = { submittedBy: by, draft: { ...draft } };
      this.#store.registers.add('assessment-draft', { id, atMs: this.#nowMs(), state: 'submitted', body });
      this.#audit.append('assessment.drafted', { draftId: id, assessment: draft.id, author: draft.author, by });
      if (this.unfinished.of(by)?.answers.id === draft.id) this.unfinished.discard(by);
    });
    return this.require(id);
  }

  /**
   * Makes it the current assessment.
   *
   * @throws MenshenError `second-person-required` for whoever handed it in, `assessment-invalid` when the site changed
   * meanwhile, `conflict` when it was dealt with before.
   */
  approve(id: string, approver: string, scope: AssessmentScope, by: string): { version: number; hash: string } {
    return this.#store.transaction(() => {
      const { draft, submittedBy, submittedAtMs } = this.#waiting(id);
      if (submittedBy === by || sameName(draft.author, approver)) throw notTwo();
      this.#assessments.refuseOlderThanIncident(submittedAtMs);
      const approval = { kind: 'two-callers', submittedBy, approvedBy: by } as const;
      const recorded = this.#assessments.record({ ...draft, approver }, scope, approval);
      const body = { submittedBy, draft: { ...draft }, version: recorded.version };
      this.#store.registers.update('assessment-draft', id, 'approved', body);
      return recorded;
    });
  }

  /** Sends it back to its author, who hands in another one. */
  giveBack(id: string, reason: string, by: string): SubmittedDraft {
    this.#store.transaction(() => {
      const { draft, submittedBy } = this.#waiting(id);
      const body = { submittedBy, draft: { ...draft }, reason };
      this.#store.registers.update('assessment-draft', id, 'returned', body);
      this.#audit.append('assessment.returned', { draftId: id, assessment: draft.id, by });
    });
    return this.require(id);
  }

  /** Newest first. */
  list(): SubmittedDraft[] {
    return this.#store.registers
      .list('assessment-draft')
      .filter(({ state }) => state !== unfinishedState)
      .map(draftOf);
  }

  /** @throws MenshenError `not-found`. */
  require(id: string): SubmittedDraft {
    const entry = this.#store.registers.get('assessment-draft', id);
    if (entry === undefined || entry.state === unfinishedState)
      throw new MenshenError('not-found', 'There is no such draft of an assessment.');
    return draftOf(entry);
  }

  #waiting(id: string): SubmittedDraft {
    const draft = this.require(id);
    if (draft.state !== 'submitted') throw new MenshenError('conflict', `This draft was ${draft.state} before.`);
    return draft;
  }

  #nowMs(): number {
    return Math.round(this.#clock.wallMs());
  }
}

const notTwo = (): MenshenError =>
  new MenshenError(
    'second-person-required',
    'Author and approver are two people: whoever did not write it approves it, with a key of their own.',
  );

function draftOf({ id, state, atMs, body }: RegisterEntry): SubmittedDraft {
  // Written by the methods above alone.
  const { submittedBy, draft, version, reason } = body as unknown as Omit<
    SubmittedDraft,
    'id' | 'state' | 'submittedAtMs'
  >;
  return {
    ...{ id, state: state as SubmittedDraft['state'], submittedAtMs: atMs, submittedBy, draft },
    ...(version === undefined ? {} : { version }),
    ...(reason === undefined ? {} : { reason }),
  };
}
