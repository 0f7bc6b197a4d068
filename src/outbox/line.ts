import { asMenshenError, type LanAnswer, type TimerHandle } from '../core/index.js';
import type { ListenerRow } from '../store/index.js';
import { askedForMs, backOffMs } from './back-off.js';
import { type Content, callFor } from './message.js';
import { callTimeoutMs, lostAfterMs, mostDeadLetters, type OutboxParts, refusalsUntilSetAside } from './parts.js';
import { type Pending, PendingReader } from './pending.js';

export interface LineState {
  /** held: more was refused than can be right; nothing is passed over any more. */
  readonly state: 'up-to-date' | 'sending' | 'waiting' | 'held';
  readonly failures: number;
  /** Why the last attempt failed; absent once one succeeded. */
  readonly problem?: string;
  readonly nextTryAtMs?: number;
  readonly lastAcknowledgedAtMs?: number;
}

/** What an attempt came to. */
export interface Outcome {
  readonly result: 'acknowledged' | 'refused' | 'failed';
  readonly status?: number;
  readonly problem: string;
  readonly retryAfterMs: number;
}

/** Answers of the 4xx class that say "later", not "never". */
const laterStatuses: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** One listener’s line: one message at a time, in order, until it is acknowledged; other listeners have their own. */
export class Line {
  readonly #parts: OutboxParts;
  readonly #listener: ListenerRow;
  readonly #pending: PendingReader;
  readonly #leave = new AbortController();
  /** The first message after a start may be one that an earlier run sent and could not note any more; 0 afterwards. */
  #perhapsSentUpTo: number;
  #working: Promise<void> | undefined;
  #woken = false;
  #timer: TimerHandle | undefined;
  #calling: Promise<unknown> = Promise.resolve();
  #attempt = { serial: 0, count: 0 };
  #failures = 0;
  #failingSinceMs: number | undefined;
  #lost = false;
  #state: LineState['state'] = 'up-to-date';
  #problem: string | undefined;
  #nextTryAtMs: number | undefined;
  #lastAcknowledgedAtMs: number | undefined;
  #lastHeardAtMs: number;

  constructor(parts: OutboxParts, listener: ListenerRow, perhapsSentUpTo: number) {
    this.#parts = parts;
    this.#listener = listener;
    this.#perhapsSentUpTo = perhapsSentUpTo;
    this.#pending = new PendingReader(parts, listener);
    this.#lastHeardAtMs = parts.clock.monotonicMs();
  }

  get state(): LineState {
    return {
      state: this.#state,
      failures: this.#failures,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      ...(this.#nextTryAtMs === undefined ? {} : { nextTryAtMs: this.#nextTryAtMs }),
      ...(this.#lastAcknowledgedAtMs === undefined ? {} : { lastAcknowledgedAtMs: this.#lastAcknowledgedAtMs }),
    };
  }

  get position(): number {
    return this.#pending.position;
  }

  /** Something may be there to send; a line that waits after a failure goes on waiting. */
  wake(): void {
    this.#woken = true;
    if (this.#working === undefined && this.#failures === 0) this.#at(0);
  }

  /** Somebody wants it tried now, whatever happened before. */
  tryNow(): void {
    this.#woken = true;
    if (this.#working === undefined) this.#at(0);
  }

  /** A call beside the line, never at the same time as one of its own. */
  async test(): Promise<Outcome> {
    const outcome = await this.#send({ type: 'test' }, `${this.#listener.id}-test-${this.#random()}`, 1, false);
    if (outcome.result === 'acknowledged') this.tryNow();
    return outcome;
  }

  /** Ends a call under way: whether it arrived is not known then, so that it is sent again after the next start. */
  async close(): Promise<void> {
    this.#leave.abort();
    this.#timer?.cancel();
    await this.#working;
    await this.#calling;
  }

  #at(delayMs: number): void {
    this.#timer?.cancel();
    if (this.#leave.signal.aborted) return;
    this.#timer = this.#parts.timers.after(delayMs, () => {
      this.#working ??= this.#work().finally(() => {
        this.#working = undefined;
        if (this.#woken && this.#failures === 0) this.#at(0);
      });
    });
  }

