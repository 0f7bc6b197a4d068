import type { AuditPort, Clock } from '../core/index.js';
import type { PinRecord, Store } from '../store/index.js';
import type { Candidate } from './check-rows.js';

/** A candidate whose PIN is hashed: what can be written. */
export interface Person extends Omit<Candidate, 'pin'> {
  readonly id: string;
  readonly hashed?: PinRecord;
}

/** Groups that people can be put into, where this terminal keeps any. */
export interface GroupsPort {
  known(id: string): boolean;
  /** In the transaction that adds the person. @param by who imports. */
  assign(subjectId: string, groups: readonly string[], by: string): void;
}

export interface AddParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly groups?: GroupsPort;
}

/** Person, cards, PIN and groups, each on record; in the caller's transaction. */
export function addPerson({ store, audit, clock, groups }: AddParts, person: Person, by: string): void {
  const { id, ageBand, expiresAtMs, personNumber, displayName, cardNumbers, hashed } = person;
  const nowMs = Math.round(clock.wallMs());
  const profile = {
    ...(personNumber === undefined ? {} : { personNumber }),
    ...(displayName === undefined ? {} : { displayName }),
  };
  store.subjects.add(profile, ageBand, { nowMs, expiresAtMs }, id);
  audit.append('subject.added', { subjectId: id, ageBand, expiresAtMs, by });
  for (const cardNumber of cardNumbers)
    audit.append('card.added', { subjectId: id, cardId: store.credentials.addCard(id, cardNumber, nowMs), by });
  if (hashed !== undefined) {
    audit.append('pin.set', { subjectId: id, by });
    store.credentials.setPin(id, hashed, nowMs);
  }
  if (person.groups.length > 0) groups?.assign(id, person.groups, by);
}

/** Those whose PIN's pepper is still there, and those whose PIN would never open anything. */
export function byPepper(
  { keys }: Store,
  people: readonly Person[],
): { readonly living: readonly Person[]; readonly dead: readonly Person[] } {
  const versions = new Set(keys.versions('pin-pepper').map(({ version }) => version));
  const isDead = ({ hashed }: Person) => hashed?.pepper !== undefined && !versions.has(hashed.pepper);
  return { living: people.filter((person) => !isDead(person)), dead: people.filter(isDead) };
}
