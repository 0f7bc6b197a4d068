import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, type SigningKey, seal, signingKeyFromSeed, unseal } from '../crypto/index.js';
import { AuditLog } from './audit-log.js';
import { ConsentGate } from './consent-gate.js';
import { Credentials } from './credentials.js';
import { Database } from './database.js';
import { DeviceCertificates } from './device-certificates.js';
import { DoorRecords } from './doors.js';
import { EpochFiles } from './epoch-files.js';
import { FaceTimesTable } from './face-times.js';
import { deriveKeyring, type Keyring } from './keyring.js';
import { Listeners } from './listeners.js';
import { ApiKeys, ClockMarks, Erasures, PackMark } from './operations.js';
import { Panels } from './panels.js';
import { RecordAges } from './record-ages.js';
import { Consents, Documents, Receipts } from './records.js';
import { Registers } from './registers.js';
import { bytesOf } from './rows.js';
import { SpaceReserve } from './space.js';
import { Subjects } from './subjects.js';
import { Templates } from './templates.js';
import { KeyVault } from './vault.js';

const checkText = Buffer.from('menshen root key check 1');

/** The device's encrypted store: one SQLite file, its epoch key beside it, everything secret sealed. */
export class Store {
  readonly subjects: Subjects;
  readonly templates: Templates;
  readonly faceTimes: FaceTimesTable;
  readonly credentials: Credentials;
  readonly doors: DoorRecords;
  readonly consents: Consents;
  readonly receipts: Receipts;
  readonly documents: Documents;
  readonly registers: Registers;
  readonly recordAges: RecordAges;
  readonly auditLog: AuditLog;
  readonly apiKeys: ApiKeys;
  readonly listeners: Listeners;
  readonly panels: Panels;
  readonly deviceCertificates: DeviceCertificates;
  readonly erasures: Erasures;
  readonly clockMarks: ClockMarks;
  readonly packMark: PackMark;
  readonly vault: KeyVault;
  readonly keys: Keyring;
  readonly signingKey: SigningKey;
  readonly reserve: SpaceReserve;
  readonly #db: Database;
  readonly #gate: ConsentGate;

  private constructor(parts: {
    db: Database;
    keys: Keyring;
    vault: KeyVault;
    gate: ConsentGate;
    signingKey: SigningKey;
    reserve: SpaceReserve;
    randomness: Randomness;
  }) {
    const { db, keys, vault, randomness } = parts;
    this.#db = db;
    this.#gate = parts.gate;
    this.keys = keys;
    this.vault = vault;
    this.signingKey = parts.signingKey;
    this.reserve = parts.reserve;
    this.subjects = new Subjects(db, vault, keys.lookup, randomness);
    this.templates = new Templates({ db, vault, randomness, gate: parts.gate });
    this.faceTimes = new FaceTimesTable(db);
    this.credentials = new Credentials(db, vault, keys.lookup, randomness);
    this.doors = new DoorRecords(db, vault, randomness);
    this.consents = new Consents(db);
    this.receipts = new Receipts(db);
    this.documents = new Documents(db);
    this.registers = new Registers(db, keys.confidential, randomness);
    this.recordAges = new RecordAges(db);
    this.auditLog = new AuditLog(db, keys.deviceSecrets, randomness);
    this.apiKeys = new ApiKeys(db);
    this.listeners = new Listeners(db, keys.deviceSecrets, randomness);
    this.panels = new Panels(db);
    this.deviceCertificates = new DeviceCertificates(db, keys.deviceSecrets, randomness);
    this.erasures = new Erasures(db);
    this.clockMarks = new ClockMarks(db);
    this.packMark = new PackMark(db);
  }