  /** Never rejects: whatever goes wrong with one listener is its own matter, and is tried again. */
  async #work(): Promise<void> {
    this.#nextTryAtMs = undefined;
    try {
      while (!this.#leave.signal.aborted) {
        this.#woken = false;
        const pending = await this.#pending.next();
        if (this.#leave.signal.aborted) return;
        if (pending === undefined && !this.#silentTooLong()) return this.#rest();
        this.#state = this.#state === 'held' ? 'held' : 'sending';
        const wentOn = pending === undefined ? await this.#beat() : await this.#deliver(pending);
        if (!wentOn) return;
      }
    } catch (thrown) {
      if (this.#leave.signal.aborted) return;
      const { code } = asMenshenError(thrown);
      this.#parts.logger.log('error', 'listener.paused', { listenerId: this.#listener.id, code });
      this.#later({ result: 'failed', problem: `the device: ${code}`, retryAfterMs: 0 });
    }
  }

  async #deliver(pending: Pending): Promise<boolean> {
    const { serial, again, content } = pending;
    this.#attempt = { serial, count: this.#attempt.serial === serial ? this.#attempt.count + 1 : 1 };
    const ageMs = this.#parts.clock.wallMs() - pending.atMs;
    const perhapsSent = again || this.#attempt.count > 1 || serial <= this.#perhapsSentUpTo;
    const deliveryId = `${this.#listener.id}-${content.type === 'gap' ? 'gap-' : ''}${serial}`;
    const replay = perhapsSent || ageMs > this.#parts.replayAfterMs;
    const outcome = await this.#send(content, deliveryId, this.#attempt.count, replay);
    if (this.#leave.signal.aborted) return false;
    if (outcome.result === 'acknowledged') this.#acknowledged(pending);
    else if (outcome.result === 'failed' || !this.#setAside(pending, outcome)) {
      this.#later(outcome);
      return false;
    }
    return true;
  }

  /** The next message waits until this is on the disk; where it cannot be, this one is sent again. */
  #acknowledged({ serial, again }: Pending): void {
    const { listeners } = this.#parts.store;
    if (again) listeners.removeDeadLetter(this.#listener.id, serial);
    else this.#passed(serial);
    this.#perhapsSentUpTo = 0;
    this.#heard();
  }

  #passed(serial: number): void {
    this.#parts.store.listeners.moveCursor(this.#listener.id, serial);
    this.#pending.moveTo(serial);
  }

  /** @returns whether the line goes on without it. */
  #setAside({ serial, content, again }: Pending, { status = 0, problem }: Outcome): boolean {
    const { store, audit, clock } = this.#parts;
    const { id } = this.#listener;
    if (!again && store.listeners.countRefusal(id) < refusalsUntilSetAside) return false;
    if (!again && store.listeners.countDeadLetters(id) >= mostDeadLetters) {
      this.#state = 'held';
      return false;
    }
    store.transaction(() => {
      if (content.type === 'event')
        store.listeners.addDeadLetter(id, { serial, setAsideAtMs: Math.round(clock.wallMs()), status });
      if (!again) store.listeners.moveCursor(id, serial);
      audit.append('event.set-aside', { listenerId: id, serial, what: content.type, status });
    });
    this.#problem = problem;
    if (!again) this.#pending.moveTo(serial);
    return true;
  }

  async #beat(): Promise<boolean> {
    const deliveryId = `${this.#listener.id}-heartbeat-${this.#random()}`;
    const outcome = await this.#send({ type: 'heartbeat', auditHead: this.#parts.auditHead() }, deliveryId, 1, false);
    if (this.#leave.signal.aborted) return false;
    if (outcome.result !== 'acknowledged') {
      this.#later(outcome);
      return false;
    }
    // What was passed over as not wanted.
    this.#passed(this.#pending.position);
    this.#heard();
    return true;
  }

