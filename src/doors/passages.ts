import type { Config } from '../config/index.js';
import {
  type AuditPort,
  type Clock,
  type Decision,
  type Logger,
  MenshenError,
  type TimerHandle,
  type Timers,
} from '../core/index.js';
import type { AwaitedPassage, Store } from '../store/index.js';

/** What the panel says became of a grant. */
export interface PassageWord {
  readonly grant: { readonly verificationId: string } | { readonly serial: number };
  readonly outcome: 'entered' | 'not-entered';
}

export interface PassageParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  /** What entries are dated by; never runs ahead of time that really passed. */
  readonly trustedMs: () => number;
}

/** How the terminal knows: the panel said so, a door contact opened, or nobody said anything in time. */
type Source = 'panel' | 'contact' | 'no-word';

/**
 * Grants that wait for word of a passage. Only that word moves anybody for anti-passback; a grant moves nobody. What
 * waits is on disk: after a crash the panel may still say what happened, and has the whole time again.
 */
export class Passages {
  readonly #parts: PassageParts;
  readonly #timers = new Map<string, TimerHandle>();
  /** Monotonic; until when an opening of the door belongs to the grant. */
  readonly #usableUntilMs = new Map<string, number>();

  constructor(parts: PassageParts) {
    this.#parts = parts;
  }

  /** Whether somebody tells of passages at this door. */
  reportedAt(doorId: string): boolean {
    return this.#rule(doorId)?.reportsPassages === true;
  }

  awaitedAt(doorId: string): number {
    return this.#parts.store.doors.awaited().filter((one) => one.doorId === doorId).length;
  }

  /** In the transaction that records the grant. */
  granted(
    { verificationId, doorId, serial, subjectId, expiresAt, decidedAt }: Decision,
    firstSubjectId?: string,
  ): void {
    if (subjectId === undefined || !this.reportedAt(doorId)) return;
    const { store, clock } = this.#parts;
    store.doors.await({
      ...{ verificationId, doorId, serial, subjectId, expiresAtMs: Date.parse(expiresAt) },
      ...(firstSubjectId === undefined ? {} : { firstSubjectId }),
    });
    this.#usableUntilMs.set(verificationId, clock.monotonicMs() + Date.parse(expiresAt) - Date.parse(decidedAt));
    this.#arm(verificationId);
  }

  /** Grants of a former run, whose doors may or may not have been opened. */
  resume(): void {
    const { store, config } = this.#parts;
    for (const { verificationId } of store.doors.awaited()) this.#arm(verificationId);
    const asked = config.access?.doors.some(({ antiPassback }) => antiPassback !== 'off') === true;
    if (!asked) store.doors.forgetEntries();
  }

  /**
   * The panel's word.
   *
   * @throws MenshenError `conflict` where nobody reports passages, or nothing is awaited (any more).
   */
  report(doorId: string, { grant, outcome }: PassageWord): void {
    this.checkReported(doorId);
    const awaited = this.#parts.store.doors
      .awaited()
      .find((one) => ('serial' in grant ? one.serial === grant.serial : one.verificationId === grant.verificationId));
    if (awaited?.doorId !== doorId) {
      throw new MenshenError(
        'conflict',
        'No passage is awaited for this grant at this door: it was reported before, or its time is over.',
      );
    }
    this.#settle(awaited, outcome, 'panel');
  }

  /** @throws MenshenError `conflict`. */
  checkReported(doorId: string): void {
    if (this.reportedAt(doorId)) return;
    throw new MenshenError(
      'conflict',
      `Nobody reports passages at the door ${doorId}. Set reportsPassages: true for it in the section access.`,
    );
  }

  /** The door was opened. @returns false when no grant allows that. */
  opened(doorId: string): boolean {
    const awaited = this.#parts.store.doors.awaited().find((one) => one.doorId === doorId && this.#isUsable(one));
    if (awaited === undefined) return false;
    this.#settle(awaited, 'entered', 'contact');
    return true;
  }

  /** Entries that no rule asks for any more. */
  forgetOld(): void {
    this.#parts.store.doors.forgetEntries(Math.round(this.#parts.trustedMs()));
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #isUsable({ verificationId, expiresAtMs }: AwaitedPassage): boolean {
    const { clock } = this.#parts;
    const untilMs = this.#usableUntilMs.get(verificationId);
    // Of a former run only the wall clock knows.
    return untilMs === undefined ? clock.wallMs() <= expiresAtMs : clock.monotonicMs() <= untilMs;
  }

  #arm(verificationId: string): void {
    const { timers, config } = this.#parts;
    this.#timers.get(verificationId)?.cancel();
    const delayMs = config.access?.passageWithinMs ?? 0;
    this.#timers.set(
      verificationId,
      timers.after(delayMs, () => this.#noWord(verificationId)),
    );
  }

  #noWord(verificationId: string): void {
    const { store, logger } = this.#parts;
    try {
      const awaited = store.doors.awaited().find((one) => one.verificationId === verificationId);
      if (awaited === undefined) this.#drop(verificationId);
      else this.#settle(awaited, 'not-entered', 'no-word');
    } catch (thrown) {
      // A full disk: it stays awaited, and is tried again.
      logger.log('error', 'passage.not-recorded', { verificationId, message: String(thrown) });
      this.#arm(verificationId);
    }
  }

  /** The event, and what follows from it, in one transaction. */
  #settle(awaited: AwaitedPassage, outcome: PassageWord['outcome'], source: Source): void {
    const { store, audit } = this.#parts;
    const { verificationId, doorId, serial, subjectId, firstSubjectId } = awaited;
    store.withReserve(() =>
      store.transaction(() => {
        store.doors.settle(verificationId);
        if (outcome === 'entered')
          for (const person of [subjectId, firstSubjectId]) if (person !== undefined) this.#enter(person, doorId);
        audit.append(outcome === 'entered' ? 'passage.entered' : 'passage.not-entered', {
          ...{ doorId, subjectId, firstSubjectId, verificationId, grantSerial: serial, source },
        });
      }),
    );
    this.#drop(verificationId);
  }

  #enter(subjectId: string, doorId: string): void {
    const rule = this.#rule(doorId);
    // Where no door asks, nothing is kept.
    const asks = this.#parts.config.access?.doors.some(({ antiPassback }) => antiPassback !== 'off') === true;
    if (rule?.leadsTo === undefined || !asks) return;
    const atMs = Math.round(this.#parts.trustedMs());
    const forgetAtMs = atMs + this.#longestMemoryMinutes(rule.leadsTo) * 60_000;
    this.#parts.store.doors.setLastEntry(subjectId, { area: rule.leadsTo, atMs }, forgetAtMs);
  }

  /** Of the doors that ask who is in this area already; an area that none asks about only says that they left another. */
  #longestMemoryMinutes(area: string): number {
    const asking = (this.#parts.config.access?.doors ?? []).filter(
      ({ leadsTo, antiPassback }) => leadsTo === area && antiPassback !== 'off',
    );
    return Math.max(0, ...asking.map(({ antiPassbackForgetsAfterMinutes }) => antiPassbackForgetsAfterMinutes));
  }

  #drop(verificationId: string): void {
    this.#timers.get(verificationId)?.cancel();
    this.#timers.delete(verificationId);
    this.#usableUntilMs.delete(verificationId);
  }

  #rule(doorId: string) {
    return this.#parts.config.access?.doors.find((rule) => rule.doorId === doorId);
  }
}
