import type { FaceTimes, Store } from '../store/index.js';
import type { EraseOrder } from './eraser.js';
import { type DueCause, dayMs, endsOf, type RetentionPeriods } from './periods.js';

const perSlice = 500;
const hourMs = 3_600_000;

export interface OverdueFaces {
  readonly due: readonly EraseOrder[];
  /** People who are due by the wall clock alone. */
  readonly held: readonly string[];
}

/**
 * Faces that are kept longer than since their enrolment is allowed, or of people who no longer come. Neither has an
 * index, so all templates are walked in slices: once an hour, for both are counted in days.
 */
export class OverdueWatch {
  readonly #store: Store;
  readonly #periods: RetentionPeriods;
  #walkedFor: string | undefined;
  #held: readonly string[] = [];

  constructor(store: Store, periods: RetentionPeriods) {
    this.#store = store;
    this.#periods = periods;
  }

  /** @param trustedMs undefined while the clock is in doubt: nothing is due then. */
  async look(trustedMs: number | undefined, wallMs: number): Promise<OverdueFaces> {
    const hours = `${Math.floor((trustedMs ?? 0) / hourMs)} ${Math.floor(wallMs / hourMs)}`;
    if (this.#walkedFor === hours) return { due: [], held: this.#held };
    const found = await this.#walk(trustedMs, wallMs);
    this.#walkedFor = hours;
    this.#held = found.held;
    return found;
  }

  /** What was found could not be erased: the next look walks again. */
  again(): void {
    this.#walkedFor = undefined;
  }

  async #walk(trustedMs: number | undefined, wallMs: number): Promise<OverdueFaces> {
    const { templates, subjects } = this.#store;
    if (this.#periods.inactivityDays === undefined) subjects.forgetUse();
    const due = new Map<string, EraseOrder>();
    const held: string[] = [];
    for (let page = templates.times(0, perSlice); page.length > 0; ) {
      this.#beginCounting(page, trustedMs);
      for (const times of page) {
        const cause = trustedMs === undefined ? undefined : this.#causeOf(times, trustedMs);
        if (cause !== undefined) due.set(times.subjectId, this.#order(times.subjectId, cause, trustedMs ?? 0));
        else if (this.#causeOf(times, wallMs) !== undefined) held.push(times.subjectId);
      }
      await new Promise((resolve) => setImmediate(resolve));
      page = templates.times(page.at(-1)?.place ?? 0, perSlice);
    }
    return { due: [...due.values()].sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1)), held };
  }

  /** People of whom no day is known yet are counted from today: the site did not count before. */
  #beginCounting(page: readonly FaceTimes[], trustedMs: number | undefined): void {
    const unknown = page.filter(({ lastUseDay }) => lastUseDay === undefined);
    if (this.#periods.inactivityDays === undefined || trustedMs === undefined || unknown.length === 0) return;
    this.#store.transaction(() => {
      for (const { subjectId } of unknown) this.#store.subjects.markUsed(subjectId, Math.floor(trustedMs / dayMs));
    });
  }

  #order(subjectId: string, cause: DueCause, atMs: number): EraseOrder {
    const { templates } = this.#store;
    return {
      ...{ subjectId, scope: 'face', trigger: 'expiry', cause },
      stillHolds: () => templates.timesOf(subjectId).some((times) => this.#causeOf(times, atMs) !== undefined),
    };
  }

  #causeOf(times: FaceTimes, atMs: number): DueCause | undefined {
    const ends = endsOf(times, this.#periods);
    if (ends['site-maximum'] <= atMs) return 'site-maximum';
    return ends.inactivity <= atMs ? 'inactivity' : undefined;
  }
}
