import { MenshenError } from '../core/index.js';
import type { RotationRow } from '../store/index.js';
import { open, type RotationParts } from './parts.js';

/**
 * Where a root key lies, and how a new one gets there. What is prepared lies beside the one in force until it is put in
 * force in one step, so that at each instant a root key that opens the store is in its place.
 */
export interface RootPlace {
  /** For the record: never a key. */
  readonly description: string;
  /** The configured place itself: the new key replaces the old one there. Otherwise the configuration must be changed. */
  readonly configured: boolean;
  /** What takes seconds, done before and beside the gate. */
  ready?(): Promise<void>;
  /** Makes or takes the new root key, durable when it returns; the caller wipes it. */
  prepare(): Uint8Array;
  /** What `prepare` left; undefined when there is nothing. The caller wipes it. */
  prepared(): Uint8Array | undefined;
  /** The prepared key takes the old one's place, which is overwritten; safe to call again. */
  putInForce(): void;
  discardPrepared(): void;
}

/** What an operator may name as the root key's new place. */
export type RootTarget =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'systemd-credential'; readonly name: string }
  | { readonly kind: 'tpm'; readonly path: string; readonly pcrs?: string };

interface RootBody {
  readonly from: string;
  readonly to: string;
  readonly configured: boolean;
  readonly newSlot?: number;
}

/**
 * The root key's change in durable steps: prepared, both keys open, the new one shown to open from its place, the old one
 * out. Each step can be the last before a crash; `resumeRoot` goes on or falls back.
 */
export function changeRoot(parts: RotationParts, id: string, from: string, to: RootPlace, by: string): void {
  const { store, audit, clock } = parts;
  const body: RootBody = { from, to: to.description, configured: to.configured };
  store.transaction(() => {
    store.rotations.begin({
      id,
      key: 'root',
      step: 'preparing',
      startedAtMs: clock.wallMs(),
      body: JSON.stringify(body),
    });
    audit.append('keys.rotation-begun', { id, key: 'root', from, to: to.description, by });
  });
  parts.afterStep('begun');
  const root = preparedOrGivenUp(parts, id, to);
  parts.afterStep('prepared');
  store.transaction(() => {
    const newSlot = store.keys.slots.add(root, clock.wallMs());
    store.rotations.note(id, JSON.stringify({ ...body, newSlot }));
    store.rotations.at(id, 'both', 0);
  });
  parts.afterStep('both');
  const row = store.rotations.unfinished().find((each) => each.id === id);
  if (row !== undefined) goOn(parts, row, to);
}

function preparedOrGivenUp(parts: RotationParts, id: string, to: RootPlace): Uint8Array {
  try {
    return to.prepare();
  } catch (thrown) {
    giveUp(parts, { id }, 'the new key could not be made in its place');
    throw thrown;
  }
}

/** After a start. @param place the configured one. */
export function resumeRoot(parts: RotationParts, row: RotationRow, place: RootPlace): void {
  if (row.step === 'preparing') {
    place.discardPrepared();
    giveUp(parts, row, 'it was cut before the new key opened anything');
    return;
  }
  if (row.step === 'old-out') finish(parts, row);
  else if (bodyOf(row).configured) goOn(parts, row, place);
}

/** The old key stays alone. @throws MenshenError `rotation-refused` once the new one is the only one. */
export function abandonRoot(parts: RotationParts, row: RotationRow, place: RootPlace, by: string): void {
  const { newSlot, configured } = bodyOf(row);
  const { slots } = parts.store.keys;
  if (row.step !== 'both' || newSlot === undefined || slots.openedBy === newSlot)
    throw new MenshenError('rotation-refused', 'The old root key is out already: this change can only be finished.');
  parts.store.transaction(() => {
    slots.remove(newSlot);
    giveUp(parts, row, `abandoned by ${by}`);
  });
  if (configured) place.discardPrepared();
  parts.store.truncateLog();
}

/** For where the process cannot write: a passphrase, a credential of systemd. */
export function noRootPlace(description: string, why: string): RootPlace {
  const refuse = (): never => {
    throw new MenshenError('rotation-refused', why);
  };
  return {
    ...{ description, configured: true, prepare: refuse, prepared: () => undefined },
    ...{ putInForce: refuse, discardPrepared: () => undefined },
  };
}

function goOn(parts: RotationParts, row: RotationRow, place: RootPlace): void {
  const { store } = parts;
  const { slots } = store.keys;
  const { newSlot, configured } = bodyOf(row);
  // Read back from where it lies: a key that was written badly must not become the only one.
  const root = place.prepared();
  const opens = root !== undefined && slots.slotOf(root) === newSlot;
  if (root === undefined || !opens) {
    store.transaction(() => {
      if (newSlot !== undefined) slots.remove(newSlot);
      giveUp(parts, row, 'the new key could not be read back from its place');
    });
    place.discardPrepared();
    return;
  }
  // Only a start with a changed configuration shows that the new key is the one that will be given.
  if (!configured) {
    root.fill(0);
    return;
  }
  place.putInForce();
  parts.afterStep('in-place');
  store.keys.change(() => {
    store.keys.renewMaster(root, parts.clock.wallMs());
    store.rotations.at(row.id, 'old-out', 0);
  });
  parts.afterStep('old-out');
  finish(parts, row);
}

function finish(parts: RotationParts, { id, body }: RotationRow): void {
  const { store, audit, clock } = parts;
  const { from, to } = JSON.parse(body) as RootBody;
  store.transaction(() => {
    store.rotations.finish(id, 'finished', clock.wallMs());
    audit.append('keys.rotated', { id, key: 'root', from, to });
  });
  store.truncateLog();
  parts.afterStep('finished');
}

function giveUp(parts: RotationParts, { id }: Pick<RotationRow, 'id'>, why: string): void {
  const { store, audit, clock } = parts;
  store.transaction(() => {
    store.rotations.finish(id, 'given-up', clock.wallMs());
    audit.append('keys.rotation-given-up', { id, key: 'root', why });
  });
}

const bodyOf = (row: RotationRow): RootBody => open<RootBody>(row.body);
