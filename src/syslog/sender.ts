import {
  asMenshenError,
  type Clock,
  type LanWay,
  type Logger,
  type Randomness,
  type TimerHandle,
  type Timers,
} from '../core/index.js';
import type { AuditRow, Store } from '../store/index.js';
import { counted, type Lost, lossMessage, type MessageOptions, messageOf } from './message.js';

export interface SyslogParts extends MessageOptions {
  readonly store: Pick<Store, 'auditLog' | 'state'>;
  readonly audit: { onAppend(listener: () => void): () => void };
  /** A new way to the collector, which is cut when the signal fires. */
  readonly open: (signal: AbortSignal) => Promise<LanWay>;
  /** Lists the collector among what this device may reach. @returns takes it back */
  readonly allow: () => () => void;
  readonly framing: 'datagram' | 'octet-counting';
  /** Undefined: all of them. */
  readonly kinds: readonly string[] | undefined;
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
}

export interface SyslogState {
  readonly state: 'up-to-date' | 'sending' | 'waiting';
  /** Entries that the collector has not got yet. */
  readonly backlog: number;
  /** Entries that it will never get, since the service started. */
  readonly lost: number;
  /** Why the last attempt failed; absent once one succeeded. */
  readonly problem?: string;
}

/** More than this and the oldest are passed over: a collector that was away for long needs what happens now. */
export const mostBehind = 10_000;
const rowsAtOnce = 50;
const notePeriodMs = 10_000;
const longestWaitMs = 60_000;
/** What is still to be sent at a stop has so long; the rest goes after the next start. */
const closeWithinMs = 700;

/**
 * Tells a collector of every audit entry, in order, from its own place in the audit on, which it keeps across restarts.
 * Nothing is copied and nobody waits for it. After a crash some entries come twice, with the same `seq`.
 */
export class SyslogSender {
  readonly #parts: SyslogParts;
  readonly #leave = new AbortController();
  #cursor = 0;
  #notedCursor = 0;
  #notedAtMs = Number.NEGATIVE_INFINITY;
  #page: AuditRow[] = [];
  #lost = 0;
  #untold: Lost | undefined;
  #way: LanWay | undefined;
  #failures = 0;
  #problem: string | undefined;
  #timer: TimerHandle | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;
  readonly #endings: (() => void)[] = [];

  constructor(parts: SyslogParts) {
    this.#parts = parts;
  }

  /** Goes on where it was; the first time with what comes from now on. @throws MenshenError `egress-refused`. */
  start(): void {
    const { store, audit, allow } = this.#parts;
    this.#endings.push(allow());
    const kept = Number(store.state.read('syslog-seq') ?? Number.NaN);
    const newest = this.#newest();
    // Behind what is kept: an old copy of the store was put back.
    this.#cursor = Number.isInteger(kept) ? Math.min(kept, newest) : newest;
    this.#notedCursor = Number.isInteger(kept) ? kept : -1;
    this.#endings.push(audit.onAppend(() => this.#wake()));
    this.#wake();
  }

