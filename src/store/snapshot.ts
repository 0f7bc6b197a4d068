/** What the store held at one moment, read little by little while the gate goes on writing. */
import { MenshenError } from '../core/index.js';
import { unseal } from '../crypto/index.js';
import { type ConsentRow, consentOf } from './consents.js';
import { cardBoundTo } from './credentials.js';
import type { Database, Row } from './database.js';
import { type DocumentRow, documentOf } from './documents.js';
import type { Keyring } from './keyring.js';
import { entryOf, type RegisterBody, type RegisterEntry, registerBoundTo } from './registers.js';
import { bytesOf, numberOf, textOf } from './rows.js';
import { type AgeBand, type Profile, profileBoundTo, subjectOf } from './subjects.js';
import type { KeyVault } from './vault.js';

/** A person with what they open doors by; never a face. */
export interface PersonRecord {
  readonly id: string;
  readonly ageBand: AgeBand;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly profile: Profile;
  readonly cards: readonly { readonly id: string; readonly number: string; readonly addedAtMs: number }[];
  readonly pin?: {
    readonly salt: Uint8Array;
    readonly verifier: Uint8Array;
    readonly duressVerifier?: Uint8Array;
    /** Version of the pepper in both. */
    readonly pepper: number;
    readonly changedAtMs: number;
  };
}

export interface PeoplePage {
  readonly people: readonly PersonRecord[];
  /** Erased since the moment of the snapshot: their keys are gone, and they with them. */
  readonly gone: number;
  /** People and cards whose seal does not open. */
  readonly damaged: number;
  readonly next: number | undefined;
}

/** What only this device, or only a moment, has a use for. */
const registersLeftOut = ['act', 'enrolment-code', 'people-import'];

/**
 * One process owns the database over one connection, so no second reader can hold a moment fast beside the writer. What
 * can change is therefore copied, as the ciphertext it is, into tables in memory, in one transaction; what is only ever
 * appended is read from where it lies, up to the end of then. Nothing of it touches the disk.
 */
export class Snapshots {
  readonly #db: Database;
  readonly #vault: KeyVault;
  readonly #keys: Keyring;
  #taken = 0;

  constructor(db: Database, vault: KeyVault, keys: Keyring) {
    this.#db = db;
    this.#vault = vault;
    this.#keys = keys;
  }

  /** One at a time: who still reads an earlier one is told so. @param first runs in the same transaction, before it. */
  take(first: () => void): Snapshot {
    this.#taken += 1;
    const turn = this.#taken;
    let newestReceipt = 0;
    this.#db.transaction(() => {
      this.#drop();
      first();
      for (const [table, select] of Object.entries(copies)) this.#db.run(`CREATE TEMP TABLE ${table} AS ${select}`);
      this.#db.run('CREATE INDEX temp.snapshot_card_subject ON snapshot_card (subject_id)');
      newestReceipt = numberOf(this.#db.get('SELECT coalesce(max(rowid), 0) AS n FROM receipt') ?? {}, 'n');
    });
    return new Snapshot({
      ...{ db: this.#db, vault: this.#vault, keys: this.#keys, newestReceipt },
      checkThere: () => {
        if (turn !== this.#taken)
          throw new MenshenError('conflict', 'Another backup was begun meanwhile. Make one after the other.');
      },
      release: () => {
        if (turn === this.#taken) this.#drop();
      },
    });
  }

  #drop(): void {
    for (const table of Object.keys(copies)) this.#db.run(`DROP TABLE IF EXISTS temp.${table}`);
  }
}

const copies = {
  snapshot_person: `SELECT subject.id, profile, age_band, created_at, expires_at, salt, verifier, duress_verifier, pepper,
    changed_at FROM subject LEFT JOIN pin ON pin.subject_id = subject.id ORDER BY subject.id`,
  snapshot_card: 'SELECT subject_id, id, sealed, added_at FROM card',
  snapshot_consent: 'SELECT * FROM consent ORDER BY rowid',
  snapshot_register: `SELECT * FROM register_entry
    WHERE register NOT IN (${registersLeftOut.map((name) => `'${name}'`).join(', ')}) ORDER BY register, at, id`,
  snapshot_document: 'SELECT * FROM document ORDER BY kind, version',
};

/** @throws MenshenError `conflict` from every call, once another one was taken. */
export class Snapshot {
  readonly newestReceipt: number;
  readonly #db: Database;
  readonly #vault: KeyVault;
  readonly #keys: Keyring;
  readonly #checkThere: () => void;
  readonly release: () => void;

