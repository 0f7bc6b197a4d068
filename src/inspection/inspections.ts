import { randomUUID } from 'node:crypto';
import { type AuditPort, MenshenError } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { ReceiptRow, RegisterEntry, Store } from '../store/index.js';
import {
  type Conclusion,
  type InspectorFinding,
  inspectorItems,
  type MachineFindings,
  machineItems,
} from './checklist.js';
import { type InspectionDue, InspectionSchedule, type InspectionTerms } from './schedule.js';

export interface InspectionParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly terms: InspectionTerms;
  readonly deviceId: string;
  /** Lower bound of the true time, and whether the clock is believed. */
  readonly clock: { trustedMs(): number; trusted(): boolean };
  /** What the machine can say about itself, measured when it is asked. */
  readonly measure: () => Promise<MachineFindings>;
}

export interface Inspection {
  readonly id: string;
  /** `open`: begun; `done`: counts; `not-fit`: recorded, the next is due all the same. */
  readonly state: 'open' | 'done' | 'not-fit';
  readonly startedAtMs: number;
  readonly startedBy: string;
  readonly inspector: string;
  readonly machine: MachineFindings;
  /** Id of the signed record. */
  readonly receiptId?: string;
}

export interface InspectionReport {
  readonly findings: readonly InspectorFinding[];
  readonly conclusion: Conclusion;
  /** What is to be done; a must where something is not in order. */
  readonly measures?: string | undefined;
}

/** Yearly inspections of security and risk (D19a): begun with what the machine measures, recorded and signed at the end. */
export class Inspections {
  readonly #parts: InspectionParts;
  readonly #schedule: InspectionSchedule;

  constructor(parts: InspectionParts) {
    this.#parts = parts;
    this.#schedule = new InspectionSchedule(parts.store, parts.terms, () => parts.clock.trustedMs());
  }

  due(): InspectionDue {
    return this.#schedule.due();
  }

  stopsFace(): boolean {
    return this.#schedule.stopsFace();
  }

  /** Keeps the schedule and says once for each due day that it has passed. Call it at start and now and then. */
  look(): void {
    const { store, audit, clock } = this.#parts;
    // A clock in doubt starts no count and warns nobody; face mode has its own reason then.
    if (!clock.trusted()) return;
    this.#schedule.begin();
    const { state, dueMs, graceEndsMs } = this.due();
    if (state === 'current') return;
    const id = `overdue-${dueMs}`;
    if (store.registers.get('inspection', id) !== undefined) return;
    store.transaction(() => {
      store.registers.add('inspection', { id, atMs: this.#nowMs(), state: 'warned', body: {} });
      audit.append('inspection.overdue', { due: dayOf(dueMs), graceEnds: dayOf(graceEndsMs) });
    });
  }

  /** Measures what the machine can answer. @throws MenshenError `clock-suspect`. */
  async start(inspector: string, by: string): Promise<Inspection> {
    this.#requireClock();
    const { store, audit } = this.#parts;
    const machine = await this.#parts.measure();
    const id = randomUUID();
    store.transaction(() => {
      const body = { startedBy: by, inspector, machine: plain(machine) };
      store.registers.add('inspection', { id, atMs: this.#nowMs(), state: 'open', body });
      audit.append('inspection.started', { inspectionId: id, inspector, by });
    });
    return this.require(id);
  }

  /**
   * Records what the inspector saw, measures once more, and signs all of it.
   *
   * @throws MenshenError `inspection-incomplete` naming what is missing, `conflict` when it was recorded before,
   * `clock-suspect`.
   */
  async record(id: string, report: InspectionReport, by: string): Promise<Inspection> {
    this.#requireClock();
    this.#requireOpen(id);
    const machine = await this.#parts.measure();
    checkComplete(report, machine);
    const { store, audit } = this.#parts;
    store.transaction(() => {
      const before = this.#requireOpen(id);
      const state = report.conclusion === 'not-fit' ? 'not-fit' : 'done';
      const atMs = this.#nowMs();
      const dueMs = atMs + this.#parts.terms.intervalDays * dayMs;
      const receipt = this.#signed(before, machine, report, {
        atMs,
        by,
        nextDue: state === 'done' ? dayOf(dueMs) : null,
      });
      store.receipts.add(receipt);
      store.registers.update('inspection', id, state, {
        ...{ startedBy: before.startedBy, inspector: before.inspector, machine: plain(machine) },
        ...{ receiptId: receipt.id, countedFromMs: atMs },
      });
      audit.append('inspection.recorded', {
        ...{ inspectionId: id, receiptId: receipt.id, inspector: before.inspector, conclusion: report.conclusion, by },
        notInOrder: notInOrder(report, machine).join(' '),
      });
    });
    return this.require(id);
  }

  /** Newest first. */
  list(): Inspection[] {
    return this.#parts.store.registers.list('inspection').filter(isInspection).map(inspectionOf);
  }

  /** @throws MenshenError `not-found`. */
  require(id: string): Inspection {
    const entry = this.#parts.store.registers.get('inspection', id);
    if (entry === undefined || !isInspection(entry))
      throw new MenshenError('not-found', 'There is no such inspection.');
    return inspectionOf(entry);
  }

  #requireOpen(id: string): Inspection {
    const inspection = this.require(id);
    if (inspection.state !== 'open') throw new MenshenError('conflict', 'This inspection was recorded before.');
    return inspection;
  }

  #requireClock(): void {
    if (!this.#parts.clock.trusted())
      throw new MenshenError('clock-suspect', 'An inspection carries a date: confirm the clock first.');
  }

  #signed(
    { id, inspector, startedAtMs }: Inspection,
    machine: MachineFindings,
    report: InspectionReport,
    { atMs, by, nextDue }: { atMs: number; by: string; nextDue: string | null },
  ): ReceiptRow {
    const { signingKey } = this.#parts.store;
    const receiptId = `r-${randomUUID()}`;
    const body = canonicalJson({
      ...{ receiptId, kind: 'inspection', inspectionId: id, deviceId: this.#parts.deviceId },
      ...{ inspector, recordedBy: by, startedAt: isoOf(startedAtMs), recordedAt: isoOf(atMs), nextDue },
      ...{ machine, findings: report.findings, conclusion: report.conclusion, measures: report.measures ?? null },
    });
    return { id: receiptId, kind: 'inspection', atMs, body, keyId: signingKey.keyId, signature: signingKey.sign(body) };
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.trustedMs());
  }
}

