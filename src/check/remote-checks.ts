import { MenshenError, type TimerHandle } from '../core/index.js';
import { equalBytes } from '../crypto/index.js';
import type { PanelAnswer } from './answer.js';
import type { Asking, Checked, CheckOutcome, PendingCheck, RemoteCheckParts } from './check.js';
import { callListener } from './listener-call.js';

interface Open {
  readonly about: Checked;
  readonly startedBy: readonly string[];
  readonly serial: number;
  readonly nonce: string;
  /** Monotonic. */
  readonly untilMs: number;
  readonly settle: (outcome: CheckOutcome) => void;
  readonly end: () => void;
  refusals: number;
  /** An answer came that does not hold, or that nobody has read yet. */
  doubted: boolean;
}

/** Refused answers to one check that are recorded; more of them say nothing new and must not fill the disk. */
const mostRefusalsRecorded = 5;
const maxOver = 1000;
const nonceBytes = 16;

/**
 * Asks the panel that has the last word, and takes its answer once. What is asked is in this run's memory alone: after a
 * restart nobody waits, and no answer opens anything.
 */
export class RemoteChecks {
  readonly #parts: RemoteCheckParts;
  readonly #open = new Map<string, Open>();
  /** Checks that are over, oldest first: an answer that comes late or twice is told so. */
  readonly #over = new Map<string, { refusals: number }>();

  constructor(parts: RemoteCheckParts) {
    this.#parts = parts;
  }

  /** Whether this door is held until a panel says yes. */
  asksAt(doorId: string): boolean {
    return this.#parts.config?.doors.includes(doorId) === true;
  }

