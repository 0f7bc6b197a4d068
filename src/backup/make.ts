import { createHash, randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { Snapshot, Store } from '../store/index.js';
import { encrypted, mostLineBytes } from './chunks.js';
import { closedHeader, type Protection } from './header.js';
import { lineOf } from './lines.js';
import type { Ending, Manifest } from './manifest.js';

export interface BackupParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly randomness: Randomness;
  readonly deviceId: string;
  readonly version: string;
  /** The configuration as the site wrote it. */
  readonly configuration: () => string;
}

type About = Pick<Manifest, 'backupId' | 'deviceId' | 'madeAt'>;
interface Typed {
  readonly t: string;
}

/** What is read at the moment of the snapshot. */
interface Start {
  readonly snapshot: Snapshot;
  readonly manifest: Manifest;
  /** The audit in it begins after this entry. */
  readonly afterSeq: number;
  readonly first: readonly Typed[];
  readonly peppers: readonly Typed[];
}

/** Records read between two turns of the event loop: some milliseconds of work. */
const slice = 50;

/** What must be kept for years, as one encrypted file; made beside the running gate. */
export class BackupMaker {
  readonly #parts: BackupParts;
  /** A passphrase takes 128 MiB while it is hashed: one after the other. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /**
   * The file, piece by piece. It tells of the store as it is now: of this moment for all that can change, and without
   * whoever is erased before their turn comes. That it was begun is the last audit entry in it.
   *
   * @param by who asked for it.
   * @throws MenshenError `backup-invalid` for a weak passphrase, `conflict` while an erasure is under way, or (from the
   * stream) when another backup, a pruning or a new signing key came in between.
   */
  async open(protection: Protection, by: string): Promise<AsyncGenerator<Uint8Array>> {
    const { store, clock, randomness, deviceId } = this.#parts;
    const about = { backupId: `b-${randomUUID()}`, deviceId, madeAt: new Date(clock.wallMs()).toISOString() };
    const closing = this.#closing.then(() => closedHeader(about, protection, randomness));
    this.#closing = closing.catch(() => undefined);
    const { header, key } = await closing;
    try {
      const snapshot = store.snapshots.take(() => this.#begin(header.backupId, protection, by));
      // Nothing is awaited in between: what cannot be copied is read at the same moment.
      const start = this.#start(snapshot, about);
      return this.#stream(snapshot, encrypted(header, key, this.#lines(start), randomness), key);
    } catch (thrown) {
      key.fill(0);
      throw thrown;
    }
  }

  #begin(backupId: string, protection: Protection, by: string): void {
    const { store, audit, clock } = this.#parts;
    // A receipt that was announced is signed here or nowhere.
    if (store.erasures.unfinished().length > 0)
      throw new MenshenError('conflict', 'An erasure is under way. Make the backup when it is done, in a minute.');
    store.state.write('backup-made', new Date(clock.wallMs()).toISOString());
    audit.append('backup.made', { backupId, protection: protection.kind, by });
  }

