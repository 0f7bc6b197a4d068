import type { AuditRow, ListenerRow } from '../store/index.js';
import type { Content } from './message.js';
import type { OutboxParts } from './parts.js';

/** What comes next for a listener, and the serial that is done with when it is acknowledged. */
export interface Pending {
  readonly content: Content;
  readonly serial: number;
  readonly atMs: number;
  /** Was set aside and is sent once more, out of order. */
  readonly again: boolean;
}

const atOnce = 100;
/** What is passed over as not wanted is noted on the disk only so often. */
const notedEvery = 5000;

/** Finds the next thing to tell one listener, from its cursor on, in the audit itself. */
export class PendingReader {
  readonly #parts: Pick<OutboxParts, 'store' | 'events'>;
  readonly #id: string;
  readonly #kinds: ReadonlySet<string>;
  /** At the cursor, or ahead of it by what is not wanted. */
  #position: number;
  #noted: number;

  constructor(parts: Pick<OutboxParts, 'store' | 'events'>, { id, kinds, cursor }: ListenerRow) {
    this.#parts = parts;
    this.#id = id;
    this.#kinds = new Set(kinds);
    this.#position = cursor;
    this.#noted = cursor;
  }

  get position(): number {
    return this.#position;
  }

  /** Everything up to here is done with. */
  moveTo(serial: number): void {
    this.#position = Math.max(this.#position, serial);
  }

  /** @throws MenshenError of the store when what was passed over cannot be noted. */
  async next(): Promise<Pending | undefined> {
    const again = this.#setAside();
    if (again !== undefined) return again;
    const { auditLog, listeners } = this.#parts.store;
    for (;;) {
      const rows = auditLog.events(this.#position + 1, this.#kinds.size === 0 ? 1 : atOnce);
      const gap = this.#gapBefore(rows[0]);
      if (gap !== undefined) return gap;
      const wanted = rows.find(({ kind }) => this.#wants(kind));
      if (wanted !== undefined) return this.#pending(wanted, false);
      const last = rows.at(-1)?.eventSerial;
      if (last === undefined) return undefined;
      this.#position = last;
      if (rows.length < atOnce) return undefined;
      // So that a restart need not pass over them again, and does not call them lost once they are pruned.
      if (last - this.#noted >= notedEvery) {
        listeners.moveCursor(this.#id, last);
        this.#noted = last;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** What was refused and is asked for again goes first: it is the oldest. */
  #setAside(): Pending | undefined {
    const { auditLog, listeners } = this.#parts.store;
    for (;;) {
      const serial = listeners.nextAgain(this.#id);
      if (serial === undefined) return undefined;
      const [row] = auditLog.events(serial, 1);
      if (row?.eventSerial === serial) return this.#pending(row, true);
      // Pruned since: there is nothing left to send.
      listeners.removeDeadLetter(this.#id, serial);
    }
  }

  #gapBefore(row: AuditRow | undefined): Pending | undefined {
    const from = this.#position + 1;
    const serial = (row?.eventSerial ?? from) - 1;
    if (row === undefined || serial < from) return undefined;
    return { content: { type: 'gap', gap: { from, to: serial } }, serial, atMs: row.atMs, again: false };
  }

  #pending(row: AuditRow, again: boolean): Pending {
    const event = this.#parts.events.view(row);
    return { content: { type: 'event', event }, serial: event.serial, atMs: row.atMs, again };
  }

  #wants(kind: string): boolean {
    return this.#kinds.size === 0 || this.#kinds.has(kind);
  }
}