  /**
   * Asks, on record. `settle` is called once, later, unless the check is cancelled first.
   *
   * @throws MenshenError of the store when it cannot be recorded: nobody was asked then.
   */
  ask({ startedBy, ...about }: Asking, settle: (outcome: CheckOutcome) => void): PendingCheck {
    const { config, audit, clock, timers, randomness } = this.#parts;
    if (config === undefined) throw new MenshenError('internal', 'no panel is to be asked');
    const nonce = Buffer.from(randomness.bytes(nonceBytes)).toString('base64url');
    const deadlineMs = Math.round(clock.wallMs()) + config.timeoutMs;
    const deadline = new Date(deadlineMs).toISOString();
    const { serial = 0 } = audit.append('verification.check-asked', { ...about, nonce, deadline });
    const leave = new AbortController();
    const timer: TimerHandle = timers.after(config.timeoutMs, () => this.#away(about.verificationId));
    const end = () => {
      timer.cancel();
      leave.abort();
    };
    const untilMs = clock.monotonicMs() + config.timeoutMs;
    const fresh = { refusals: 0, doubted: false };
    this.#open.set(about.verificationId, { about, startedBy, serial, nonce, untilMs, settle, end, ...fresh });
    if (config.via === 'webhook-answer') this.#callSafely(about.verificationId, nonce, serial, leave.signal);
    return { deadlineMs, cancel: () => this.#close(about.verificationId) };
  }

  /**
   * Somebody who may call has begun to answer: unless what they say counts, the door stays shut. Without this a "no" that
   * is written wrongly would be the same as nobody's word, which lets some pass.
   *
   * @param verificationId left out: the answer did not say of which check it is.
   */
  doubt(verificationId?: string): void {
    const meant = verificationId === undefined ? [...this.#open.values()] : [this.#open.get(verificationId)];
    for (const open of meant) if (open !== undefined) open.doubted = true;
  }

  /**
   * A panel's answer, which names the event's serial and the check's nonce. Whoever started the verification may only say
   * no: that keeps a door shut.
   *
   * @param by who answers
   * @throws MenshenError `check-refused`: not asked, not asked in this way, no panel that may answer, too late, answered
   * before, of another check.
   */
  answer(
    verificationId: string,
    { serial, nonce, ...said }: PanelAnswer & { readonly serial: number; readonly nonce: string },
    by: string,
  ): void {
    const open = this.#answerable(verificationId, said.result, by);
    const right = equalBytes(Buffer.from(nonce), Buffer.from(open.nonce)) && serial === open.serial;
    if (!right) throw this.#refused(open.about.verificationId, open, 'another-check', by);
    this.#settle(open, { outcome: 'answered', serial, by, ...said });
  }

  /** The same for a dialect whose answers name the serial alone. @throws MenshenError `check-refused`. */
  answerBySerial(serial: number, said: PanelAnswer, by: string): void {
    const open = [...this.#open.values()].find((one) => one.serial === serial);
    if (open === undefined)
      throw refusal('No check of this serial waits: it was answered, its time is over, or there never was one.');
    const { verificationId } = open.about;
    this.#settle(this.#answerable(verificationId, said.result, by), { outcome: 'answered', serial, by, ...said });
  }

  #answerable(verificationId: string, result: PanelAnswer['result'], by: string): Open {
    const open = this.#open.get(verificationId);
    // Until it counts.
    this.doubt(verificationId);
    if (open === undefined) {
      const over = this.#over.get(verificationId);
      if (over !== undefined) throw this.#refused(verificationId, over, 'over', by);
      throw refusal('Nobody asked about this verification, or it ended long ago.');
    }
    if (this.#parts.config?.via === 'webhook-answer') throw this.#refused(verificationId, open, 'another-way', by);
    if (!this.#hasTheWord(result, by, open.startedBy)) throw this.#refused(verificationId, open, 'not-asked', by);
    // The timer may be late; the time is not.
    if (this.#parts.clock.monotonicMs() >= open.untilMs) throw this.#refused(verificationId, open, 'over', by);
    return open;
  }

  #hasTheWord(result: PanelAnswer['result'], by: string, startedBy: readonly string[]): boolean {
    const panels = this.#parts.config?.panels;
    if (panels !== undefined) return panels.includes(by);
    return result === 'failed' || !startedBy.includes(by);
  }

  /** A fault here has nobody who waits for it, and must not end the daemon. */
  #callSafely(verificationId: string, nonce: string, serial: number, signal: AbortSignal): void {
    this.#call(verificationId, nonce, serial, signal).catch((thrown: unknown) =>
      this.#parts.logger.log('error', 'check.fault', { verificationId, message: String(thrown) }),
    );
  }

  async #call(verificationId: string, nonce: string, serial: number, signal: AbortSignal): Promise<void> {
    const { config, logger } = this.#parts;
    const listenerId = config?.listener ?? '';
    const timeoutMs = config?.timeoutMs ?? 0;
    const answer = await callListener(this.#parts, { listenerId, verificationId, nonce, serial, timeoutMs, signal });
    const open = this.#open.get(verificationId);
    if (open === undefined) return;
    if (answer.heard === 'answer') {
      const { result, info } = answer;
      const said = { result, ...(info === undefined ? {} : { info }) };
      this.#settle(open, { outcome: 'answered', serial, by: listenerId, ...said });
      return;
    }
    logger.log('warn', 'check.no-answer', { verificationId, why: answer.why });
    // Somebody answers there who is not the panel, or one that is broken: nobody passes by the rule for an absent one.
    // That is settled before it is recorded: a full disk must not leave it to the time that runs out, and so to the rule.
    if (answer.heard === 'nonsense') open.doubted = true;
    this.#away(verificationId);
    if (answer.heard === 'nonsense')
      this.#noteRefusal(verificationId, this.#over.get(verificationId) ?? open, answer.why, listenerId);
  }

  #away(verificationId: string): void {
    const open = this.#open.get(verificationId);
    if (open === undefined) return;
    const { serial, doubted } = open;
    const granted = !doubted && this.#passesWhenAway(open.about.subjectId);
    this.#settle(open, { outcome: 'away', serial, granted, doubted });
  }

  /** Whoever's groups cannot be read is in none. */
  #passesWhenAway(subjectId: string): boolean {
    const { config, store, logger } = this.#parts;
    if (config === undefined || config.whenAway === 'deny') return false;
    const { grantGroups } = config.whenAway;
    try {
      return (store.subjects.profile(subjectId).groups ?? []).some((group) => grantGroups.includes(group));
    } catch (thrown) {
      logger.log('error', 'check.groups-unreadable', { message: String(thrown) });
      return false;
    }
  }

  #settle(open: Open, outcome: CheckOutcome): void {
    this.#close(open.about.verificationId);
    open.settle(outcome);
  }

  #close(verificationId: string): void {
    const open = this.#open.get(verificationId);
    if (open === undefined) return;
    open.end();
    this.#open.delete(verificationId);
    this.#over.set(verificationId, { refusals: open.refusals });
    const [oldest] = this.#over.keys();
    if (this.#over.size > maxOver && oldest !== undefined) this.#over.delete(oldest);
  }

  #refused(verificationId: string, counted: { refusals: number }, why: keyof typeof inWords, by: string): MenshenError {
    this.#noteRefusal(verificationId, counted, why, by);
    return refusal(inWords[why]);
  }

  #noteRefusal(verificationId: string, counted: { refusals: number }, why: string, by: string): void {
    counted.refusals += 1;
    if (counted.refusals > mostRefusalsRecorded) return;
    this.#parts.audit.append('verification.check-refused', { verificationId, why, by });
  }
}

const inWords = {
  over: 'This check is over: it was answered before, its time ran out, or the verification was cancelled.',
  'another-check': 'Serial or nonce are not those of the check that waits. Read them from its event.',
  'not-asked':
    'This caller has not the last word here: it is not among remoteCheck.panels, or said yes to what it started itself.',
  'another-way': 'Here the answer is the reply to the terminal’s own call (remoteCheck.via: webhook-answer).',
} as const;

const refusal = (why: string): MenshenError => new MenshenError('check-refused', why);
