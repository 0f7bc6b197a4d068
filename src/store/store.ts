import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, cannotBeWritten, MenshenError, type Randomness } from '../core/index.js';
import type { SigningKey } from '../crypto/index.js';
import { AuditLog } from './audit-log.js';
import { Checkpoints } from './checkpoints.js';
import { ConsentGate } from './consent-gate.js';
import { Consents } from './consents.js';
import { Credentials } from './credentials.js';
import { Database, type WriteFailure } from './database.js';
import { DeviceCertificates } from './device-certificates.js';
import { Documents } from './documents.js';
import { DoorRecords } from './doors.js';
import { EpochFiles } from './epoch-files.js';
import { FaceTimesTable } from './face-times.js';
import { Keyring } from './keyring.js';
import { meta } from './legacy-keys.js';
import { Listeners } from './listeners.js';
import { ApiKeys, ClockMarks, Erasures, PackMark } from './operations.js';
import { PanelInvitationRows } from './panel-invitations.js';
import { Panels } from './panels.js';
import { Receipts } from './receipts.js';
import { RecordAges } from './record-ages.js';
import { Registers } from './registers.js';
import { Rotations } from './rotations.js';
import { SealedHead } from './sealed-head.js';
import { Signers } from './signers.js';
import { Snapshots } from './snapshot.js';
import { SpaceReserve } from './space.js';
import { StoreState } from './store-state.js';
import { Subjects } from './subjects.js';
import { Templates } from './templates.js';
import { KeyVault } from './vault.js';

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
  readonly panelInvitations: PanelInvitationRows;
  readonly deviceCertificates: DeviceCertificates;
  readonly erasures: Erasures;
  readonly clockMarks: ClockMarks;
  readonly packMark: PackMark;
  readonly vault: KeyVault;
  readonly keys: Keyring;
  /** One object for good, whichever key is in force. */
  readonly signingKey: SigningKey;
  readonly signers: Signers;
  readonly rotations: Rotations;
  readonly state: StoreState;
  readonly checkpoints: Checkpoints;
  readonly reserve: SpaceReserve;
  readonly snapshots: Snapshots;
  readonly #db: Database;
  readonly #gate: ConsentGate;
  readonly #randomness: Randomness;

  private constructor(parts: {
    db: Database;
    keys: Keyring;
    vault: KeyVault;
    gate: ConsentGate;
    signers: Signers;
    reserve: SpaceReserve;
    randomness: Randomness;
  }) {
    const { db, keys, vault, randomness } = parts;
    this.#db = db;
    this.#gate = parts.gate;
    this.#randomness = randomness;
    this.keys = keys;
    this.vault = vault;
    this.signers = parts.signers;
    this.signingKey = parts.signers.signingKey;
    this.rotations = new Rotations(db);
    const head = new SealedHead(db, keys);
    this.state = new StoreState(db, head);
    this.checkpoints = new Checkpoints(db);
    this.reserve = parts.reserve;
    this.subjects = new Subjects(db, vault, keys, randomness);
    this.templates = new Templates({ db, vault, randomness, gate: parts.gate });
    this.faceTimes = new FaceTimesTable(db);
    this.credentials = new Credentials(db, vault, keys, randomness);
    this.doors = new DoorRecords(db, vault, randomness);
    this.consents = new Consents(db);
    this.receipts = new Receipts(db);
    this.documents = new Documents(db);
    this.registers = new Registers(db, keys);
    this.recordAges = new RecordAges(db);
    this.auditLog = new AuditLog(db, head);
    this.apiKeys = new ApiKeys(db);
    this.listeners = new Listeners(db, keys);
    this.panels = new Panels(db, keys);
    this.panelInvitations = new PanelInvitationRows(db);
    this.deviceCertificates = new DeviceCertificates(db, keys);
    this.erasures = new Erasures(db);
    this.clockMarks = new ClockMarks(db);
    this.packMark = new PackMark(db);
    this.snapshots = new Snapshots(db, vault, keys);
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
    const db = new Database(databasePath(folder), { create: true });
    const keys = db.transaction(() => {
      const made = Keyring.create(db, rootKey, options.randomness);
      new EpochFiles(epochFolder(folder), made, options.randomness).create(1).fill(0);
      db.run(`INSERT INTO meta (name, value) VALUES ('epoch', ?)`, Buffer.from('1'));
      SealedHead.begin(db, made);
      return made;
    });
    chmodSync(databasePath(folder), 0o600);
    return Store.#assemble(folder, db, keys, options);
  }

  /**
   * Opens a store; finishes an erasure that was cut. The root key is wiped.
   *
   * @throws MenshenError `store-missing`, `wrong-key`, `store-locked`, `store-newer`, `store-corrupt`.
   */
  static open(folder: string, rootKey: Uint8Array, options: StoreOptions): Store {
    const db = new Database(databasePath(folder), { create: false });
    let keys: Keyring | undefined;
    try {
      keys = Keyring.open(db, rootKey.slice(), options.randomness);
      putOldRootOut(db, keys, rootKey);
      return Store.#assemble(folder, db, keys, options);
    } catch (thrown) {
      keys?.wipe();
      db.close();
      throw thrown;
    } finally {
      rootKey.fill(0);
    }
  }

  /** Whose time says that a consent has run out: one that is never behind the time that is vouched for. */
  useClock(clock: Pick<Clock, 'wallMs'>): void {
    this.#gate.useClock(() => clock.wallMs());
  }

  /** 32 random bytes for a new signing key. */
  newSeed(): Uint8Array {
    return this.#randomness.bytes(32);
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
      if (!cannotBeWritten(thrown) || !this.reserve.mayHelp(thrown.code) || !this.reserve.release()) throw thrown;
      return work();
    }
  }

  /** What keeps records from being written, by the newest try; undefined while they are. */
  writeFailure(): WriteFailure | undefined {
    return this.#db.writeFailure();
  }

  /** Empties the log, so that what was replaced or deleted is not left in it. */
  truncateLog(): void {
    this.#db.truncateLog();
  }

  /** The same where it can wait: a disk that is full or read by somebody keeps nobody from what was just done. */
  truncateLogSoon(): void {
    try {
      this.truncateLog();
    } catch (thrown) {
      const locked = thrown instanceof MenshenError && thrown.code === 'store-locked';
      if (!locked && !cannotBeWritten(thrown)) throw thrown;
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
    this.signers.wipe();
    this.keys.wipe();
    this.#db.close();
  }

  static #assemble(folder: string, db: Database, keys: Keyring, options: StoreOptions): Store {
    const files = new EpochFiles(epochFolder(folder), keys, options.randomness);
    const signers = new Signers(db, keys);
    const marks = new ClockMarks(db);
    // Until a clock is handed in: the last time on record.
    const gate = new ConsentGate(db, signers, () => marks.read()?.wallMs ?? 0);
    const epoch = Number(Buffer.from(meta(db, 'epoch')).toString('utf8'));
    const vault = new KeyVault({ db, files, epoch, randomness: options.randomness, gate });
    vault.recover();
    const reserve = new SpaceReserve(join(folder, 'audit-reserve'), options.auditReserveMiB);
    return new Store({ db, keys, vault, gate, signers, reserve, randomness: options.randomness });
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

/**
 * A change of the root key that was waiting for a start with the new one: it opened, so the former ones are out. Done
 * here because the root is known here alone.
 */
function putOldRootOut(db: Database, keys: Keyring, root: Uint8Array): void {
  const rotations = new Rotations(db);
  for (const { id, step, done, body } of rotations.unfinished()) {
    if (step !== 'both' || newSlotOf(body) !== keys.slots.openedBy) continue;
    keys.change(() => {
      keys.renewMaster(root, 0);
      rotations.at(id, 'old-out', done);
    });
  }
}

/** Written by the rotation room. */
const newSlotOf = (body: string): number | undefined => (JSON.parse(body) as { readonly newSlot?: number }).newSlot;

const databasePath = (folder: string): string => join(folder, 'menshen.db');
const epochFolder = (folder: string): string => join(folder, 'epoch');
