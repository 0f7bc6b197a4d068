import type { Database } from './database.js';
import { optionalNumberOf, textOf } from './rows.js';
import type { SealedHead, StateDoubt } from './sealed-head.js';

/** What lowers protection when somebody changes it or takes it away: sealed with the audit's end (`SealedHead`). */
const sealedNames = [
  /** Random, for good: tells this store's witnesses from another's. */
  'store-id',
  /** JSON: that this store was put back to an old copy, until somebody confirms it. */
  'rolled-back',
  /** ISO 8601: when somebody confirmed that an old copy was put back; heads of before tell nothing new. */
  'rollback-confirmed',
  /** ISO 8601: when the newest backup was begun that a receipt of an erasure must speak of. */
  'backup-made',
  /** Which witnesses were written; one that is missing later was taken away. */
  'witnessed-by',
  /** What the TPM's counter stood at. */
  'counter',
  /** Hash of the thresholds that decide with the consent of two people, or that the store began with. */
  'threshold-confirmed',
  /** The audit entry from which on this device is the restored one; what is of before came with the backup. */
  'restored-at-seq',
  /** Ids of the incidents that nobody lifted yet, whatever their rows say. */
  'open-incidents',
] as const;

/** Among `open-incidents`: one that may be open and that nothing is left of. Nobody can lift it. */
export const incidentOffRecord = 'off-record';

export type SealedStateName = (typeof sealedNames)[number];

/**
 * What nothing on the device hangs on. `syslog-seq`, the newest entry that the collector was sent, is written every few
 * seconds: whoever changes it has the collector told twice, or leaves a gap in `seq` that the collector sees.
 */
export type PlainStateName = 'syslog-seq';

export type StateName = SealedStateName | PlainStateName;

/** What the store remembers about itself, each one line of text. */
export class StoreState {
  readonly #db: Database;
  readonly #head: SealedHead;

  constructor(db: Database, head: SealedHead) {
    this.#db = db;
    this.#head = head;
  }

  /** @throws MenshenError `integrity-violation` where the sealed row was altered or taken away. */
  read(name: StateName): string | undefined {
    return isSealed(name) ? this.#values()[name] : this.#plain(name);
  }

  write(name: StateName, value: string): void {
    if (isSealed(name)) this.#change((values) => ({ ...values, [name]: value }));
    else
      this.#db.run(
        'INSERT INTO store_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        name,
        value,
      );
  }

  forget(name: SealedStateName): void {
    this.#change(({ [name]: _, ...others }) => others);
  }

  /** Why nothing here was to be believed when the store was opened. */
  doubt(): StateDoubt | undefined {
    return this.#head.doubt();
  }

  /** After what was in doubt was recorded, and written anew. */
  settleDoubt(): void {
    this.#head.settle();
  }

  /**
   * Once, in a store from before they were sealed: plain rows are believed a last time, and go. Where such a store came
   * from a backup, what its audit says of that is believed with them.
   *
   * @returns which were sealed; undefined where they are sealed already.
   */
  takeOver(): SealedStateName[] | undefined {
    return this.#db.transaction(() => {
      if (this.#head.values() !== undefined) return undefined;
      const values = { ...this.#restoredAt(), ...this.#plainValues() };
      this.#head.keep(values);
      for (const name of sealedNames) this.#db.run('DELETE FROM store_state WHERE name = ?', name);
      return sealedNames.filter((name) => values[name] !== undefined);
    });
  }

  #restoredAt(): Record<string, string> {
    const row = this.#db.get(`SELECT max(seq) AS seq FROM audit WHERE kind = 'backup.restored'`);
    const seq = optionalNumberOf(row ?? { seq: null }, 'seq');
    return seq === undefined ? {} : { 'restored-at-seq': String(seq) };
  }

  #change(changed: (values: Readonly<Record<string, string>>) => Readonly<Record<string, string>>): void {
    this.#db.transaction(() => {
      this.takeOver();
      this.#head.keep(changed(this.#values()));
    });
  }

  #values(): Readonly<Record<string, string>> {
    return this.#head.values() ?? this.#plainValues();
  }

  #plainValues(): Record<string, string> {
    return Object.fromEntries(
      sealedNames.flatMap((name) => {
        const value = this.#plain(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  }

  #plain(name: StateName): string | undefined {
    const row = this.#db.get('SELECT value FROM store_state WHERE name = ?', name);
    return row === undefined ? undefined : textOf(row, 'value');
  }
}

const isSealed = (name: StateName): name is SealedStateName => sealedNames.some((sealed) => sealed === name);
