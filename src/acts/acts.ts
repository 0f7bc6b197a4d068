import { randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, cannotBeWritten, type Logger, MenshenError, samePerson } from '../core/index.js';
import type { RegisterBody, Store } from '../store/index.js';
import {
  type Act,
  type ActKind,
  type Actor,
  type ActState,
  actOf,
  bodyOf,
  hashOf,
  type SealedAct,
  sealedWith,
  wordOf,
} from './act.js';

export interface ActsParts {
  readonly store: Store;
  readonly audit: AuditPort;
  /** Never behind the time that is vouched for. */
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly logger: Logger;
  /**
   * What a confirmed act does; it may be called again after a crash and must end in the same state. A kind without one is
   * carried out by `take`.
   */
  readonly carryOut: Partial<Record<ActKind, (what: RegisterBody, by: string, act: Act) => Promise<RegisterBody>>>;
  /** Who of those that name a person may neither propose nor confirm it, and why; a kind without one lets all of them. */
  readonly refusalOf?: Partial<Record<ActKind, (what: RegisterBody, by: Actor) => MenshenError | undefined>>;
}

const maxOpen = 100;

/**
 * Acts that take two people: one proposes what exactly is to be done, another confirms that very thing within a day. What
 * is to be done, and who said so, lies sealed and bound to its act: a row that was changed behind the daemon's back does
 * nothing.
 */
export class Acts {
  readonly #parts: ActsParts;

  constructor(parts: ActsParts) {
    this.#parts = parts;
  }

  /** @throws MenshenError `second-person-required` for a caller that names no person, or one that may take no part. */
  propose(kind: ActKind, what: RegisterBody, by: Actor): Act {
    const { store, audit } = this.#parts;
    const proposer = personOf(by);
    const refusal = this.#parts.refusalOf?.[kind]?.(what, by);
    if (refusal !== undefined) {
      audit.append('act.refused', { kind, by: by.id, why: refusal.code });
      throw refusal;
    }
    const proposedAtMs = this.#nowMs();
    if (this.list().filter(({ state }) => state === 'proposed').length >= maxOpen)
      throw new MenshenError('too-many-requests', `${maxOpen} acts wait for their second person. Cancel some of them.`);
    const id = randomUUID();
    const body = { kind, hash: hashOf(kind, what), proposedBy: by.id, proposer };
    const sealed = sealedWith('proposed', { ...body, proposedAtMs }, what);
    store.transaction(() => {
      store.registers.add('act', { id, atMs: proposedAtMs, state: 'proposed', body: { ...body } }, sealed);
      audit.append('act.proposed', { actId: id, ...body });
    });
    return this.require(id);
  }

  /**
   * The second person's word; then it runs. The word is on the disk before anything is done.
   *
   * @param seen the hash of what they saw.
   * @throws MenshenError `conflict` when it is no longer open or was another thing, `second-person-required`.
   */
  async confirm(id: string, seen: string, by: Actor): Promise<Act> {
    const { store, audit } = this.#parts;
    const refusal = this.#refusal(this.require(id), seen, by);
    if (refusal !== undefined) {
      audit.append('act.refused', { actId: id, by: by.id, why: refusal.code });
      throw refusal;
    }
    store.transaction(() => {
      const act = this.#open(id);
      const { kind, hash, proposedBy, proposer } = act;
      const body = { kind, hash, proposedBy, proposer, confirmedBy: by.id, confirmer: personOf(by) };
      this.#settle('confirmed', { ...act, ...body });
      audit.append('act.confirmed', { actId: id, ...body });
    });
    await this.#run(id);
    return this.require(id);
  }

  /** By whoever may propose. @throws MenshenError `conflict`. */
  cancel(id: string, by: string): Act {
    const { store, audit } = this.#parts;
    store.transaction(() => {
      const act = this.#open(id);
      this.#settle('cancelled', act);
      audit.append('act.cancelled', { actId: id, kind: act.kind, by });
    });
    return this.require(id);
  }

