import { MenshenError } from '../core/index.js';
import type { Database } from './database.js';
import type { Keyring } from './keyring.js';
import { bytesOf, numberOf } from './rows.js';

/** Where the chain ends. */
export interface AuditHead {
  readonly seq: number;
  readonly eventSerial: number;
  readonly hash: Uint8Array;
}

/** Why what the store must not forget is not believed: its row is gone, does not open, or is older than the audit. */
export type StateDoubt = 'missing' | 'altered' | 'behind';

type Values = Readonly<Record<string, string>>;

/**
 * One sealed row for the end of the audit and for what the store must not forget (`StoreState`). Whoever can write the
 * database, but has no key, can change neither. Taking the row away takes the audit's end away too, which every store has
 * from its first moment; an older row names an entry that the audit has gone past, and when the audit is put back with
 * it, the witnesses tell (`anchors`).
 */
export class SealedHead {
  readonly #db: Database;
  readonly #keys: Keyring;
  /** Seen when the store was opened: the next entry mends the row, and must not hide what it was. */
  #doubt: StateDoubt | undefined;

  constructor(db: Database, keys: Keyring) {
    this.#db = db;
    this.#keys = keys;
    this.#doubt = this.#doubtNow();
  }

  /** Of a new store: from its first moment on there is a row; one that is missing was taken away. */
  static begin(db: Database, keys: Keyring): void {
    new SealedHead(db, keys).#put({ seq: 0, eventSerial: 0, hash: '0'.repeat(64), state: {} });
  }

  /** Undefined when it is missing. @throws MenshenError `integrity-violation` when it was altered. */
  head(): AuditHead | undefined {
    const content = this.#content();
    if (content === 'missing') return undefined;
    if (content === 'altered') throw notOurs(content);
    const { seq, eventSerial, hash } = content;
    return { seq, eventSerial, hash: new Uint8Array(Buffer.from(hash, 'hex')) };
  }

  setHead({ seq, eventSerial, hash }: AuditHead): void {
    const content = this.#content();
    const doubt = this.#doubt ?? (typeof content === 'string' ? content : undefined);
    const former = typeof content === 'string' ? undefined : content.state;
    const state = doubt === undefined ? former : { ...former, [doubtName]: doubt };
    const head = { seq, eventSerial, hash: Buffer.from(hash).toString('hex') };
    this.#put(state === undefined ? head : { ...head, state });
  }

  /** Undefined in a store from before they were sealed. @throws MenshenError `integrity-violation`. */
  values(): Values | undefined {
    return this.#readable().state;
  }

  /** @throws MenshenError `integrity-violation`: a row that is gone or altered is mended by the audit alone. */
  keep(values: Values): void {
    this.#put({ ...this.#readable(), state: values });
  }

  doubt(): StateDoubt | undefined {
    return this.#doubt;
  }

  /** What was in doubt is on record, and what stands now is what is to be believed. */
  settle(): void {
    const { [doubtName]: _, ...values } = this.values() ?? {};
    this.keep(values);
    this.#doubt = undefined;
  }

  #doubtNow(): StateDoubt | undefined {
    const content = this.#content();
    if (typeof content === 'string') return content;
    const kept = content.state?.[doubtName];
    if (kept === 'missing' || kept === 'altered' || kept === 'behind') return kept;
    const newest = this.#db.get('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
    if (newest === undefined) return undefined;
    const seq = numberOf(newest, 'seq');
    const isSame = Buffer.from(bytesOf(newest, 'hash')).toString('hex') === content.hash;
    return content.seq < seq || (content.seq === seq && !isSame) ? 'behind' : undefined;
  }

  #readable(): Content {
    const content = this.#content();
    if (typeof content === 'string') throw notOurs(content);
    return content;
  }

  #content(): Content | 'missing' | 'altered' {
    const row = this.#db.get(`SELECT value FROM meta WHERE name = 'audit_head'`);
    if (row === undefined) return 'missing';
    try {
      const plain = this.#keys.unseal('device-secrets', bytesOf(row, 'value'), boundTo);
      // Sealed by `#put` alone.
      return JSON.parse(Buffer.from(plain).toString('utf8')) as Content;
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return 'altered';
      throw thrown;
    }
  }

  #put(content: Content): void {
    const sealed = this.#keys.seal('device-secrets', Buffer.from(JSON.stringify(content)), boundTo);
    this.#db.run(
      `INSERT INTO meta (name, value) VALUES ('audit_head', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      sealed,
    );
  }
}

interface Content {
  readonly seq: number;
  readonly eventSerial: number;
  /** Hex. */
  readonly hash: string;
  readonly state?: Values;
}

const boundTo = 'menshen:audit-head';
const doubtName = 'in-doubt';

const notOurs = (what: 'missing' | 'altered'): MenshenError =>
  new MenshenError(
    'integrity-violation',
    `The sealed row audit_head, which holds what the store must not forget, is ${what}: somebody changed the database.`,
  );
