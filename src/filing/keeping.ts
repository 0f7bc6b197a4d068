import { randomUUID } from 'node:crypto';
import { type AuditPort, MenshenError } from '../core/index.js';
import type { RegisterEntry, RegisterName, Store } from '../store/index.js';
import type { GuardedTime } from './count.js';
import { chinaDate } from './dates.js';

/** M9.4: assessment reports and records of the processing, at least. */
export const keepingYears = 3;

/** One kind of record: how long it is kept, how many there are, since when. Never whose. */
export interface KeepingRow {
  readonly record: string;
  readonly clause: string;
  readonly kept: string;
  readonly entries: number;
  /** Day in China of the oldest one. */
  readonly oldest: string | null;
  /** What became of attempts to delete earlier. */
  readonly earlyDeletion: 'refused' | 'not offered';
}

/** What of the registers goes when the period is over; the rest stays. */
const prunable: readonly { readonly register: RegisterName; readonly state: string }[] = [
  { register: 'complaint', state: 'closed' },
  { register: 'count', state: 'counted' },
];

/** Keeps what the law wants kept (M9.3, M9.4) and says so. */
export class KeepingPeriod {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #time: GuardedTime;

  constructor(parts: { store: Store; audit: AuditPort; time: GuardedTime }) {
    this.#store = parts.store;
    this.#audit = parts.audit;
    this.#time = parts.time;
  }

  /** For a retention report. */
  rows(): KeepingRow[] {
    return this.#store.recordAges.all().map(({ record, entries, oldestMs }) => ({
      record,
      clause: record === 'assessment' ? 'M9.4' : 'M9.3, M9.4',
      kept: `at least ${keepingYears} years`,
      entries,
      oldest: oldestMs === undefined ? null : chinaDate(oldestMs),
      earlyDeletion: prunable.some(({ register }) => register === record) ? 'refused' : 'not offered',
    }));
  }

  /** Attempts to delete records before their time. */
  refusals(): { readonly count: number; readonly newest: string | null } {
    const [newest] = this.#store.registers.list('keep-period', { limit: 1 });
    return {
      count: this.#store.registers.count('keep-period'),
      newest: newest === undefined ? null : new Date(newest.atMs).toISOString(),
    };
  }

  /**
   * Removes closed complaints and count entries from before a day; refuses whatever was kept less than three years by the
   * time that is vouched for. This call removes nothing else.
   *
   * @throws MenshenError `keep-period`, `clock-suspect`.
   */
  prune(beforeMs: number, by: string): { readonly removed: number } {
    const { ms, trusted } = this.#time.now();
    if (!trusted)
      throw new MenshenError('clock-suspect', 'Confirm the clock first: a wrong one must not delete records.');
    const limit = new Date(ms);
    limit.setUTCFullYear(limit.getUTCFullYear() - keepingYears);
    if (!(beforeMs <= limit.getTime())) throw this.#refused(beforeMs, limit.toISOString(), by);
    return this.#store.transaction(() => {
      let removed = 0;
      for (const { register, state } of prunable) removed += this.#removeBefore(register, state, beforeMs);
      this.#audit.append('records.pruned', { removed, before: new Date(beforeMs).toISOString(), by });
      return { removed };
    });
  }

  /** Recorded, so that who asks can be asked in turn. */
  #refused(beforeMs: number, limit: string, by: string): MenshenError {
    const before = Number.isNaN(beforeMs) ? 'no date' : new Date(beforeMs).toISOString();
    const atMs = Math.round(this.#time.now().ms);
    this.#store.transaction(() => {
      this.#store.registers.add('keep-period', {
        id: `kept-${randomUUID()}`,
        atMs,
        state: 'refused',
        body: { before, by },
      });
      this.#audit.append('keep-period.refused', { before, keptSince: limit, by });
    });
    return new MenshenError(
      'keep-period',
      `Records are kept at least ${keepingYears} years (M9.4). Nothing from ${limit} on is removed; name an earlier day.`,
    );
  }

  #removeBefore(register: RegisterName, state: string, beforeMs: number): number {
    const { registers } = this.#store;
    const old = registers.list(register, { state, oldestFirst: true, limit: 10_000 });
    // A complaint’s record is whole when it is closed.
    const at = ({ atMs, body }: RegisterEntry): number => Number(body.closedAtMs ?? atMs);
    return old.filter((entry) => at(entry) < beforeMs && registers.remove(register, entry.id)).length;
  }
}
