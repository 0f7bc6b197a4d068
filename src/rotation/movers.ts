import { MenshenError } from '../core/index.js';
import type { RegisterPlace, RotationRow } from '../store/index.js';
import type { RotationParts } from './parts.js';

interface Moved {
  readonly done: number;
  /** What opened under no key: it stays unreadable, as it was. */
  readonly damaged: number;
  /** What stood without a seal before, and counts for nothing: panels of before there were seals. */
  readonly unsealed?: number;
}

/** Some milliseconds of work: whoever asks the gate something waits no longer. */
const peopleAtOnce = 20;
const entriesAtOnce = 100;

/** Moves what a key protects to its new version; begins anew after a crash, since what has moved moves again unharmed. */
export function moveAll(parts: RotationParts, row: RotationRow): Promise<Moved> {
  switch (row.key) {
    case 'lookup':
      return moveIndex(parts, row);
    case 'confidential':
      return moveRegisters(parts, row);
    case 'device-secrets':
      return moveSecrets(parts);
    case 'epoch-wrap':
      return moveEpoch(parts);
    default:
      throw new MenshenError('internal', `nothing moves for the key ${row.key}`);
  }
}

async function moveIndex({ store, afterStep }: RotationParts, { id }: RotationRow): Promise<Moved> {
  const to = store.keys.current('lookup');
  const former = store.keys.versions('lookup').filter(({ current }) => !current);
  store.transaction(() => {
    for (const from of former) store.credentials.moveCounters(from.bytes, to.bytes);
  });
  afterStep('counters');
  let [done, damaged, after] = [0, 0, ''];
  for (;;) {
    const people = store.subjects.list(after, peopleAtOnce);
    const last = people.at(-1);
    if (last === undefined) return { done, damaged };
    store.provisionalTransaction(() => {
      for (const person of people) {
        if (!store.subjects.indexAnew(person.id)) damaged += 1;
        damaged += store.credentials.indexAnew(person.id);
      }
      store.rotations.at(id, 'moving', done + people.length);
    });
    done += people.length;
    after = last.id;
    afterStep('people');
    await others();
  }
}

async function moveRegisters({ store, afterStep }: RotationParts, { id }: RotationRow): Promise<Moved> {
  let done = 0;
  let after: RegisterPlace | undefined;
  for (;;) {
    const slice = store.provisionalTransaction(() => {
      const end = store.registers.sealAnew(after, entriesAtOnce);
      if (end !== undefined) store.rotations.at(id, 'moving', done + end.sealed);
      return end;
    });
    if (slice === undefined) return { done, damaged: 0 };
    done += slice.sealed;
    after = slice;
    afterStep('entries');
    await others();
  }
}

/** A handful of rows: the audit's head with what the store must not forget, listeners' secrets, the private keys of the device's certificates. */
async function moveSecrets({ store }: RotationParts): Promise<Moved> {
  return store.transaction(() => {
    const head = store.auditLog.head();
    if (head !== undefined) store.auditLog.setHead(head);
    const panels = store.panels.sealAnew();
    const moved = [store.listeners.sealAnew(), store.deviceCertificates.sealAnew(), panels];
    const sum = (of: 'done' | 'damaged') => moved.reduce((total, each) => total + each[of], 0);
    return { done: 1 + sum('done'), damaged: sum('damaged'), unsealed: panels.unsealed };
  });
}

/**
 * The next epoch's file is wrapped by the new key; the advance destroys the one that the old key wrapped. An erasure may
 * be preparing an epoch whose file was written before the new key was in force: that one has to go as well.
 *
 * @throws MenshenError `internal` when the epoch in force would be left to the old key alone; both keys stay then.
 */
async function moveEpoch({ store }: RotationParts): Promise<Moved> {
  await store.vault.advancePast(store.vault.newestEpoch);
  if (!store.vault.isUnderCurrentWrap())
    throw new MenshenError('internal', 'The epoch in force is still wrapped by the former key, which therefore stays.');
  return { done: 1, damaged: 0 };
}

const others = () => new Promise((resolve) => setImmediate(resolve));