const dayMs = 86_400_000;
const isoOf = (ms: number): string => new Date(ms).toISOString();
const dayOf = (ms: number): string => isoOf(ms).slice(0, 10);

function checkComplete(report: InspectionReport, machine: MachineFindings): void {
  const answered = report.findings.map(({ id }) => id);
  const missing = inspectorItems.filter(({ id }) => !answered.includes(id)).map(({ id }) => id);
  if (missing.length > 0) throw incomplete(`not answered: ${missing.join(', ')}`);
  if (new Set(answered).size !== answered.length) throw incomplete('a question is answered twice');
  const open = notInOrder(report, machine);
  if (open.length > 0 && report.conclusion === 'fit')
    throw incomplete(`not in order, so not simply fit: ${open.join(', ')}`);
  if (report.conclusion !== 'fit' && report.measures === undefined) throw incomplete('state the measures to be taken');
}

function notInOrder({ findings }: InspectionReport, machine: MachineFindings): string[] {
  return [
    ...machineItems.filter(({ id }) => machine[id].answer === 'not-in-order').map(({ id }) => id),
    ...findings.filter(({ answer }) => answer === 'not-in-order').map(({ id }) => id),
  ];
}

const incomplete = (what: string): MenshenError => new MenshenError('inspection-incomplete', `${what}.`);

const plain = (machine: MachineFindings) =>
  Object.fromEntries(Object.entries(machine).map(([id, finding]) => [id, { ...finding }]));

const isInspection = ({ state }: RegisterEntry): boolean => ['open', 'done', 'not-fit'].includes(state);

function inspectionOf({ id, state, atMs, body }: RegisterEntry): Inspection {
  // Written by `start` and `record` alone.
  const { startedBy, inspector, machine, receiptId } = body as unknown as Pick<
    Inspection,
    'startedBy' | 'inspector' | 'machine' | 'receiptId'
  >;
  return {
    ...{ id, state: state as Inspection['state'], startedAtMs: atMs, startedBy, inspector, machine },
    ...(receiptId === undefined ? {} : { receiptId }),
  };
}
