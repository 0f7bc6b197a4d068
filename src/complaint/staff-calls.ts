import { randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import type { RegisterEntry, Store } from '../store/index.js';

export const staffCallReasons = ['help', 'accessibility'] as const;

export interface StaffCall {
  readonly reason: (typeof staffCallReasons)[number];
  readonly doorId: string;
}

export interface StaffCallView {
  readonly callId: string;
  readonly doorId: string;
  readonly reason: string;
  readonly atMs: number;
  readonly state: 'open' | 'answered';
  readonly answeredBy?: string;
  readonly answeredAtMs?: number;
}

/** Pressing again within this time is the same call. */
const sameCallMs = 30_000;
const perHour = 60;
const hourMs = 3_600_000;
/** The audit keeps what happened; the register is for answering. */
const keptMs = 30 * 24 * hourMs;

/** Calls for a person (M5.7, M10.2): an event that panels see, until somebody answers. */
export class StaffCalls {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #clock: Clock;

  constructor(parts: { store: Store; audit: AuditPort; clock: Clock }) {
    this.#store = parts.store;
    this.#audit = parts.audit;
    this.#clock = parts.clock;
  }

  /**
   * Calls somebody to a door. An unanswered call at the same door is announced again at most every half minute.
   *
   * @throws MenshenError `too-many-requests` beyond sixty calls an hour at a door when none of them is open.
   */
  call({ reason, doorId }: StaffCall): StaffCallView {
    const nowMs = Math.round(this.#clock.wallMs());
    const mine = this.#ofDoor(doorId).filter(({ atMs }) => atMs <= nowMs && atMs > nowMs - hourMs);
    const open = mine.find(({ state }) => state === 'open');
    if (open !== undefined && (open.atMs > nowMs - sameCallMs || mine.length >= perHour)) return viewOf(open);
    if (mine.length >= perHour)
      throw new MenshenError('too-many-requests', 'Staff was called very often from here. Use the phone or walk over.');
    const entry = { id: `call-${randomUUID()}`, atMs: nowMs, state: 'open', body: { doorId, reason } };
    this.#store.transaction(() => {
      // The new call stands for the older ones of this door.
      for (const { id, body } of mine.filter(({ state }) => state === 'open'))
        this.#store.registers.update('staff-call', id, 'repeated', { ...body, repeatedAs: entry.id });
      this.#store.registers.add('staff-call', entry);
      this.#audit.append('staff.called', { callId: entry.id, doorId, reason });
    });
    return viewOf(entry);
  }

  /** @throws MenshenError `not-found`, `conflict` when somebody else answered. */
  answer(callId: string, by: string): StaffCallView {
    return this.#store.transaction(() => {
      const entry = this.#store.registers.get('staff-call', callId);
      if (entry === undefined) throw new MenshenError('not-found', 'There is no such call.');
      if (entry.state !== 'open') throw new MenshenError('conflict', 'Somebody answered this call before you.');
      const body = { ...entry.body, answeredBy: by, answeredAtMs: Math.round(this.#clock.wallMs()) };
      this.#store.registers.update('staff-call', callId, 'answered', body);
      this.#audit.append('staff.call-answered', { callId, doorId: String(entry.body.doorId), by });
      return viewOf({ ...entry, state: 'answered', body });
    });
  }

  /** Newest first. */
  open(): StaffCallView[] {
    return this.#store.registers.list('staff-call', { state: 'open' }).map(viewOf);
  }

  /** @param trustedMs a lower bound of the true time. @returns how many old entries went. */
  prune(trustedMs: number): number {
    const { registers } = this.#store;
    const old = registers.list('staff-call', { oldestFirst: true }).filter(({ atMs }) => atMs < trustedMs - keptMs);
    if (old.length > 0)
      this.#store.transaction(() => {
        for (const { id } of old) registers.remove('staff-call', id);
      });
    return old.length;
  }

  #ofDoor(doorId: string): RegisterEntry[] {
    return this.#store.registers.list('staff-call', { limit: 2000 }).filter(({ body }) => body.doorId === doorId);
  }
}

function viewOf({ id, atMs, state, body }: RegisterEntry): StaffCallView {
  const { answeredBy, answeredAtMs } = body;
  return {
    callId: id,
    doorId: String(body.doorId),
    reason: String(body.reason),
    atMs,
    state: state === 'open' ? 'open' : 'answered',
    ...(typeof answeredBy === 'string' ? { answeredBy } : {}),
    ...(typeof answeredAtMs === 'number' ? { answeredAtMs } : {}),
  };
}
