import type { Database, Row } from './database.js';
import { numberOf, optionalNumberOf, textOf } from './rows.js';

/** One key's change, from the first durable step to the last; what is unfinished at a start is gone on with. */
export interface RotationRow {
  readonly id: string;
  /** `root` or the name of a device key. */
  readonly key: string;
  readonly step: string;
  readonly startedAtMs: number;
  readonly finishedAtMs?: number;
  /** What has moved to the new key so far: people, entries. */
  readonly done: number;
  /** JSON, never a key: where the new root key lies, until when an old one counts. */
  readonly body: string;
}

export class Rotations {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  begin(rotation: Omit<RotationRow, 'done' | 'finishedAtMs'>): void {
    this.#db.run(
      'INSERT INTO rotation (id, key_name, step, started_at, body) VALUES (?, ?, ?, ?, ?)',
      rotation.id,
      rotation.key,
      rotation.step,
      Math.round(rotation.startedAtMs),
      rotation.body,
    );
  }

  at(id: string, step: string, done: number): void {
    this.#db.run('UPDATE rotation SET step = ?, done = ? WHERE id = ?', step, done, id);
  }

  note(id: string, body: string): void {
    this.#db.run('UPDATE rotation SET body = ? WHERE id = ?', body, id);
  }

  finish(id: string, step: 'finished' | 'given-up', atMs: number): void {
    this.#db.run('UPDATE rotation SET step = ?, finished_at = ? WHERE id = ?', step, Math.round(atMs), id);
  }

  unfinished(): RotationRow[] {
    return this.#db.all('SELECT * FROM rotation WHERE finished_at IS NULL ORDER BY started_at').map(rotationOf);
  }

  /** Newest first. */
  list(limit = 50): RotationRow[] {
    return this.#db.all('SELECT * FROM rotation ORDER BY started_at DESC, id LIMIT ?', limit).map(rotationOf);
  }
}

function rotationOf(row: Row): RotationRow {
  const finishedAtMs = optionalNumberOf(row, 'finished_at');
  return {
    id: textOf(row, 'id'),
    key: textOf(row, 'key_name'),
    step: textOf(row, 'step'),
    startedAtMs: numberOf(row, 'started_at'),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    done: numberOf(row, 'done'),
    body: textOf(row, 'body'),
  };
}