  /**
   * Uses a confirmed act up, once, by one of its two people.
   *
   * @throws MenshenError `second-person-required` when it is not confirmed, used, too old, another's or about another thing.
   */
  take(id: string, kind: ActKind, what: RegisterBody, by: string): void {
    const { store, audit } = this.#parts;
    store.transaction(() => {
      const act = this.require(id);
      const theirs = act.proposedBy === by || act.confirmedBy === by;
      const same = act.kind === kind && act.hash === hashOf(kind, what);
      if (act.state !== 'confirmed' || !theirs || !same || this.#nowMs() >= act.expiresAtMs)
        throw new MenshenError(
          'second-person-required',
          'This act is not confirmed, was used, is over, or was about something else. Propose it anew.',
        );
      this.#checkSealed(act);
      this.#settle('done', act);
      audit.append('act.done', { actId: id, kind, by });
    });
  }

  /** Newest first. */
  list(): Act[] {
    return this.#parts.store.registers.list('act').map((entry) => actOf(entry, this.#nowMs()));
  }

  /** @throws MenshenError `not-found`. */
  require(id: string): Act {
    const entry = this.#parts.store.registers.get('act', id);
    if (entry === undefined) throw new MenshenError('not-found', 'There is no such act.');
    return actOf(entry, this.#nowMs());
  }

  /** What exactly is to be done, opened. @throws MenshenError `not-found`, `integrity-violation`. */
  what(id: string): RegisterBody {
    return this.#sealedOf(id).what;
  }

  /** What was confirmed and cut by a crash is carried out now. */
  async resume(): Promise<void> {
    const failures: unknown[] = [];
    // One that cannot be done keeps no other from being done.
    for (const { id, kind } of this.list().filter(({ state }) => state === 'confirmed'))
      if (this.#parts.carryOut[kind] !== undefined) await this.#run(id).catch((thrown) => failures.push(thrown));
    if (failures.length > 0) throw failures[0];
  }

  async #run(id: string): Promise<void> {
    const { store, audit, carryOut, logger } = this.#parts;
    const act = this.require(id);
    const { kind } = act;
    const work = carryOut[kind];
    if (work === undefined) return;
    try {
      this.#checkSealed(act);
      const what = this.what(id);
      if (hashOf(kind, what) !== act.hash) throw new MenshenError('integrity-violation', 'This act was changed.');
      const result = await work(what, `${act.proposedBy} ${act.confirmedBy ?? ''}`.trim(), act);
      store.withReserve(() =>
        store.transaction(() => {
          this.#settle('done', act, result);
          audit.append('act.done', { actId: id, kind, by: `${act.proposedBy} ${act.confirmedBy ?? ''}`.trim() });
        }),
      );
    } catch (thrown) {
      const why = thrown instanceof MenshenError ? thrown.code : 'internal';
      logger.log('error', 'act.failed', { actId: id, kind, why });
      // A full or failing disk or a busy store passes: it stays confirmed and is carried out at the next start.
      if (!cannotBeWritten(thrown) && why !== 'store-locked')
        store.transaction(() => {
          this.#settle('failed', act);
          audit.append('act.failed', { actId: id, kind, why });
        });
      throw thrown;
    }
  }

  #refusal(act: Act, seen: string, by: Actor): MenshenError | undefined {
    if (act.state !== 'proposed')
      return new MenshenError('conflict', `This act is ${act.state}; it waits for nobody. Propose it anew.`);
    if (seen !== act.hash)
      return new MenshenError('conflict', 'What you saw is not what was proposed. Look at the act again.');
    if (by.holder === undefined) return nobody();
    if (by.id === act.proposedBy || samePerson(by.holder, act.proposer))
      return new MenshenError('second-person-required', 'You proposed this. Another person must confirm it.');
    if (by.sinceMs >= act.proposedAtMs)
      return new MenshenError(
        'second-person-required',
        'Your key was made after the proposal. Whoever confirms had a key before.',
      );
    const changed = this.#changed(act);
    return changed ?? this.#parts.refusalOf?.[act.kind]?.(this.what(act.id), by);
  }

  /** Who said what so far is sealed with what is to be done: a row that was changed says nothing. */
  #changed(act: Act): MenshenError | undefined {
    if (this.#sealedOf(act.id).word === wordOf(act.state, act)) return undefined;
    return new MenshenError('integrity-violation', 'This act was changed behind the daemon’s back. Propose it anew.');
  }

  #checkSealed(act: Act): void {
    const changed = this.#changed(act);
    if (changed !== undefined) throw changed;
  }

  #settle(state: ActState, act: Act, result?: RegisterBody): void {
    const body = bodyOf(act);
    const what = this.#openedWhat(act.id);
    const sealed = what === undefined ? undefined : sealedWith(state, act, what);
    this.#parts.store.registers.update('act', act.id, state, result === undefined ? body : { ...body, result }, sealed);
  }

  /** Undefined where it opens no more: such an act can still be taken back, and fail. */
  #openedWhat(id: string): RegisterBody | undefined {
    try {
      return this.what(id);
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return undefined;
      throw thrown;
    }
  }

  #sealedOf(id: string): SealedAct {
    const sealed = this.#parts.store.registers.confidential('act', id) ?? {};
    // Sealed by `propose` and `#settle` alone; acts of before had no word, and are proposed anew.
    if (typeof sealed.word !== 'string') return { what: sealed, word: undefined };
    return { what: sealed.what as RegisterBody, word: sealed.word };
  }

  #open(id: string): Act {
    const act = this.require(id);
    if (act.state !== 'proposed')
      throw new MenshenError('conflict', `This act is ${act.state}; it waits for nobody. Propose it anew.`);
    return act;
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.wallMs());
  }
}

function personOf({ holder }: Actor): string {
  if (holder === undefined) throw nobody();
  return holder;
}

const nobody = (): MenshenError =>
  new MenshenError(
    'second-person-required',
    'Your key names no person. Acts of two people need keys with a holder: menshen keys add --holder NAME.',
  );
