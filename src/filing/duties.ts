import { randomUUID } from 'node:crypto';
import { type AuditPort, MenshenError } from '../core/index.js';
import type { RegisterBody, RegisterEntry, Store } from '../store/index.js';
import { type CountLedger, filingThreshold, type GuardedTime, type PersonCount } from './count.js';
import { type ChinaDate, chinaDate, daysBetween, isDate } from './dates.js';
import { changedFields, type FiledFields } from './fields.js';
import type { WorkingDays } from './working-days.js';

/** New filing (M15.1), change (M15.3), cancellation (M15.4, unconfirmed wording). */
export const filingTypes = ['new', 'change', 'cancel'] as const;
export type FilingType = (typeof filingTypes)[number];

/** M15.1; for changes the filing announcement of 2025-05-28 says the same. */
export const workingDaysToFile = 30;
/** The Measures are in force from this day; a number that was reached before is dated by it. */
export const inForceFrom: ChinaDate = '2025-06-01';

export interface Duty {
  readonly id: string;
  readonly type: FilingType;
  /** `lapsed`: what was changed is again as it was filed. */
  readonly state: 'open' | 'met' | 'lapsed';
  /** The day from which it runs; that day does not count. */
  readonly since: ChinaDate;
  readonly dueOn: ChinaDate | 'unknown';
  /** False: the clock was in doubt, and `since` is the earliest day it can have been. */
  readonly dateCertain: boolean;
  readonly overdue: boolean;
  readonly daysLeft?: number;
  readonly countBasis?: RegisterBody;
  readonly changedFields?: readonly string[];
  readonly submittedOn?: ChinaDate;
  readonly reference?: string;
  readonly late?: boolean;
}

/** What was handed in by people, as they recorded it. */
export interface Submission {
  readonly type: FilingType;
  readonly reference: string;
  readonly on: ChinaDate;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly recordedAtMs: number;
}

export interface DutyParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly time: GuardedTime;
  readonly workingDays: WorkingDays;
  readonly ledger: CountLedger;
  /** Of the running configuration. */
  readonly fields: FiledFields;
  /** When the device was decommissioned, if it was. */
  readonly decommissionedAtMs: () => number | undefined;
}

/** Filing duties: what opens them, until when they run, what meets them. */
export class DutyBook {
  readonly #parts: DutyParts;

  constructor(parts: DutyParts) {
    this.#parts = parts;
  }