  state(): SyslogState {
    const backlog = Math.max(0, this.#newest() - this.#cursor);
    const waiting = this.#failures > 0 ? 'waiting' : 'sending';
    return {
      state: backlog === 0 && this.#failures === 0 ? 'up-to-date' : waiting,
      backlog,
      lost: this.#lost,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  /** Sends what is there, within a second, and keeps its place. */
  async close(): Promise<void> {
    for (const end of this.#endings.slice(1)) end();
    this.#timer?.cancel();
    const late = this.#parts.timers.after(closeWithinMs, () => this.#cut());
    if (this.#failures === 0 && this.#endings.length > 0) this.#working ??= this.#work();
    this.#stopping = true;
    await this.#working;
    late.cancel();
    this.#cut();
    if (this.#endings.length > 0) this.#note();
    this.#endings[0]?.();
  }

  #wake(): void {
    if (this.#working === undefined && this.#failures === 0 && !this.#stopping) this.#at(0);
  }

  #at(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.timers.after(delayMs, () => {
      this.#working ??= this.#work().finally(() => {
        this.#working = undefined;
        this.#lookAgain();
      });
    });
  }

  /** What was appended while the last message went out. A disk that cannot be read now is asked again later. */
  #lookAgain(): void {
    try {
      if (this.#cursor < this.#newest()) this.#wake();
    } catch (thrown) {
      this.#failed(asMenshenError(thrown).detail);
    }
  }

  /** Never rejects: a collector's faults are its own, and those of the disk are tried again. */
  async #work(): Promise<void> {
    try {
      for (let next = this.#next(); next !== undefined && !this.#leave.signal.aborted; next = this.#next()) {
        this.#way ??= await this.#parts.open(this.#leave.signal);
        await this.#way.send(this.#framed(next.message));
        next.sent();
        this.#failures = 0;
        this.#problem = undefined;
        if (this.#parts.clock.monotonicMs() - this.#notedAtMs >= notePeriodMs) this.#note();
      }
    } catch (thrown) {
      if (this.#leave.signal.aborted) return;
      this.#failed(asMenshenError(thrown).detail);
    }
  }

  #failed(problem: string): void {
    const { logger, randomness } = this.#parts;
    this.#way?.close();
    this.#way = undefined;
    // Read again: meanwhile the oldest may have to be passed over.
    this.#page = [];
    this.#failures += 1;
    this.#problem = problem;
    if (this.#failures === 1) logger.log('warn', 'syslog.failed', { why: problem });
    const [byte = 0] = randomness.bytes(1);
    const wholeMs = Math.min(longestWaitMs, 1000 * 2 ** Math.min(this.#failures - 1, 10));
    if (!this.#stopping) this.#at(Math.round(wholeMs * (1 - byte / 512)));
  }

  /** What was lost before what follows it. */
  #next(): { readonly message: Uint8Array; sent(): void } | undefined {
    const row = this.#nextRow();
    const lost = this.#untold;
    if (lost !== undefined) {
      const message = lossMessage(lost, this.#parts.clock.wallMs(), this.#parts);
      const sent = () => {
        this.#untold = undefined;
      };
      return { message, sent };
    }
    if (row === undefined) return undefined;
    const sent = () => {
      this.#cursor = row.seq;
      this.#page.shift();
    };
    return { message: messageOf(row, this.#parts), sent };
  }

  #nextRow(): AuditRow | undefined {
    const { store, kinds } = this.#parts;
    for (;;) {
      if (this.#page.length === 0) {
        this.#passOver();
        this.#page = store.auditLog.page(this.#cursor, rowsAtOnce);
      }
      const [row] = this.#page;
      if (row === undefined || kinds === undefined || kinds.includes(row.kind)) return row;
      this.#cursor = row.seq;
      this.#page.shift();
    }
  }

  #passOver(): void {
    const untilSeq = this.#newest() - mostBehind;
    if (untilSeq <= this.#cursor) return;
    const count = untilSeq - this.#cursor;
    this.#untold = {
      count: (this.#untold?.count ?? 0) + count,
      fromSeq: this.#untold?.fromSeq ?? this.#cursor + 1,
      untilSeq,
    };
    this.#lost += count;
    this.#cursor = untilSeq;
  }

  #framed(message: Uint8Array): Uint8Array {
    return this.#parts.framing === 'datagram' ? message : counted(message);
  }

  #note(): void {
    this.#notedAtMs = this.#parts.clock.monotonicMs();
    // What was passed over and not said yet is found, and said, again.
    const place = this.#untold === undefined ? this.#cursor : this.#untold.fromSeq - 1;
    if (place === this.#notedCursor) return;
    try {
      this.#parts.store.state.write('syslog-seq', String(place));
      this.#notedCursor = place;
    } catch (thrown) {
      this.#parts.logger.log('error', 'syslog.not-noted', { why: asMenshenError(thrown).code });
    }
  }

  #cut(): void {
    this.#leave.abort();
    this.#way?.close();
    this.#way = undefined;
  }

  #newest(): number {
    return this.#parts.store.auditLog.newest()?.seq ?? 0;
  }
}
