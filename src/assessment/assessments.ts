import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { DocumentRow, Store } from '../store/index.js';
import { type Assessment, checkedAssessment, invalid } from './document.js';
import { AssessmentMarks } from './marks.js';
import {
  type AssessmentScope,
  type AssessmentTrigger,
  assessmentTriggers,
  changesSince,
  triggerWords,
} from './scope.js';

export type AssessmentState =
  | { readonly state: 'valid'; readonly version: number; readonly hash: string; readonly date: string }
  | {
      readonly state: 'none' | 'invalidated' | 'refused';
      readonly why: string;
      /** What voided it. */
      readonly trigger?: AssessmentTrigger;
    };

/** Who stands behind it: two names in one document, or two callers of whom one handed in and the other approved. */
export type Approval =
  | { readonly kind: 'named-in-document' }
  | { readonly kind: 'two-callers'; readonly submittedBy: string; readonly approvedBy: string };

export interface RecordedAssessment {
  readonly version: number;
  readonly hash: string;
  readonly recordedAtMs: number;
  readonly approval: Approval;
  readonly assessment: Assessment;
  /** The newest one stands; whether it is valid is `state`'s to say. */
  readonly standing: 'newest' | 'superseded';
  /** What voided it for ever, while it stood. */
  readonly voidedBy: readonly AssessmentTrigger[];
}

/** Impact assessments, versioned; without a valid one the face stays off (M9.1). */
export class AssessmentRegister {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #clock: Clock;
  readonly #trustedMs: () => number;
  readonly #marks: AssessmentMarks;

  /** @param trustedMs lower bound of the true time: no clock that ran ahead voids or deletes an assessment. */
  constructor(store: Store, audit: AuditPort, clock: Clock, trustedMs: () => number = () => clock.wallMs()) {
    this.#store = store;
    this.#audit = audit;
    this.#clock = clock;
    this.#trustedMs = trustedMs;
    this.#marks = new AssessmentMarks(store);
  }

