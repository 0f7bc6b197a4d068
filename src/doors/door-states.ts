import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import type { DoorState } from '../rules/index.js';
import type { Store } from '../store/index.js';

export interface StateChange {
  readonly state: DoorState;
  /** In the words of whoever changes it. */
  readonly reason: string;
  readonly by: string;
}

export interface DoorStateView {
  readonly state: DoorState;
  /** Absent for a door whose state was never changed. */
  readonly since?: string;
  readonly reason?: string;
}

/** Normal, locked down or free; what was set holds until somebody sets something else, also over a restart. */
export class DoorStates {
  readonly #parts: { readonly store: Store; readonly audit: AuditPort; readonly clock: Clock };
  readonly #doorIds: readonly string[];
  readonly #states: Map<string, DoorStateView>;

  constructor(parts: { store: Store; audit: AuditPort; clock: Clock }, doorIds: readonly string[]) {
    this.#parts = parts;
    this.#doorIds = doorIds;
    this.#states = new Map(
      parts.store.doors
        .states()
        .map(({ doorId, state, reason, changedAtMs }) => [
          doorId,
          { state, reason, since: new Date(changedAtMs).toISOString() },
        ]),
    );
  }

  of(doorId: string): DoorState {
    return this.view(doorId).state;
  }

  view(doorId: string): DoorStateView {
    return this.#states.get(doorId) ?? { state: 'normal' };
  }

  /** All or none of the doors, each with an event. @throws MenshenError `door-unknown`. */
  set(doorIds: readonly string[], { state, reason, by }: StateChange): void {
    const { store, audit, clock } = this.#parts;
    for (const doorId of doorIds) this.check(doorId);
    const changedAtMs = Math.round(clock.wallMs());
    // A lock-down that is asked for on a full disk counts too.
    store.withReserve(() =>
      store.transaction(() => {
        for (const doorId of doorIds) {
          const before = this.of(doorId);
          store.doors.setState({ doorId, state, reason, changedBy: by, changedAtMs });
          audit.append('door.state-changed', { doorId, state, before, reason, by });
        }
      }),
    );
    const since = new Date(changedAtMs).toISOString();
    for (const doorId of doorIds) this.#states.set(doorId, { state, reason, since });
  }

  /** @throws MenshenError `door-unknown`. */
  check(doorId: string): void {
    if (!this.#doorIds.includes(doorId)) throw new MenshenError('door-unknown', `There is no door ${doorId}.`);
  }
}
