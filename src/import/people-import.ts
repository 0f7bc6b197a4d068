import { randomUUID } from 'node:crypto';
import { type AuditPort, asMenshenError, type Clock, type Logger, MenshenError, type Timers } from '../core/index.js';
import type { PinChecker } from '../credentials/index.js';
import { newSubjectId, type PinRecord, type Store } from '../store/index.js';
import { addPerson, byPepper, type GroupsPort, type Person } from './add-person.js';
import { type Candidate, RowChecker, type RowProblem } from './check-rows.js';
import type { Encoding } from './decode.js';
import { readTable } from './rows.js';

export interface ImportOptions {
  readonly by: string;
  /** Checks every row and writes nothing. */
  readonly dryRun: boolean;
  /** Rows that are wrong are left out; otherwise one of them refuses the whole table. */
  readonly leaveOutWrongRows: boolean;
  /** For rows that name no end. */
  readonly defaultExpiresAtMs?: number;
}

export type ImportState = 'checking' | 'refused' | 'checked' | 'hashing' | 'writing' | 'done' | 'undone' | 'failed';

/** How far an import is, and what it found; no value of the table is ever in it. */
export interface ImportReport {
  readonly importId: string;
  readonly state: ImportState;
  readonly dryRun: boolean;
  readonly encoding?: Encoding;
  readonly rows: number;
  /** Rows that can be, or were, added. */
  readonly good: number;
  readonly problemRows: number;
  /** The first ones. */
  readonly problems: readonly RowProblem[];
  readonly pins: number;
  readonly pinsHashed: number;
  readonly added: number;
  /** Why it failed, in words. */
  readonly why?: string;
}

export interface ImportParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly pins: PinChecker;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly minPinDigits: number;
  readonly groups?: GroupsPort;
  /** Erases people of an import that was cut. */
  readonly undo: (subjectIds: readonly string[]) => Promise<void>;
  /** Nobody is added once the use of the device has ended (M15.4). */
  readonly decommissioned: () => boolean;
}

const register = 'people-import';
const rowsPerSlice = 20;
const mostProblemsTold = 500;
/** The hashing pool is busy with people at the gate, who go first. */
const busyPauseMs = 100;
const pepperEnded = 'the key of PINs was changed while the table was imported: import this row again';

type Progress = { -readonly [K in keyof ImportReport]: ImportReport[K] };

/**
 * Adds people, cards and PINs from a table. Every row is checked before the first is written; PINs are hashed one at a
 * time, so that a PIN at the gate waits for one of them at most; people are written a few at a time. What is written is
 * noted in the same transaction: an import that is cut is undone at the next start, so that it is all or nothing all the same.
 */
