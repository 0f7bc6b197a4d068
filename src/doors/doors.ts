import type { Config } from '../config/index.js';
import { type AuditPort, type Clock, type Logger, MenshenError, type TimerHandle, type Timers } from '../core/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';
import { type ContactState, Contacts } from './contacts.js';
import { DoorStates, type DoorStateView, type StateChange } from './door-states.js';
import { Passages, type PassageWord } from './passages.js';
import { type AtDoor, type DoorAnswer, type DoorPermits, Permits } from './permits.js';

export interface DoorParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly clockGuard: Pick<ClockGuard, 'check' | 'trustedMs'>;
  readonly logger: Logger;
}

export interface DoorView extends DoorStateView {
  readonly doorId: string;
  readonly contact: ContactState | 'unknown';
  readonly reportsPassages: boolean;
  /** Grants of which nobody has said yet whether somebody entered. */
  readonly passagesAwaited: number;
}

const forgetPeriodMs = 60_000;

/** The doors of this terminal: their state, who may pass, and who did. */
export class Doors implements DoorPermits {
  readonly ruled: boolean;
  readonly #parts: DoorParts;
  readonly #states: DoorStates;
  readonly #passages: Passages;
  readonly #permits: Permits;
  readonly #contacts: Contacts;
  #timer: TimerHandle | undefined;

  constructor(parts: DoorParts) {
    const { config, clockGuard } = parts;
    this.#parts = parts;
    this.#states = new DoorStates(
      parts,
      config.doors.map(({ id }) => id),
    );
    this.#passages = new Passages({ ...parts, trustedMs: () => clockGuard.trustedMs() });
    this.#permits = new Permits({ ...parts, states: this.#states, passages: this.#passages });
    this.#contacts = new Contacts({
      ...parts,
      states: this.#states,
      heldOpenAfterMs: (doorId) => this.#rule(doorId)?.heldOpenAfterMs ?? 0,
      openedByGrant: (doorId) => this.#passages.opened(doorId),
    });
    this.ruled = this.#permits.ruled;
  }

  /** Takes up what a former run left, and forgets entries when their time is over. */
  start(): void {
    this.#passages.resume();
    if (!this.ruled) return;
    this.#forget();
    this.#timer = this.#parts.timers.every(forgetPeriodMs, () => this.#forget());
  }

  close(): void {
    this.#timer?.cancel();
    this.#passages.close();
    this.#contacts.close();
  }

  list(): DoorView[] {
    return this.#parts.config.doors.map(({ id }) => this.view(id));
  }

  /** @throws MenshenError `door-unknown`. */
  view(doorId: string): DoorView {
    this.#states.check(doorId);
    return {
      doorId,
      ...this.#states.view(doorId),
      contact: this.#contacts.at(doorId),
      reportsPassages: this.#passages.reportedAt(doorId),
      passagesAwaited: this.#passages.awaitedAt(doorId),
    };
  }

  /** @param doorId left out: every door, all or none. @throws MenshenError `door-unknown`. */
  setState(doorId: string | undefined, change: StateChange): void {
    this.#states.set(doorId === undefined ? this.#parts.config.doors.map(({ id }) => id) : [doorId], change);
  }

  ask(passage: AtDoor): DoorAnswer {
    return this.#permits.ask(passage);
  }

  /** What became of a grant. @throws MenshenError `door-unknown`, `conflict`. */
  passage(doorId: string, word: PassageWord): void {
    this.#states.check(doorId);
    this.#passages.report(doorId, word);
  }

  /** What the door's contact says. @throws MenshenError `door-unknown`, `conflict`. */
  contact(doorId: string, state: ContactState): void {
    this.#states.check(doorId);
    this.#passages.checkReported(doorId);
    this.#contacts.set(doorId, state);
  }

  /**
   * Puts a person into these groups and no others.
   *
   * @throws MenshenError `not-found`, `body-invalid` for a group that the rules do not know.
   */
  setGroups(subjectId: string, groups: readonly string[], by: string): void {
    const { store, audit, config } = this.#parts;
    store.subjects.require(subjectId);
    const known = config.access?.groups.map(({ id }) => id) ?? [];
    const unknown = groups.find((group) => !known.includes(group));
    if (unknown !== undefined) {
      const there = known.length === 0 ? 'The configuration has no section access' : `There are ${known.join(', ')}`;
      throw new MenshenError('body-invalid', `There is no group ${unknown}. ${there}.`);
    }
    store.transaction(() => {
      store.subjects.setGroups(subjectId, groups);
      audit.append('subject.groups-changed', { subjectId, groups: groups.join(' '), by });
    });
  }

  /** How much is kept of where people went; it is all there is besides the audit. */
  kept(): { readonly lastEntries: number; readonly passagesAwaited: number } {
    const { doors } = this.#parts.store;
    return { lastEntries: doors.lastEntries(), passagesAwaited: doors.awaited().length };
  }

  #forget(): void {
    try {
      this.#passages.forgetOld();
    } catch (thrown) {
      this.#parts.logger.log('error', 'last-entries.not-forgotten', { message: String(thrown) });
    }
  }

  #rule(doorId: string) {
    return this.#parts.config.access?.doors.find((rule) => rule.doorId === doorId);
  }
}
