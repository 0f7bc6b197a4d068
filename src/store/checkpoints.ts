import type { Database, Row } from './database.js';
import { bytesOf, textOf } from './rows.js';
import type { SignedBody } from './signed-body.js';

/** What stands for a part of the audit that was pruned. */
export interface CheckpointBody {
  readonly format: 'menshen-checkpoint-1';
  /** The newest entry that was pruned; the chain goes on after it. */
  readonly seq: number;
  /** Hex of its hash. */
  readonly hash: string;
  /** The newest event serial up to it. */
  readonly eventSerial: number;
  /** How many entries were pruned since the device's first one. */
  readonly count: number;
  readonly oldestAt: string;
  readonly newestAt: string;
  readonly prunedAt: string;
  /** Ids of the incidents that nobody had lifted then; absent in checkpoints of before, and where that is not sealed yet. */
  readonly openIncidents?: readonly string[];
}

export interface Checkpoint extends SignedBody {
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly eventSerial: number;
  readonly count: number;
  readonly oldestAt: string;
  readonly openIncidents: readonly string[];
}

export class Checkpoints {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  newest(): Checkpoint | undefined {
    const row = this.#db.get('SELECT * FROM checkpoint ORDER BY seq DESC LIMIT 1');
    return row === undefined ? undefined : checkpointOf(row);
  }

  /** It stands for everything before it too, so the one before goes. */
  put(seq: number, signed: SignedBody): void {
    this.#db.run('DELETE FROM checkpoint');
    this.#db.run(
      'INSERT INTO checkpoint (seq, body, key_id, signature) VALUES (?, ?, ?, ?)',
      seq,
      signed.body,
      signed.keyId,
      signed.signature,
    );
  }
}

function checkpointOf(row: Row): Checkpoint {
  const body = textOf(row, 'body');
  // Whoever relies on it checks the signature.
  const { seq, hash, eventSerial, count, oldestAt, openIncidents = [] } = JSON.parse(body) as CheckpointBody;
  return {
    ...{ seq, hash: new Uint8Array(Buffer.from(hash, 'hex')), eventSerial, count, oldestAt, openIncidents },
    ...{ body, keyId: textOf(row, 'key_id'), signature: bytesOf(row, 'signature') },
  };
}