  /** Opens what is due, fills in due dates that were unknown, and says once of each duty that it is overdue. */
  look(count: PersonCount): void {
    this.#openNew(count);
    this.#openOrLapseChange();
    this.#openCancellation();
    for (const entry of this.#entries('open')) this.#follow(entry);
  }

  /** Open ones first, newest first within. */
  list(): Duty[] {
    return [...this.#entries('open'), ...this.#entries('met'), ...this.#entries('lapsed')].map((e) => this.#view(e));
  }

  open(type: FilingType): Duty | undefined {
    return this.list().find((duty) => duty.state === 'open' && duty.type === type);
  }

  /** The filing that stands: the newest new one or change, unless it was cancelled since. */
  filed(): Submission | undefined {
    const [newest] = this.#submissions();
    return newest === undefined || newest.type === 'cancel' ? undefined : newest;
  }

  /** What differs from the filing that stands. */
  changes(): string[] {
    const filed = this.filed();
    return filed === undefined ? [] : changedFields(filed.fields, this.#parts.fields);
  }

  /**
   * People handed it in and recorded the reference; meets the open duty of this type.
   *
   * @throws MenshenError `body-invalid` for a date that is none, lies ahead or before the Measures.
   */
  submitted(given: { type: FilingType; reference: string; on: ChinaDate; fields: FiledFields }, by: string): void {
    const { store, audit, time } = this.#parts;
    const { type, reference, on, fields } = given;
    const { ms } = time.now();
    if (!isDate(on) || on > chinaDate(ms) || on < inForceFrom)
      throw new MenshenError(
        'body-invalid',
        `on: say the day it was handed in, ${inForceFrom} to today (China’s date is ${chinaDate(ms)}).`,
      );
    if (reference.trim() === '') throw new MenshenError('body-invalid', 'reference: say the number you were given.');
    store.transaction(() => {
      this.#add('submitted', { type, reference: reference.trim(), on, fields: { ...fields }, by });
      const duty = this.#entries('open').find(({ body }) => body.type === type);
      if (duty !== undefined)
        store.registers.update('filing', duty.id, 'met', {
          ...duty.body,
          submittedOn: on,
          reference: reference.trim(),
        });
      audit.append('filing.submitted', { type, reference: reference.trim(), on, dutyId: duty?.id, by });
    });
  }

  #openNew(count: PersonCount): void {
    const { time, ledger } = this.#parts;
    if (count.total < filingThreshold) return;
    const since = this.#cycleStart();
    const known = [...this.#entries('open'), ...this.#entries('met'), ...this.#entries('submitted')];
    if (known.some(({ body }) => body.type === 'new' && Number(body.n) > since)) return;
    const { trusted } = time.now();
    const { here, elsewhere, total, declared } = count;
    const basis = {
      ...{ here, elsewhere, total, threshold: filingThreshold },
      ...(declared === undefined ? {} : { declaredBy: declared.by, declaredOn: chinaDate(declared.atMs) }),
    };
    this.#openDuty('new', chinaDate(ledger.reachedAtMs()), trusted, { countBasis: basis });
  }

  #openOrLapseChange(): void {
    const { store, audit, time } = this.#parts;
    if (this.filed() === undefined) return;
    const changed = this.changes();
    const open = this.#entries('open').find(({ body }) => body.type === 'change');
    if (open === undefined) {
      const { ms, trusted } = time.now();
      if (changed.length > 0) this.#openDuty('change', chinaDate(ms), trusted, { changedFields: changed });
      return;
    }
    if (changed.join() === String(open.body.changedFields)) return;
    // More of it changed: the earliest change still sets the day.
    const state = changed.length === 0 ? 'lapsed' : 'open';
    store.transaction(() => {
      store.registers.update('filing', open.id, state, { ...open.body, changedFields: changed });
      audit.append('filing.change-noted', { dutyId: open.id, changedFields: changed.join(' '), state });
    });
  }

  #openCancellation(): void {
    const decommissionedAtMs = this.#parts.decommissionedAtMs();
    const filed = this.filed();
    if (decommissionedAtMs === undefined || filed === undefined) return;
    if (this.#entries('open').some(({ body }) => body.type === 'cancel')) return;
    this.#openDuty('cancel', chinaDate(decommissionedAtMs), true, { reference: filed.reference });
  }

  #openDuty(type: FilingType, day: ChinaDate, dateCertain: boolean, more: RegisterBody): void {
    const { store, audit, workingDays } = this.#parts;
    const since = day < inForceFrom ? inForceFrom : day;
    const dueOn = workingDays.after(since, workingDaysToFile);
    store.transaction(() => {
      const dutyId = this.#add('open', { type, since, dueOn, dateCertain, ...more });
      audit.append('filing.due', { dutyId, type, since, dueOn });
    });
  }

  /** A table that came later makes an unknown due date known; an overdue duty is said once. */
  #follow(entry: RegisterEntry): void {
    const { store, audit, workingDays, time } = this.#parts;
    const before = this.#view(entry);
    if (before.dueOn === 'unknown') {
      const dueOn = workingDays.after(before.since, workingDaysToFile);
      if (dueOn !== 'unknown') {
        store.transaction(() => {
          store.registers.update('filing', entry.id, 'open', { ...entry.body, dueOn });
          audit.append('filing.due', { dutyId: entry.id, type: before.type, since: before.since, dueOn });
        });
      }
      return;
    }
    if (!before.overdue || entry.body.overdueSaid === true || !time.now().trusted) return;
    store.transaction(() => {
      store.registers.update('filing', entry.id, 'open', { ...entry.body, overdueSaid: true });
      audit.append('filing.overdue', { dutyId: entry.id, type: before.type, dueOn: before.dueOn });
    });
  }

  /** Before a cancellation is another life of the filing. */
  #cycleStart(): number {
    return this.#submissions().find(({ type }) => type === 'cancel')?.n ?? -1;
  }

  /** Newest first, by their own numbers: a clock that was set back changes no order. */
  #submissions(): (Submission & { readonly n: number })[] {
    return this.#entries('submitted')
      .map(({ body, atMs }) => ({
        type: typeOf(body),
        reference: String(body.reference),
        on: String(body.on),
        fields: Object(body.fields) as Readonly<Record<string, unknown>>,
        recordedAtMs: atMs,
        n: Number(body.n),
      }))
      .sort((a, b) => b.n - a.n);
  }

  #entries(state: 'open' | 'met' | 'lapsed' | 'submitted'): RegisterEntry[] {
    return this.#parts.store.registers.list('filing', { state });
  }

  #add(state: 'open' | 'submitted', body: RegisterBody): string {
    const { registers } = this.#parts.store;
    const id = `filing-${randomUUID()}`;
    const n = registers.count('filing');
    registers.add('filing', { id, atMs: Math.round(this.#parts.time.now().ms), state, body: { ...body, n } });
    return id;
  }

  #view({ id, state, body }: RegisterEntry): Duty {
    // Written by this class alone.
    const { since, dueOn, dateCertain, ...more } = body as unknown as Omit<Duty, 'id' | 'state'>;
    const today = chinaDate(this.#parts.time.now().ms);
    const open = state === 'open';
    const { countBasis, changedFields: changed, submittedOn, reference } = more;
    return {
      id,
      type: typeOf(body),
      state: open ? 'open' : state === 'met' ? 'met' : 'lapsed',
      since,
      dueOn,
      dateCertain,
      overdue: open && dueOn !== 'unknown' && dueOn < today,
      ...(open && dueOn !== 'unknown' ? { daysLeft: daysBetween(today, dueOn) } : {}),
      ...(countBasis === undefined ? {} : { countBasis }),
      ...(changed === undefined ? {} : { changedFields: changed }),
      ...(reference === undefined ? {} : { reference }),
      ...(submittedOn === undefined ? {} : { submittedOn, late: dueOn !== 'unknown' && submittedOn > dueOn }),
    };
  }
}

const typeOf = (body: RegisterBody): FilingType => filingTypes.find((type) => type === body.type) ?? 'new';
