import { type AuditPort, type Clock, cannotBeWritten } from '../core/index.js';
import type { ClockMarkRow, Store } from '../store/index.js';

export interface ClockGuardLimits {
  readonly jumpToleranceMs: number;
  /** Longest gap between two boots that is taken for plain down-time when no time source vouches for the clock. */
  readonly maxDowntimeMs: number;
}

export interface ClockStatus {
  readonly trusted: boolean;
  /** Why not, for a person. */
  readonly problem?: string;
  /** How far the wall clock is ahead of the time that is vouched for: purges due in between wait for a confirmation. */
  readonly unconfirmedMs: number;
  readonly elapsedMs: number;
}

const persistPeriodMs = 5_000;
/** What a working clock may drift, and a time source slews at most: 500 parts per million. */
const steadyDrift = 500e-6;

/**
 * Watches the wall clock against the monotonic one (invariant 9): a jump suspends the face and holds purges until the
 * time is confirmed, and `trustedMs` never runs ahead of time that really passed or was vouched for.
 */
export class ClockGuard {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #audit: AuditPort;
  readonly #limits: ClockGuardLimits;
  #mark: ClockMarkRow;
  #monotonicAtMarkMs: number;

  constructor(parts: { store: Store; clock: Clock; audit: AuditPort; limits: ClockGuardLimits }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#audit = parts.audit;
    this.#limits = parts.limits;
    this.#monotonicAtMarkMs = parts.clock.monotonicMs();
    this.#mark = this.#markAtStart(parts.store.clockMarks.read());
    parts.store.withReserve(() => parts.store.clockMarks.write(this.#mark));
  }

  /** Compares the clocks; call it every few seconds and before anything that depends on the time. */
  check(): ClockStatus {
    const passedMs = this.#passedMs();
    const { suspect: before } = this.#mark;
    const suspect = before ?? this.#jump(this.#mark, this.#mark.elapsedMs + passedMs);
    if (suspect !== undefined && before === undefined) this.#report(suspect);
    // Looked at with every request; written seldom, for a write costs a disk flush.
    if (suspect === before && passedMs < persistPeriodMs) return this.status();
    this.#moveTo(this.#later(this.#mark, passedMs, suspect));
    return this.status();
  }

  status(): ClockStatus {
    const { suspect, elapsedMs } = this.#mark;
    const unconfirmedMs = Math.max(0, Math.round(this.#clock.wallMs() - this.trustedMs()));
    const problem = suspect === undefined ? {} : { problem: suspect };
    return { trusted: suspect === undefined, unconfirmedMs, elapsedMs: Math.round(elapsedMs), ...problem };
  }

  /** Lower bound of the true time: what erasing goes by. */
  trustedMs(): number {
    return this.#mark.trustedMs + this.#passedMs();
  }

  /** Somebody who looked at another clock says that ours is right now: drift is counted from here on. */
  confirm(by: string): ClockStatus {
    const wallMs = this.#clock.wallMs();
    const { suspect: _was, ...mark } = this.#mark;
    this.#audit.append('clock.confirmed', { by, wallMs: Math.round(wallMs) });
    const elapsedMs = mark.elapsedMs + this.#passedMs();
    this.#moveTo({ ...mark, wallMs, trustedMs: wallMs, elapsedMs, anchorWallMs: wallMs, anchorElapsedMs: elapsedMs });
    return this.status();
  }

  #markAtStart(last: ClockMarkRow | undefined): ClockMarkRow {
    const now = { wallMs: this.#clock.wallMs(), sinceBootMs: this.#clock.sinceBootMs(), bootId: this.#clock.bootId() };
    if (last === undefined)
      return { ...now, trustedMs: now.wallMs, elapsedMs: 0, anchorWallMs: now.wallMs, anchorElapsedMs: 0 };
    // Within one boot the machine itself counted the gap; across boots only a time source or a person can vouch for it.
    const sameBoot = last.bootId === now.bootId && now.sinceBootMs >= last.sinceBootMs;
    const countedMs = sameBoot ? now.sinceBootMs - last.sinceBootMs : 0;
    const problem = sameBoot
      ? this.#jump(last, last.elapsedMs + countedMs)
      : this.#gapProblem(now.wallMs - last.wallMs);
    if (problem !== undefined && last.suspect === undefined) this.#report(problem);
    const mark = this.#later(last, countedMs, last.suspect ?? problem);
    const anchor = sameBoot ? {} : { anchorWallMs: now.wallMs, anchorElapsedMs: mark.elapsedMs };
    return { ...mark, ...now, ...anchor };
  }

  /** The mark after `passedMs` of counted time. Only a disciplined clock moves the trusted time further than that. */
  #later(mark: ClockMarkRow, passedMs: number, suspect: string | undefined): ClockMarkRow {
    const wallMs = this.#clock.wallMs();
    const vouched = suspect === undefined && this.#clock.synchronised();
    const counted = mark.trustedMs + passedMs;
    return {
      ...mark,
      wallMs,
      trustedMs: vouched ? Math.max(counted, wallMs) : counted,
      elapsedMs: mark.elapsedMs + passedMs,
      ...(suspect === undefined ? {} : { suspect }),
    };
  }

  /** Drift since the anchor, so that many small steps add up to a jump like one large one. */
  #jump({ anchorWallMs, anchorElapsedMs }: ClockMarkRow, elapsedMs: number): string | undefined {
    const sinceAnchorMs = elapsedMs - anchorElapsedMs;
    const driftMs = this.#clock.wallMs() - (anchorWallMs + sinceAnchorMs);
    const allowedMs = this.#limits.jumpToleranceMs + sinceAnchorMs * steadyDrift;
    return Math.abs(driftMs) > allowedMs ? jumpText(driftMs) : undefined;
  }

  #gapProblem(gapMs: number): string | undefined {
    if (gapMs < -this.#limits.jumpToleranceMs) return jumpText(gapMs);
    // A time source is no witness here: it tells that the clock was set, not that it was set right.
    if (gapMs <= this.#limits.maxDowntimeMs) return undefined;
    return `the clock is ${inWords(gapMs)} ahead of the last record before the restart`;
  }

  #passedMs(): number {
    return this.#clock.monotonicMs() - this.#monotonicAtMarkMs;
  }

  #report(problem: string): void {
    this.#audit.append('clock.suspect', { problem });
  }

  #moveTo(mark: ClockMarkRow): void {
    this.#monotonicAtMarkMs = this.#clock.monotonicMs();
    this.#mark = { ...mark, sinceBootMs: this.#clock.sinceBootMs(), bootId: this.#clock.bootId() };
    this.#persist();
  }

  /** On a full or failing disk the old mark stays: after a restart the gap is longer than it was, which errs towards doubt. */
  #persist(): void {
    try {
      this.#store.clockMarks.write(this.#mark);
    } catch (thrown) {
      if (!cannotBeWritten(thrown)) throw thrown;
    }
  }
}

const jumpText = (driftMs: number): string =>
  `the clock jumped ${inWords(Math.abs(driftMs))} ${driftMs > 0 ? 'ahead' : 'back'}`;

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