  #send(content: Content, deliveryId: string, attempt: number, replay: boolean): Promise<Outcome> {
    const call = this.#calling.then(() => this.#call(content, deliveryId, attempt, replay));
    this.#calling = call.catch(() => undefined);
    return call;
  }

  async #call(content: Content, deliveryId: string, attempt: number, replay: boolean): Promise<Outcome> {
    const { store, clock, deviceId, lan } = this.#parts;
    if (this.#leave.signal.aborted) return { result: 'failed', problem: 'the service stops', retryAfterMs: 0 };
    try {
      const secret = store.listeners.secret(this.#listener.id);
      if (secret === undefined) return { result: 'failed', problem: 'the listener was removed', retryAfterMs: 0 };
      const dialect = this.#parts.dialectOf?.(this.#listener.id);
      const answer = await lan.call(
        callFor(
          { content, deliveryId, attempt, replay },
          {
            ...{ listener: this.#listener, secret, deviceId, newest: store.auditLog.newestEventSerial() },
            ...{ nowMs: clock.wallMs(), timeoutMs: callTimeoutMs, signal: this.#leave.signal },
            ...(dialect === undefined ? {} : { dialect }),
          },
        ),
      );
      return outcomeOf(answer);
    } catch (thrown) {
      const { code, detail } = asMenshenError(thrown);
      return { result: 'failed', problem: `${code}: ${detail}`, retryAfterMs: 0 };
    }
  }

  #rest(): void {
    this.#state = 'up-to-date';
    this.#at(Math.max(0, this.#lastHeardAtMs + this.#heartbeatMs() - this.#parts.clock.monotonicMs()));
  }

  #heard(): void {
    const { clock, audit } = this.#parts;
    this.#failures = 0;
    this.#failingSinceMs = undefined;
    this.#problem = undefined;
    this.#attempt = { serial: 0, count: 0 };
    this.#state = 'sending';
    this.#lastHeardAtMs = clock.monotonicMs();
    this.#lastAcknowledgedAtMs = clock.wallMs();
    if (!this.#lost) return;
    this.#lost = false;
    audit.append('listener.back', { listenerId: this.#listener.id });
  }

  #later({ problem, retryAfterMs }: Outcome): void {
    const { clock, randomness, audit } = this.#parts;
    const nowMs = clock.monotonicMs();
    this.#failures += 1;
    this.#failingSinceMs ??= nowMs;
    this.#problem = problem;
    if (this.#state !== 'held') this.#state = 'waiting';
    const delayMs = Math.max(retryAfterMs, backOffMs(this.#failures, randomness));
    this.#nextTryAtMs = clock.wallMs() + delayMs;
    this.#at(delayMs);
    if (this.#lost || nowMs - this.#failingSinceMs < lostAfterMs) return;
    this.#lost = true;
    try {
      audit.append('listener.lost', { listenerId: this.#listener.id });
    } catch (thrown) {
      // Said again at the next failure.
      this.#lost = false;
      this.#parts.logger.log('error', 'listener.not-recorded', { code: asMenshenError(thrown).code });
    }
  }

  #silentTooLong(): boolean {
    return this.#parts.clock.monotonicMs() - this.#lastHeardAtMs >= this.#heartbeatMs();
  }

  #heartbeatMs(): number {
    return this.#listener.heartbeatSeconds * 1000;
  }

  #random(): string {
    return Buffer.from(this.#parts.randomness.bytes(8)).toString('hex');
  }
}

function outcomeOf({ status, headers }: LanAnswer): Outcome {
  if (status >= 200 && status < 300) return { result: 'acknowledged', status, problem: '', retryAfterMs: 0 };
  const never = status >= 400 && status < 500 && !laterStatuses.has(status);
  const problem = `it answered ${status}`;
  return { result: never ? 'refused' : 'failed', status, problem, retryAfterMs: askedForMs(headers) };
}