  async *#stream(snapshot: Snapshot, pieces: AsyncGenerator<Uint8Array>, key: Uint8Array): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces;
    } finally {
      key.fill(0);
      snapshot.release();
    }
  }

  /** Every line with the ending that counts them, signed by the device: whoever can only encrypt can make none. */
  async *#lines(start: Start): AsyncGenerator<string> {
    const { backupId, keyId } = start.manifest;
    const digest = createHash('sha256');
    const counts: Record<string, number> = {};
    const left = { gone: 0, damaged: 0 };
    for await (const record of this.#records(start, left)) {
      const line = JSON.stringify(record);
      if (line.length * 3 > mostLineBytes && Buffer.byteLength(line) > mostLineBytes)
        throw new MenshenError('backup-invalid', `A ${record.t} is longer than a backup takes.`);
      digest.update(line).update('\n');
      counts[record.t] = (counts[record.t] ?? 0) + 1;
      yield line;
    }
    if (this.#parts.store.signingKey.keyId !== keyId) throw changed('the signing key was changed');
    const ending: Ending = { format: 'menshen-backup-end-1', backupId, sha256: digest.digest('hex'), counts, ...left };
    yield JSON.stringify({ t: 'end', ...this.#signed(canonicalJson(ending)) });
  }

  #start(snapshot: Snapshot, about: About): Start {
    const { store } = this.#parts;
    const manifest = this.#manifest(about);
    const checkpoint = store.checkpoints.newest();
    return {
      ...{ snapshot, manifest, afterSeq: checkpoint?.seq ?? 0 },
      first: [
        { t: 'manifest', ...this.#signed(canonicalJson(manifest)) },
        ...store.signers.successions().map(lineOf.signer),
        ...(checkpoint === undefined ? [] : [{ t: 'checkpoint', ...signedLine(checkpoint) }]),
      ],
      peppers: store.keys.versions('pin-pepper').map(({ version, bytes }) => lineOf.pepper(version, bytes)),
    };
  }

  async *#records(start: Start, left: { gone: number; damaged: number }): AsyncGenerator<Typed> {
    const { snapshot, manifest, afterSeq, first, peppers } = start;
    yield* first;
    yield* this.#audit(afterSeq, manifest.head.seq);
    for await (const rows of pages((after) => snapshot.documents(after, slice)))
      for (const row of rows) yield typed({ t: 'document', ...row });
    for await (const rows of pages((after) => snapshot.registers(after, slice)))
      for (const { register, entry, confidential } of rows)
        yield typed({ t: 'register', register, ...entry, ...(confidential === undefined ? {} : { confidential }) });
    yield* this.#receipts(snapshot.newestReceipt);
    for await (const rows of pages((after) => snapshot.consents(after, slice))) yield* rows.map(lineOf.consent);
    yield* peppers;
    yield* this.#people(snapshot, left);
    yield typed({ t: 'configuration', text: this.#parts.configuration() });
  }

  #manifest(about: About): Manifest {
    const { store, version } = this.#parts;
    const head = store.auditLog.head();
    if (head === undefined)
      throw new MenshenError('audit-broken', 'The audit’s head is missing: menshen audit verify.');
    const { keyId, publicKey } = store.signingKey;
    const { seq, eventSerial, hash } = head;
    return {
      ...{ format: 'menshen-backup-1', ...about, version, keyId },
      publicKey: Buffer.from(publicKey).toString('base64'),
      head: { seq, eventSerial, hash: Buffer.from(hash).toString('hex') },
    };
  }

  async *#audit(afterSeq: number, untilSeq: number): AsyncGenerator<Typed> {
    const { store } = this.#parts;
    for (let after = afterSeq; ; ) {
      const rows = store.auditLog.page(after, slice).filter(({ seq }) => seq <= untilSeq);
      if ((store.checkpoints.newest()?.seq ?? 0) > after && rows[0]?.seq !== after + 1)
        throw changed('old audit entries were pruned');
      yield* rows.map(lineOf.audit);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.seq;
      await turn();
    }
  }

  async *#receipts(newest: number): AsyncGenerator<Typed> {
    for (let after = 0; ; await turn()) {
      const rows = this.#parts.store.receipts.page(after, slice).filter(({ place }) => place <= newest);
      for (const { receipt } of rows) yield typed({ t: 'receipt', ...receipt, ...signedLine(receipt) });
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.place;
    }
  }

  async *#people(snapshot: Snapshot, left: { gone: number; damaged: number }): AsyncGenerator<Typed> {
    for (let after: number | undefined = 0; after !== undefined; await turn()) {
      const page = snapshot.people(after, slice);
      left.gone += page.gone;
      left.damaged += page.damaged;
      for (const person of page.people) yield lineOf.person(person);
      after = page.next;
    }
  }

  #signed(body: string): { readonly body: string; readonly keyId: string; readonly signature: string } {
    const { signingKey } = this.#parts.store;
    return { body, keyId: signingKey.keyId, signature: Buffer.from(signingKey.sign(body)).toString('base64') };
  }
}

async function* pages<T>(
  page: (after: number) => { readonly rows: readonly T[]; readonly next: number | undefined },
): AsyncGenerator<readonly T[]> {
  for (let after: number | undefined = 0; after !== undefined; await turn()) {
    const { rows, next }: { readonly rows: readonly T[]; readonly next: number | undefined } = page(after);
    if (rows.length > 0) yield rows;
    after = next;
  }
}

const signedLine = ({ body, keyId, signature }: { body: string; keyId: string; signature: Uint8Array }) => ({
  ...{ body, keyId, signature: Buffer.from(signature).toString('base64') },
});

/** The gate answers meanwhile. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const changed = (what: string): MenshenError =>
  new MenshenError('conflict', `While the backup was made, ${what}. Make it again.`);

/** With whatever fields it has beside. */
const typed = (line: Typed & Readonly<Record<string, unknown>>): Typed => line;