export class PeopleImport {
  readonly #parts: ImportParts;
  #current: Progress | undefined;
  #running: Promise<void> | undefined;
  #cancelled = false;
  #closed = false;

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /**
   * Begins; `report` tells the rest.
   *
   * @param bytes the table; wiped when it is over
   * @throws MenshenError `conflict` while one runs, `decommissioned`; `body-invalid`, `body-too-large` come in the report.
   */
  start(bytes: Uint8Array, options: ImportOptions): ImportReport {
    this.#checkInUse();
    if (this.#running !== undefined)
      throw new MenshenError('conflict', 'An import is running. Wait until it is done, or cancel it.');
    const progress: Progress = {
      ...{ importId: `i-${randomUUID()}`, state: 'checking', dryRun: options.dryRun, rows: 0, good: 0 },
      ...{ problemRows: 0, problems: [], pins: 0, pinsHashed: 0, added: 0 },
    };
    this.#current = progress;
    this.#cancelled = false;
    this.#running = this.#run(bytes, options, progress)
      .catch((thrown: unknown) => this.#failed(thrown, progress))
      .finally(() => {
        bytes.fill(0);
        this.#running = undefined;
      });
    return { ...progress };
  }

  /** @throws MenshenError `not-found`: reports are kept until the next import, in memory. */
  report(importId: string): ImportReport {
    if (this.#current?.importId !== importId)
      throw new MenshenError('not-found', 'There is no such import; only the newest one is remembered.');
    return { ...this.#current };
  }

  /** Ends it before its next step; what it added is erased again. */
  async cancel(importId: string): Promise<ImportReport> {
    this.report(importId);
    this.#cancelled = true;
    await this.#running;
    return this.report(importId);
  }

  /** Erases what imports left behind that were cut by a crash or a stop. */
  async recover(): Promise<void> {
    const { store } = this.#parts;
    const cut = store.registers.list(register, { state: 'writing' }).filter(({ id }) => id !== this.#current?.importId);
    for (const { id } of cut) await this.#undo(id);
  }

  /** Stops at the next slice; the next start undoes it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelled = true;
    await this.#running;
  }

  async #run(bytes: Uint8Array, options: ImportOptions, progress: Progress): Promise<void> {
    await this.recover();
    const candidates = await this.#checked(bytes, options, progress);
    if (progress.problemRows > 0 && !options.leaveOutWrongRows) progress.state = 'refused';
    else if (options.dryRun) progress.state = 'checked';
    else await this.#import(candidates, options, progress);
  }

  async #checked(bytes: Uint8Array, options: ImportOptions, progress: Progress): Promise<Candidate[]> {
    const { store, clock, groups, minPinDigits } = this.#parts;
    const table = await readTable(bytes);
    progress.encoding = table.encoding;
    progress.rows = table.rows.length;
    const checker = new RowChecker({
      ...{ nowMs: clock.wallMs(), minPinDigits, defaultExpiresAtMs: options.defaultExpiresAtMs },
      personNumberTaken: (personNumber) => store.subjects.byPersonNumber(personNumber) !== undefined,
      cardTaken: (cardNumber) => store.credentials.cardHolder(cardNumber) !== undefined,
      knownGroup: groups === undefined ? undefined : (id) => groups.known(id),
    });
    const candidates: Candidate[] = [];
    const problems: RowProblem[] = [];
    for (const [index, row] of table.rows.entries()) {
      if (index % rowsPerSlice === 0) await this.#turn();
      const outcome = checker.check(row);
      if ('candidate' in outcome) candidates.push(outcome.candidate);
      else {
        progress.problemRows += 1;
        problems.push(...outcome.problems.slice(0, Math.max(0, mostProblemsTold - problems.length)));
      }
    }
    progress.good = candidates.length;
    progress.pins = candidates.filter(({ pin }) => pin !== undefined).length;
    progress.problems = problems;
    return candidates;
  }

  async #import(candidates: readonly Candidate[], options: ImportOptions, progress: Progress): Promise<void> {
    progress.state = 'hashing';
    const people: Person[] = [];
    for (const candidate of candidates) people.push(await this.#prepared(candidate, progress));
    progress.state = 'writing';
    try {
      await this.#written(people, options, progress);
    } catch (thrown) {
      if (!this.#closed) await this.#undo(progress.importId);
      progress.added = 0;
      throw thrown;
    }
    progress.state = 'done';
  }

  async #prepared(candidate: Candidate, progress: Progress): Promise<Person> {
    await this.#turn();
    const id = newSubjectId();
    const { pin, ...rest } = candidate;
    if (pin === undefined) return { id, ...rest };
    const hashed = await this.#patientlyHashed(id, pin);
    progress.pinsHashed += 1;
    return { id, ...rest, hashed };
  }

  async #patientlyHashed(id: string, pin: string): Promise<PinRecord> {
    for (;;) {
      try {
        return await this.#parts.pins.hashed(id, pin);
      } catch (thrown) {
        if (asMenshenError(thrown).code !== 'too-many-requests') throw thrown;
        await new Promise<void>((resolve) => this.#parts.timers.after(busyPauseMs, resolve));
        await this.#turn();
      }
    }
  }

  async #written(people: readonly Person[], options: ImportOptions, progress: Progress): Promise<void> {
    const { store, audit, clock } = this.#parts;
    const { importId } = progress;
    const { by } = options;
    const nowMs = () => Math.round(clock.wallMs());
    const written: Person[] = [];
    store.registers.add(register, { id: importId, atMs: nowMs(), state: 'writing', body: { by, rows: people.length } });
    for (let from = 0; from < people.length; from += rowsPerSlice) {
      await this.#turn();
      this.#checkInUse();
      const slice = this.#withLivingPins(people.slice(from, from + rowsPerSlice), options, progress);
      store.transaction(() => {
        const part = { id: `${importId}:${from}`, atMs: nowMs(), state: 'part' };
        store.registers.add(register, { ...part, body: { of: importId, subjectIds: slice.map(({ id }) => id) } });
        for (const person of slice) addPerson(this.#parts, person, by);
      });
      written.push(...slice);
      progress.added = written.length;
    }
    store.transaction(() => {
      const pins = written.filter(({ hashed }) => hashed !== undefined).length;
      const cards = written.reduce((sum, { cardNumbers }) => sum + cardNumbers.length, 0);
      for (let from = 0; from < people.length; from += rowsPerSlice)
        store.registers.remove(register, `${importId}:${from}`);
      store.registers.update(register, importId, 'done', { by, rows: people.length });
      const { added, problemRows: leftOut } = progress;
      audit.append('people.imported', { importId, by, added, leftOut, pins, cards });
    });
  }

  /** PINs take minutes to hash: whose pepper ended meanwhile would never open anything. @throws MenshenError `conflict`. */
  #withLivingPins(slice: readonly Person[], options: ImportOptions, progress: Progress): readonly Person[] {
    const { living, dead } = byPepper(this.#parts.store, slice);
    if (dead.length === 0) return living;
    const told = dead.map(({ line }): RowProblem => ({ line, column: 'pin', why: pepperEnded }));
    progress.problems = [...progress.problems, ...told].slice(0, mostProblemsTold);
    progress.problemRows += dead.length;
    progress.good -= dead.length;
    if (!options.leaveOutWrongRows)
      throw new MenshenError('conflict', 'The key of PINs was changed meanwhile. Import the table again.');
    return living;
  }

  /** @throws MenshenError `decommissioned`. */
  #checkInUse(): void {
    if (this.#parts.decommissioned())
      throw new MenshenError('decommissioned', 'Nobody is added here any more (M15.4).');
  }

  async #undo(importId: string): Promise<void> {
    const { store, audit, undo } = this.#parts;
    if (store.registers.get(register, importId) === undefined) return;
    const parts = store.registers
      .list(register, { state: 'part', limit: 10_000 })
      .filter(({ body }) => body.of === importId);
    const subjectIds = parts
      .flatMap(({ body }) => (Array.isArray(body.subjectIds) ? body.subjectIds.map(String) : []))
      .filter((id) => store.subjects.get(id) !== undefined);
    if (subjectIds.length > 0) await undo(subjectIds);
    store.transaction(() => {
      for (const { id } of parts) store.registers.remove(register, id);
      store.registers.update(register, importId, 'undone', { erased: subjectIds.length });
      audit.append('people.import-undone', { importId, erased: subjectIds.length });
    });
  }

  #failed(thrown: unknown, progress: Progress): void {
    const { code, detail } = asMenshenError(thrown);
    progress.state = progress.state === 'writing' || this.#cancelled ? 'undone' : 'failed';
    progress.why = detail;
    this.#parts.logger.log(this.#cancelled ? 'info' : 'warn', 'people.import-failed', { code });
  }

  /** Whoever asks the gate something goes first. @throws MenshenError `conflict` once it was cancelled. */
  async #turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#cancelled) throw new MenshenError('conflict', 'The import was cancelled; nothing of it stays.');
  }
}