  constructor(parts: {
    db: Database;
    vault: KeyVault;
    keys: Keyring;
    newestReceipt: number;
    checkThere: () => void;
    release: () => void;
  }) {
    this.#db = parts.db;
    this.#vault = parts.vault;
    this.#keys = parts.keys;
    this.newestReceipt = parts.newestReceipt;
    this.#checkThere = parts.checkThere;
    this.release = parts.release;
  }

  /** @param after 0 for the first page. */
  people(after: number, limit: number): PeoplePage {
    const rows = this.#page('snapshot_person', after, limit);
    const people: PersonRecord[] = [];
    let [gone, damaged] = [0, 0];
    for (const row of rows) {
      const read = this.#person(row);
      if (read === 'gone') gone += 1;
      else if (read === 'damaged') damaged += 1;
      else {
        people.push(read.person);
        damaged += read.damagedCards;
      }
    }
    return { people, gone, damaged, next: nextOf(rows) };
  }

  consents(after: number, limit: number): { readonly rows: readonly ConsentRow[]; readonly next: number | undefined } {
    const rows = this.#page('snapshot_consent', after, limit);
    return { rows: rows.map(consentOf), next: nextOf(rows) };
  }

  documents(after: number, limit: number) {
    const rows = this.#page('snapshot_document', after, limit);
    const documents: (DocumentRow & { readonly kind: string })[] = rows.map((row) => ({
      kind: textOf(row, 'kind'),
      ...documentOf(row),
    }));
    return { rows: documents, next: nextOf(rows) };
  }

  /** With what was told in confidence. @throws MenshenError `integrity-violation`. */
  registers(after: number, limit: number) {
    const rows = this.#page('snapshot_register', after, limit);
    const entries: { register: string; entry: RegisterEntry; confidential?: RegisterBody }[] = rows.map((row) => {
      const register = textOf(row, 'register');
      const entry = entryOf(row);
      if (row.sealed === null) return { register, entry };
      const plain = this.#keys.unseal('confidential', bytesOf(row, 'sealed'), registerBoundTo(register, entry.id));
      return { register, entry, confidential: JSON.parse(Buffer.from(plain).toString('utf8')) as RegisterBody };
    });
    return { rows: entries, next: nextOf(rows) };
  }

  #page(table: keyof typeof copies, after: number, limit: number): Row[] {
    this.#checkThere();
    const sql = `SELECT rowid AS place, * FROM temp.${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`;
    return this.#db.all(sql, after, limit);
  }

  #person(row: Row): { person: PersonRecord; damagedCards: number } | 'gone' | 'damaged' {
    const { id, ...subject } = subjectOf(row);
    const key = orFault(() => this.#vault.profileKey(id));
    // A person's key stays the same for life, under whichever epoch it is wrapped by now.
    if (typeof key === 'string') return key;
    try {
      const profile = orFault(() => unseal(key, bytesOf(row, 'profile'), profileBoundTo(id)));
      if (typeof profile === 'string') return 'damaged';
      const cards = this.#db.all('SELECT * FROM temp.snapshot_card WHERE subject_id = ? ORDER BY added_at, id', id);
      const numbers = cards.flatMap((card) => cardOf(card, id, key));
      const pin = pinOf(row);
      const person = {
        ...{ id, ...subject, profile: JSON.parse(Buffer.from(profile).toString('utf8')) as Profile, cards: numbers },
        ...(pin === undefined ? {} : { pin }),
      };
      return { person, damagedCards: cards.length - numbers.length };
    } finally {
      key.fill(0);
    }
  }
}

function cardOf(row: Row, subjectId: string, key: Uint8Array): PersonRecord['cards'] {
  const id = textOf(row, 'id');
  const plain = orFault(() => unseal(key, bytesOf(row, 'sealed'), cardBoundTo(id, subjectId)));
  if (typeof plain === 'string') return [];
  return [{ id, number: Buffer.from(plain).toString('utf8'), addedAtMs: numberOf(row, 'added_at') }];
}

function pinOf(row: Row): PersonRecord['pin'] {
  if (row.verifier === null) return undefined;
  return {
    salt: bytesOf(row, 'salt'),
    verifier: bytesOf(row, 'verifier'),
    ...(row.duress_verifier === null ? {} : { duressVerifier: bytesOf(row, 'duress_verifier') }),
    pepper: numberOf(row, 'pepper'),
    changedAtMs: numberOf(row, 'changed_at'),
  };
}

function orFault(open: () => Uint8Array): Uint8Array | 'gone' | 'damaged' {
  try {
    return open();
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'not-found') return 'gone';
    if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return 'damaged';
    throw thrown;
  }
}

function nextOf(rows: readonly Row[]): number | undefined {
  const last = rows.at(-1);
  return last === undefined ? undefined : numberOf(last, 'place');
}
