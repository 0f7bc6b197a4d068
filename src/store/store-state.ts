import type { Database } from './database.js';
import { textOf } from './rows.js';

/** Closed list of what the store remembers about itself, each one line of text. */
export type StateName =
  /** Random, for good: tells this store's witnesses from another's. */
  | 'store-id'
  /** JSON: that this store was put back to an old copy, until somebody confirms it. */
  | 'rolled-back'
  /** ISO 8601: when somebody confirmed that an old copy was put back; heads of before tell nothing new. */
  | 'rollback-confirmed'
  /** ISO 8601: when the newest backup was begun that a receipt of an erasure must speak of. */
  | 'backup-made'
  /** Which witnesses were written; one that is missing later was taken away. */
  | 'witnessed-by'
  /** What the TPM's counter stood at. */
  | 'counter'
  /** Hash of the thresholds that decide with the consent of two people, or that the store began with. */
  | 'threshold-confirmed'
  /** The newest audit entry that the collector of syslog messages was sent. */
  | 'syslog-seq';

export class StoreState {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  read(name: StateName): string | undefined {
    const row = this.#db.get('SELECT value FROM store_state WHERE name = ?', name);
    return row === undefined ? undefined : textOf(row, 'value');
  }

  write(name: StateName, value: string): void {
    this.#db.run(
      'INSERT INTO store_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }

  forget(name: StateName): void {
    this.#db.run('DELETE FROM store_state WHERE name = ?', name);
  }
}
