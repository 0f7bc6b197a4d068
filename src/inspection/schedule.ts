import type { RegisterEntry, Store } from '../store/index.js';

export interface InspectionTerms {
  readonly intervalDays: number;
  readonly graceDays: number;
  readonly whenOverdue: 'warn' | 'face-off';
}

export interface InspectionDue {
  /** Milliseconds since 1970, as the others. */
  readonly dueMs: number;
  readonly graceEndsMs: number;
  readonly state: 'current' | 'overdue' | 'grace-ended';
}

const dayMs = 86_400_000;
const baselineId = 'baseline';
/** No device ran this product before the Measures were in force: an earlier day comes from a clock that was not set. */
const earliestMs = Date.UTC(2025, 5, 1);

/**
 * When the next inspection is due. Counted by the lower bound of the true time, which no jump moves: a clock that ran ahead
 * switches nothing off. A device that was counted from a wrong clock (before 2025, or in the future) counts anew from now.
 */
export class InspectionSchedule {
  readonly #store: Store;
  readonly #terms: InspectionTerms;
  readonly #trustedMs: () => number;

  constructor(store: Store, terms: InspectionTerms, trustedMs: () => number) {
    this.#store = store;
    this.#terms = terms;
    this.#trustedMs = trustedMs;
  }

  /** The first start of a device: its first inspection is due one interval later. Call it at every start and now and then. */
  begin(): void {
    const nowMs = Math.round(this.#trustedMs());
    const from = this.#countedFrom();
    if (from === undefined) {
      const entry = { id: baselineId, atMs: nowMs, state: baselineId, body: { countedFromMs: nowMs } };
      this.#store.registers.add('inspection', entry);
      return;
    }
    const countedFromMs = countedFromOf(from);
    if (countedFromMs > nowMs || (countedFromMs < earliestMs && nowMs >= earliestMs))
      this.#store.registers.update('inspection', from.id, from.state, { ...from.body, countedFromMs: nowMs });
  }

  due(): InspectionDue {
    const { intervalDays, graceDays } = this.#terms;
    const nowMs = this.#trustedMs();
    const from = this.#countedFrom();
    const dueMs = (from === undefined ? nowMs : countedFromOf(from)) + intervalDays * dayMs;
    const graceEndsMs = dueMs + graceDays * dayMs;
    const state = nowMs <= dueMs ? 'current' : nowMs <= graceEndsMs ? 'overdue' : 'grace-ended';
    return { dueMs, graceEndsMs, state };
  }

  /** D19a: face mode ends with the grace period, where the site did not choose to be warned only. */
  stopsFace(): boolean {
    return this.#terms.whenOverdue === 'face-off' && this.due().state === 'grace-ended';
  }

  /** The newest inspection that counts as done, or the first start. */
  #countedFrom(): RegisterEntry | undefined {
    const [done] = this.#store.registers.list('inspection', { state: 'done', limit: 1 });
    return done ?? this.#store.registers.get('inspection', baselineId);
  }
}

// Written by `begin` and by whoever records an inspection.
const countedFromOf = ({ body, atMs }: RegisterEntry): number =>
  typeof body.countedFromMs === 'number' ? body.countedFromMs : atMs;
