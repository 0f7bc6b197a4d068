import type { Config } from '../config/index.js';
import type { Clock, Decision } from '../core/index.js';
import { type AccessRules, type DoorState, type Factor, localTimeOf, permit, type Refusal } from '../rules/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';
import type { DoorStates } from './door-states.js';
import type { Passages } from './passages.js';
import { rulesOf } from './rules-of.js';

/** Somebody who showed who they are at a door. */
export interface AtDoor {
  readonly doorId: string;
  readonly subjectId: string;
  readonly factors: readonly Factor[];
  /** The caller that says so. */
  readonly callerId?: string;
}

/** What goes with the decision: said in its record, and done in the transaction that records it. */
export interface DoorNote {
  readonly more?: Readonly<Record<string, string>>;
  readonly within?: (decision: Decision) => void;
}

export type DoorAnswer =
  | {
      readonly outcome: 'pass';
      readonly note: DoorNote;
      /** The door is open to anyone: nobody else is asked. */
      readonly free: boolean;
      /** The other of two persons. */
      readonly firstSubjectId?: string;
      /** The caller that told of that one. */
      readonly firstCallerId?: string;
    }
  /** Not yet: any one of `needs` brings the person further. */
  | { readonly outcome: 'more'; readonly needs: readonly Factor[] }
  | {
      readonly outcome: 'refuse';
      readonly reason: Exclude<Refusal, 'more-factors-needed'> | 'second-person-awaited';
      readonly note: DoorNote;
    };

/** Asked between who it is and a grant. */
export interface DoorPermits {
  /** Whether the site has door rules: decisions then name every factor that was shown. */
  readonly ruled: boolean;
  ask(passage: AtDoor): DoorAnswer;
}

export interface PermitParts {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly clockGuard: Pick<ClockGuard, 'check' | 'trustedMs'>;
  readonly states: DoorStates;
  readonly passages: Passages;
}

interface FirstPerson {
  readonly subjectId: string;
  readonly callerId?: string;
  /** Monotonic. */
  readonly sinceMs: number;
}

/** Gathers what the rules ask for, and keeps the first of two persons; what is decided is the pure engine's. */
export class Permits implements DoorPermits {
  readonly ruled: boolean;
  readonly #parts: PermitParts;
  readonly #rules: AccessRules;
  /** By door; of this run alone: after a restart two persons begin anew. */
  readonly #waiting = new Map<string, FirstPerson>();

  constructor(parts: PermitParts) {
    this.#parts = parts;
    this.#rules = rulesOf(parts.config);
    this.ruled = parts.config.access !== undefined;
  }

  /** @throws MenshenError `integrity-violation`, `not-found`: whoever asks must not grant then. */
  ask(passage: AtDoor): DoorAnswer {
    const { doorId, subjectId, factors } = passage;
    const { states, clockGuard } = this.#parts;
    const nowMs = clockGuard.trustedMs();
    const door = states.of(doorId);
    const waiting = this.#waitingAt(doorId, nowMs);
    const answer = permit(this.#rules, {
      ...{ doorId, subjectId, factors, nowMs, door },
      groups: this.#groups(subjectId),
      ...this.#localTime(),
      ...this.#lastEntry(doorId, subjectId),
      ...(waiting === undefined ? {} : { waiting }),
    });
    if (answer.outcome === 'refuse') return refusalOf(answer);
    const more = answer.antiPassbackBroken ? { antiPassback: 'broken' } : {};
    if (answer.outcome === 'second-person-needed') return this.#first(passage, more);
    const first = this.#firstOf(doorId, door, waiting, subjectId);
    return {
      outcome: 'pass',
      note: this.#grantNote(doorId, first, more),
      free: door === 'free',
      ...(first === undefined ? {} : { firstSubjectId: first, ...this.#toldBy(doorId) }),
    };
  }

  #toldBy(doorId: string): { firstCallerId?: string } {
    const callerId = this.#waiting.get(doorId)?.callerId;
    return callerId === undefined ? {} : { firstCallerId: callerId };
  }

  #groups(subjectId: string): readonly string[] {
    // Groups of rules that are no more say nothing.
    return this.ruled ? (this.#parts.store.subjects.profile(subjectId).groups ?? []) : [];
  }

  /** By the wall clock, and only while nothing speaks against it. */
  #localTime() {
    const { clock, clockGuard, config } = this.#parts;
    const timeZone = config.access?.timeZone;
    if (timeZone === undefined || !clockGuard.check().trusted) return {};
    return { at: localTimeOf(clock.wallMs(), timeZone) };
  }

  #lastEntry(doorId: string, subjectId: string) {
    const rule = this.#rules.doors.find((one) => one.doorId === doorId);
    const lastEntry =
      rule === undefined || rule.antiPassback === 'off' ? undefined : this.#parts.store.doors.lastEntry(subjectId);
    return lastEntry === undefined ? {} : { lastEntry };
  }

  #waitingAt(doorId: string, nowMs: number) {
    const first = this.#waiting.get(doorId);
    // Somebody who was erased meanwhile is nobody's company.
    if (first === undefined || this.#parts.store.subjects.get(first.subjectId) === undefined) return undefined;
    return { subjectId: first.subjectId, atMs: nowMs - (this.#parts.clock.monotonicMs() - first.sinceMs) };
  }

  #first({ doorId, subjectId, callerId }: AtDoor, more: Readonly<Record<string, string>>): DoorAnswer {
    const first = { subjectId, ...(callerId === undefined ? {} : { callerId }) };
    const within = () => void this.#waiting.set(doorId, { ...first, sinceMs: this.#parts.clock.monotonicMs() });
    return { outcome: 'refuse', reason: 'second-person-awaited', note: { more, within } };
  }

  /** The other of two persons, where the door is for two. */
  #firstOf(doorId: string, door: DoorState, waiting: { subjectId: string } | undefined, subjectId: string) {
    const two = door !== 'free' && this.#rules.doors.some((rule) => rule.doorId === doorId && rule.twoPersons);
    return two && waiting?.subjectId !== subjectId ? waiting?.subjectId : undefined;
  }

  #grantNote(doorId: string, firstSubjectId: string | undefined, more: Readonly<Record<string, string>>): DoorNote {
    const first = firstSubjectId === undefined ? {} : { firstSubjectId };
    return {
      more: { ...more, ...first },
      within: (decision) => {
        this.#waiting.delete(doorId);
        this.#parts.passages.granted(decision, firstSubjectId);
      },
    };
  }
}

function refusalOf({ reason, needs }: { reason: Refusal; needs?: readonly Factor[] }): DoorAnswer {
  if (reason === 'more-factors-needed') return { outcome: 'more', needs: needs ?? [] };
  return { outcome: 'refuse', reason, note: {} };
}