  /** @throws MenshenError `assessment-invalid` naming the field. */
  record(
    candidate: unknown,
    scope: AssessmentScope,
    approval: Approval = { kind: 'named-in-document' },
  ): { version: number; hash: string } {
    const checked = checkedAssessment(candidate, scope, this.today());
    return this.#store.transaction(() => {
      const assessment = this.#completed(checked);
      const body = canonicalJson({ assessment, materialHash: scope.materialHash, approval });
      const bodyHash = Buffer.from(hash(body)).toString('hex');
      const version = this.#store.documents.add('assessment', bodyHash, body, this.#nowMs());
      this.#audit.append('assessment.recorded', {
        version,
        hash: bodyHash,
        decision: assessment.decision,
        author: assessment.author,
        approver: assessment.approver,
        approval: approval.kind,
      });
      this.#bind(version, scope);
      return { version, hash: bodyHash };
    });
  }

  state(scope: AssessmentScope): AssessmentState {
    const row = this.#store.documents.newest('assessment');
    if (row === undefined) return { state: 'none', why: 'no impact assessment was recorded (M9.1)' };
    const { assessment } = stored(row);
    if (assessment.decision !== 'proceed')
      return { state: 'refused', why: `assessment ${assessment.id} decided not to proceed` };
    const [trigger] = [...this.#changes(row, scope), ...this.#lasting(row)];
    if (trigger !== undefined) return { state: 'invalidated', why: triggerWords[trigger], trigger };
    return { state: 'valid', version: row.version, hash: row.hash, date: assessment.date };
  }

  /**
   * Puts on record what became of the current assessment: once for each thing that voids it, and again when a change was
   * taken back. `state` answers at once; this is for the audit. Call it at start and every few seconds.
   */
  observe(scope: AssessmentScope): void {
    const row = this.#store.documents.newest('assessment');
    if (row === undefined) return;
    this.#bind(row.version, scope);
    const changes = this.#changes(row, scope);
    for (const trigger of changes) this.#void(row, trigger, 'noted', {});
    if (this.#lasting(row).includes('validity-ended')) this.#void(row, 'validity-ended', 'void', {});
    const standing = new Set<string>([...changes, ...this.#marks.lasting(row.version)]);
    for (const trigger of assessmentTriggers) {
      if (standing.has(trigger) || !this.#marks.has(row.version, trigger)) continue;
      this.#store.transaction(() => {
        this.#marks.remove(row.version, trigger);
        this.#audit.append('assessment.restored', { version: row.version, trigger });
      });
    }
  }

  /** M9.5 (unconfirmed wording): nothing recorded so far covers what a major incident showed. Runs in the caller's transaction. */
  majorIncident(incidentId: string): void {
    const row = this.#store.documents.newest('assessment');
    if (row !== undefined) this.#void(row, 'major-incident', 'void', { incidentId });
  }

  /** @throws MenshenError `assessment-invalid` when a major incident came after what was written at `writtenMs`. */
  refuseOlderThanIncident(writtenMs: number): void {
    const incidentMs = this.#marks.newestIncidentMs();
    if (incidentMs !== undefined && writtenMs <= incidentMs) throw olderThan(incidentMs);
  }

  /** Newest first. */
  list(): RecordedAssessment[] {
    return this.#store.documents.list('assessment').map((row) => this.#recorded(row));
  }

  /** @throws MenshenError `not-found`. */
  require(version: number): RecordedAssessment {
    return this.#recorded(this.#row(version));
  }

  /** M9.4: kept until its `keepUntil`, three years at least, and while it is the current one. @throws `keep-period`. */
  remove(version: number, by: string): void {
    const row = this.#row(version);
    const { keepUntil } = stored(row).assessment;
    if (row.version === this.#store.documents.newest('assessment')?.version)
      throw new MenshenError(
        'keep-period',
        'This is the current assessment. It can go when a newer one stands in for it.',
      );
    if (this.#trustedDay() <= keepUntil)
      throw new MenshenError('keep-period', `This report must be kept until ${keepUntil} (M9.4).`);
    this.#store.transaction(() => {
      this.#store.documents.remove('assessment', version);
      this.#audit.append('assessment.removed', { version, hash: row.hash, keepUntil, by });
    });
  }

  /** ISO date of the device's day, UTC. */
  today(): string {
    return new Date(this.#clock.wallMs()).toISOString().slice(0, 10);
  }

  /** What it stands in for and what always voids it belong to the report, whoever wrote it. */
  #completed(assessment: Assessment): Assessment {
    const newest = this.#store.documents.newest('assessment');
    const before = newest === undefined ? undefined : stored(newest).assessment.id;
    if (assessment.supersedes !== undefined && assessment.supersedes !== before)
      throw invalid(`supersedes: the current assessment is ${before ?? 'none'}`);
    const incidentMs = this.#marks.newestIncidentMs();
    if (incidentMs !== undefined && assessment.date < dayOf(incidentMs)) throw olderThan(incidentMs);
    const triggers = [...new Set([...assessmentTriggers, ...(assessment.triggers ?? [])])];
    return { ...assessment, triggers, ...(before === undefined ? {} : { supersedes: before }) };
  }

  /** What runs when it is first seen with what it covers is what it covers: models are known later than the rest. */
  #bind(version: number, { settings, pack }: AssessmentScope): void {
    if (settings !== undefined && this.#marks.settings(version) === undefined)
      this.#marks.bindSettings(version, settings, this.#nowMs());
    if (pack !== undefined && this.#marks.pack(version) === undefined)
      this.#marks.bindPack(version, pack, this.#nowMs());
  }

  #changes(row: DocumentRow, scope: AssessmentScope): AssessmentTrigger[] {
    const { assessment, materialHash } = stored(row);
    const { settings, pack } = { settings: this.#marks.settings(row.version), pack: this.#marks.pack(row.version) };
    return changesSince({ method: assessment.method, materialHash, settings, pack }, scope);
  }

  #lasting(row: DocumentRow): AssessmentTrigger[] {
    const { validUntil } = stored(row).assessment;
    const ended = validUntil !== undefined && this.#trustedDay() > validUntil;
    const lasting = this.#marks.lasting(row.version);
    return assessmentTriggers.filter((trigger) => lasting.has(trigger) || (ended && trigger === 'validity-ended'));
  }

  #void(row: DocumentRow, trigger: AssessmentTrigger, state: 'void' | 'noted', more: { incidentId?: string }): void {
    if (this.#marks.has(row.version, trigger)) return;
    this.#store.transaction(() => {
      this.#marks.add(row.version, trigger, state, this.#nowMs());
      this.#audit.append('assessment.invalidated', { version: row.version, hash: row.hash, trigger, ...more });
    });
  }

  #recorded(row: DocumentRow): RecordedAssessment {
    const { assessment, approval = { kind: 'named-in-document' } } = stored(row);
    const newest = row.version === this.#store.documents.newest('assessment')?.version;
    return {
      ...{ version: row.version, hash: row.hash, recordedAtMs: row.atMs, approval, assessment },
      standing: newest ? 'newest' : 'superseded',
      voidedBy: this.#lasting(row),
    };
  }

  #row(version: number): DocumentRow {
    const row = this.#store.documents.get('assessment', version);
    if (row === undefined) throw new MenshenError('not-found', 'There is no such version of the assessment.');
    return row;
  }

  #trustedDay(): string {
    return dayOf(this.#trustedMs());
  }

  #nowMs(): number {
    return Math.round(this.#clock.wallMs());
  }
}

interface StoredAssessment {
  readonly assessment: Assessment;
  readonly materialHash: string;
  readonly approval?: Approval;
}

// Written by `record` alone, here or in an earlier version.
const stored = ({ body }: DocumentRow): StoredAssessment => JSON.parse(body) as StoredAssessment;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const olderThan = (incidentMs: number): MenshenError =>
  invalid(`date: a major incident of ${dayOf(incidentMs)} came after it; assess again (M9.5)`);
