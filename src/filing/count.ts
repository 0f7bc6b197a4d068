import { randomUUID } from 'node:crypto';
import { type AuditPort, MenshenError } from '../core/index.js';
import type { RegisterEntry, Store } from '../store/index.js';
import { chinaDate } from './dates.js';

/** Persons whose faces are stored, from which on filing is a duty (M15.1; the draft's 10,000 is not in the final text). */
export const filingThreshold = 100_000;
const stepPersons = filingThreshold / 10;
const warningSteps = [9, 8];

/** The time as the clock's guard vouches for it. */
export interface GuardedTime {
  /** Where the clock is in doubt, `ms` is a lower bound of the true time. */
  now(): { readonly ms: number; readonly trusted: boolean };
}

export interface DeclaredCount {
  readonly elsewhere: number;
  readonly by: string;
  readonly atMs: number;
}

export interface PersonCount {
  /** Distinct persons with a face stored on this terminal now. */
  readonly here: number;
  /** What the operator declared for its other devices; 0 where nobody declared. */
  readonly elsewhere: number;
  /** The sum; a person who is enrolled here and elsewhere counts twice, because no terminal can know that. */
  readonly total: number;
  readonly declared?: DeclaredCount;
}

/** How many persons' faces the operator stores, and the ledger of it (M15.1). */
export class CountLedger {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #time: GuardedTime;

  constructor(parts: { store: Store; audit: AuditPort; time: GuardedTime }) {
    this.#store = parts.store;
    this.#audit = parts.audit;
    this.#time = parts.time;
  }

  current(): PersonCount {
    const here = this.#store.templates.countSubjects();
    const declared = this.#declared();
    const elsewhere = declared?.elsewhere ?? 0;
    return { here, elsewhere, total: here + elsewhere, ...(declared === undefined ? {} : { declared }) };
  }

  /**
   * A person says how many the other devices hold; the newest declaration counts.
   *
   * @param by name of who declares it; attested, never verified.
   */
  declare({ elsewhere, by }: { elsewhere: number; by: string }, callerId: string): void {
    if (!Number.isSafeInteger(elsewhere) || elsewhere < 0 || elsewhere > largestCount)
      throw new MenshenError('body-invalid', 'elsewhere: say a whole number of persons, 0 or more.');
    if (by.trim().length < 2) throw new MenshenError('body-invalid', 'by: name the person who declares it.');
    const { ms } = this.#time.now();
    this.#store.transaction(() => {
      this.#add('declared', ms, { elsewhere, by: by.trim(), callerId });
      this.#audit.append('count.declared', { elsewhere, declaredBy: by.trim(), by: callerId });
    });
  }

  /** Enters the number where it is due: at each new tenth of the threshold, and otherwise when it changed, once a day. */
  record(): PersonCount {
    const { ms } = this.#time.now();
    const count = this.current();
    const last = this.#lastBefore(ms);
    const step = Math.floor(count.total / stepPersons);
    const lastStep = Number(last?.body.step ?? 0);
    const rose = step > lastStep;
    const entered = last !== undefined && last.body.total === count.total;
    const today = last !== undefined && chinaDate(last.atMs) === chinaDate(ms);
    if (!rose && (entered || today)) return count;
    const { here, elsewhere, total } = count;
    this.#store.transaction(() => {
      this.#add('counted', ms, { here, elsewhere, total, step });
      this.#audit.append('count.recorded', { here, elsewhere, total });
      this.#warn(lastStep, step, total);
    });
    return count;
  }

  /** Newest first. */
  entries(limit = 500): { at: string; here: number; elsewhere: number; total: number }[] {
    const newest = this.#inOrder('counted').slice(0, limit);
    return newest.map(({ atMs, body }) => ({
      at: new Date(atMs).toISOString(),
      here: Number(body.here),
      elsewhere: Number(body.elsewhere),
      total: Number(body.total),
    }));
  }

  /**
   * When the number that stands now can have been reached: the newest face or declaration, not before the ledger last
   * stood below the threshold, and not after now.
   */
  reachedAtMs(): number {
    const { ms } = this.#time.now();
    const changedAtMs = Math.max(this.#store.templates.newestAtMs() ?? 0, this.#declared()?.atMs ?? 0);
    const belowAtMs = this.#counted(ms).find(({ body }) => Number(body.total) < filingThreshold)?.atMs ?? 0;
    return Math.min(ms, Math.max(changedAtMs, belowAtMs));
  }

  #warn(lastStep: number, step: number, total: number): void {
    const of = { total, threshold: filingThreshold };
    if (step >= 10) {
      if (lastStep < 10) this.#audit.append('count.reached', of);
      return;
    }
    const warned = warningSteps.find((at) => step >= at && lastStep < at);
    if (warned !== undefined) this.#audit.append('count.warning', { ...of, percent: warned * 10 });
  }

  #declared(): DeclaredCount | undefined {
    const entry = this.#inOrder('declared')[0];
    if (entry === undefined) return undefined;
    return { elsewhere: Number(entry.body.elsewhere), by: String(entry.body.by), atMs: entry.atMs };
  }

  /** Entries ahead of the time were made by a clock that was wrong. */
  #counted(ms: number): RegisterEntry[] {
    return this.#inOrder('counted').filter(({ atMs }) => atMs <= ms);
  }

  /** Newest first by their own numbers: neither the same millisecond nor a clock that was set back changes the order. */
  #inOrder(state: 'counted' | 'declared'): RegisterEntry[] {
    return this.#store.registers.list('count', { state }).sort((a, b) => Number(b.body.n) - Number(a.body.n));
  }

  #lastBefore(ms: number): RegisterEntry | undefined {
    return this.#counted(ms)[0];
  }

  #add(state: 'counted' | 'declared', ms: number, body: RegisterEntry['body']): void {
    const n = 1 + Number(this.#inOrder(state)[0]?.body.n ?? 0);
    const entry = { id: `count-${randomUUID()}`, atMs: Math.round(ms), state, body: { ...body, n } };
    this.#store.registers.add('count', entry);
  }
}

/** More people than there are would be a slip of the finger. */
const largestCount = 10_000_000_000;