  /**
   * Makes a new store in `folder` (mode 0700) sealed under the root key. The root key is wiped.
   *
   * @throws MenshenError `store-exists` when one is there.
   */
  static create(folder: string, rootKey: Uint8Array, options: StoreOptions): Store {
    if (existsSync(databasePath(folder)))
      throw new MenshenError('store-exists', `${folder} holds a store already; it is left as it is.`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const keys = deriveKeyring(rootKey);
    const db = new Database(databasePath(folder), { create: true });
    const files = new EpochFiles(join(folder, 'epoch'), keys.epochWrap, options.randomness);
    files.create(1).fill(0);
    const seed = options.randomness.bytes(32);
    db.transaction(() => {
      const put = (name: string, value: Uint8Array) =>
        db.run('INSERT INTO meta (name, value) VALUES (?, ?)', name, value);
      put('root_check', seal(keys.deviceSecrets, checkText, 'menshen:root-check', options.randomness));
      put('signing_seed', seal(keys.deviceSecrets, seed, 'menshen:signing-seed', options.randomness));
      put('epoch', Buffer.from('1'));
      // From the first moment on there is a head: one that is missing was taken away.
      new AuditLog(db, keys.deviceSecrets, options.randomness).setHead({
        seq: 0,
        eventSerial: 0,
        hash: new Uint8Array(32),
      });
    });
    seed.fill(0);
    chmodSync(databasePath(folder), 0o600);
    return Store.#assemble(folder, db, keys, options);
  }

  /**
   * Opens a store; finishes an erasure that was cut. The root key is wiped.
   *
   * @throws MenshenError `store-missing`, `wrong-key`, `store-locked`, `store-newer`, `store-corrupt`.
   */
  static open(folder: string, rootKey: Uint8Array, options: StoreOptions): Store {
    const keys = deriveKeyring(rootKey);
    const db = new Database(databasePath(folder), { create: false });
    try {
      checkRootKey(db, keys);
      return Store.#assemble(folder, db, keys, options);
    } catch (thrown) {
      keys.wipe();
      db.close();
      throw thrown;
    }
  }

  /** Whose time says that a consent has run out: one that is never behind the time that is vouched for. */
  useClock(clock: Pick<Clock, 'wallMs'>): void {
    this.#gate.useClock(() => clock.wallMs());
  }

  transaction<T>(work: () => T): T {
    return this.#db.transaction(work);
  }

  /** All or nothing, but only the next `transaction` makes it durable: for what is not acknowledged before that one. */
  provisionalTransaction<T>(work: () => T): T {
    return this.#db.provisionalTransaction(work);
  }

  /** For writes that a gate's answer hangs on: on a full disk they may use the reserved space. */
  withReserve<T>(work: () => T): T {
    // Within a transaction the outermost caller decides: a failed one may have been rolled back already.
    if (this.#db.inTransaction) return work();
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof MenshenError) || thrown.code !== 'store-full' || !this.reserve.release()) throw thrown;
      return work();
    }
  }

  integrityProblem(): string | undefined {
    return this.#db.integrityProblem();
  }

  /** Whether the database's structure holds, in short steps; the audit has its own chain (`verifyAudit`). */
  integritySteps(): Iterable<string | undefined> {
    return this.#db.integritySteps('audit');
  }

  close(): void {
    this.vault.wipe();
    this.signingKey.wipe();
    this.keys.wipe();
    this.#db.close();
  }

  static #assemble(folder: string, db: Database, keys: Keyring, options: StoreOptions): Store {
    const files = new EpochFiles(join(folder, 'epoch'), keys.epochWrap, options.randomness);
    const seed = unseal(keys.deviceSecrets, meta(db, 'signing_seed'), 'menshen:signing-seed');
    const signingKey = signingKeyFromSeed(seed);
    seed.fill(0);
    const marks = new ClockMarks(db);
    // Until a clock is handed in: the last time on record.
    const gate = new ConsentGate(db, signingKey.publicKey, () => marks.read()?.wallMs ?? 0);
    const epoch = Number(Buffer.from(meta(db, 'epoch')).toString('utf8'));
    const vault = new KeyVault({ db, files, epoch, randomness: options.randomness, gate });
    vault.recover();
    const reserve = new SpaceReserve(join(folder, 'audit-reserve'), options.auditReserveMiB);
    return new Store({ db, keys, vault, gate, signingKey, reserve, randomness: options.randomness });
  }
}

export interface StoreOptions {
  readonly randomness: Randomness;
  readonly auditReserveMiB: number;
}

/** True when `folder` holds a database file. */
export function storeExists(folder: string): boolean {
  return existsSync(databasePath(folder)) && statSync(databasePath(folder)).size > 0;
}

function checkRootKey(db: Database, keys: Keyring): void {
  try {
    if (equalBytes(unseal(keys.deviceSecrets, meta(db, 'root_check'), 'menshen:root-check'), checkText)) return;
  } catch (cause) {
    if (!(cause instanceof MenshenError) || cause.code !== 'integrity-violation') throw cause;
  }
  throw new MenshenError(
    'wrong-key',
    'This root key belongs to another store. Nothing was changed; give the right key.',
  );
}

function meta(db: Database, name: string): Uint8Array {
  const row = db.get('SELECT value FROM meta WHERE name = ?', name);
  if (row === undefined)
    throw new MenshenError('store-corrupt', `The store lacks its ${name}; it was not made to the end.`);
  return bytesOf(row, 'value');
}

const databasePath = (folder: string): string => join(folder, 'menshen.db');
