import { randomUUID } from 'node:crypto';
import type { AuditTrail } from '../audit/index.js';
import { type Clock, MenshenError } from '../core/index.js';
import { verifySignature } from '../crypto/index.js';
import type { RegisterBody, RegisterEntry, RegisterName, Signer, Store } from '../store/index.js';
import type { ErasedSince } from './erased-since.js';
import { invalid } from './header.js';
import { auditRowOf, bytes64, consentOf, type Line, type LineOf, withoutUndefined } from './lines.js';
import type { BackupFacts, FormerKeys, Taker } from './read.js';

export interface RestoreParts {
  /** New, and used by nobody else yet. */
  readonly store: Store;
  readonly audit: AuditTrail;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly deviceId: string;
  /** What the old device did after the backup, as far as receipts tell. */
  readonly since: ErasedSince;
}

export interface Restored {
  readonly people: number;
  /** Left out, because they were erased on the old device after the backup. */
  readonly leftOut: number;
  readonly consentsEnded: number;
  readonly cards: number;
  readonly pins: number;
  /** The audit goes on with this entry, and events after this serial. */
  readonly goesOnAtSeq: number;
  readonly lastSerialLeftOut: number;
}

const dayMs = 86_400_000;
/** As long as after a change of the pepper: who has not come by then is given a new PIN. */
const pepperDays = 180;
/** What an old device that worked on may have numbered since, three times over, and at least as much. */
const caution = 3;
const fewestLeftOut = 1000;

/**
 * Writes a backup's records into a new store: the same people, cards and PINs under this device's own keys, the same
 * audit with a stated gap after it. No face: nobody has one in a backup.
 */
export class Restorer implements Taker {
  readonly #parts: RestoreParts;
  #peppers: { readonly version: number; readonly bytes: Uint8Array }[] | undefined = [];
  readonly #count = { people: 0, leftOut: 0, cards: 0, pins: 0 };

  constructor(parts: RestoreParts) {
    this.#parts = parts;
  }

  begin({ manifest, manifestText, manifestSignature, successions, signers }: FormerKeys): void {
    const { store, clock } = this.#parts;
    store.signers.goOnFrom(
      { manifest: manifestText, signature: manifestSignature, publicKey: bytes64(manifest.publicKey), successions },
      manifest.head.seq,
      clock.wallMs(),
    );
    this.#checkErasures(signers);
  }

  take(line: Line): void {
    const { store } = this.#parts;
    if (line.t === 'audit') store.auditLog.append(auditRowOf(line));
    if (line.t === 'checkpoint') store.checkpoints.put(seqOf(line.body), signedOf(line));
    if (line.t === 'document') store.documents.restore(line.kind, line);
    if (line.t === 'register') this.#register(line);
    if (line.t === 'receipt') this.#receipt(line);
    if (line.t === 'consent') store.consents.restore(consentOf(line));
    if (line.t === 'pepper') this.#peppers?.push({ version: line.version, bytes: bytes64(line.key) });
    if (line.t === 'person') {
      this.#adoptPeppers();
      this.#person(line);
    }
  }

  /** The first entry that the new device signs names the backup and the numbers that are left out. */
  finish(facts: BackupFacts): Restored {
    const { store, audit, clock, since } = this.#parts;
    this.#adoptPeppers();
    const nowMs = Math.round(clock.wallMs());
    const ageDays = Math.max(0, nowMs - Date.parse(facts.madeAt)) / dayMs;
    const leftOut = fewestLeftOut + Math.ceil((ageDays + 1) * facts.entriesADay * caution);
    const { seq, eventSerial, hash } = facts.head;
    const lost = { seq: seq + leftOut, eventSerial: eventSerial + leftOut };
    const { people, cards, pins } = this.#count;
    return store.transaction(() => {
      store.auditLog.setHead({ seq, eventSerial, hash: new Uint8Array(Buffer.from(hash, 'hex')) });
      const { seq: goesOnAtSeq } = audit.appendAfterGap(
        {
          ...{ backupId: facts.backupId, madeAt: facts.madeAt, formerDevice: facts.deviceId, formerKey: facts.keyId },
          ...{ formerHead: hash, deviceId: this.#parts.deviceId, people, cards, pins, leftOut: this.#count.leftOut },
        },
        lost,
        'backup.restored',
      );
      const consentsEnded = this.#tellErasures(since);
      this.#beginPepperChange(nowMs);
      store.state.write('backup-made', facts.madeAt);
      store.state.write('restored-at-seq', String(goesOnAtSeq));
      // Heads that panels kept of the old device are known to be of before: they raise no alarm.
      store.state.write('rollback-confirmed', new Date(nowMs).toISOString());
      return { ...this.#count, consentsEnded, goesOnAtSeq, lastSerialLeftOut: lost.eventSerial };
    });
  }

  #receipt({ id, kind, subjectId, atMs, ...signed }: LineOf<'receipt'>): void {
    const of = subjectId === undefined ? {} : { subjectId };
    this.#parts.store.receipts.add({ ...{ id, kind, ...of, atMs }, ...signedOf(signed) });
  }

  #register({ register, id, atMs, state, subjectId, body, confidential }: LineOf<'register'>): void {
    const entry = { id, atMs, state, body: body as RegisterBody, ...(subjectId === undefined ? {} : { subjectId }) };
    // JSON of an older or the same version; rooms read their own registers alone.
    this.#parts.store.registers.add(
      register as RegisterName,
      entry as RegisterEntry,
      confidential as RegisterBody | undefined,
    );
  }

  #person(line: LineOf<'person'>): void {
    const { store, since } = this.#parts;
    const { id, ageBand, createdAtMs, expiresAtMs, pin } = line;
    if (since.erased.has(id)) {
      this.#count.leftOut += 1;
      return;
    }
    store.subjects.add(withoutUndefined(line.profile), ageBand, { nowMs: createdAtMs, expiresAtMs }, id);
    for (const card of line.cards) store.credentials.addCard(id, card.number, card.addedAtMs, card.id);
    this.#count.people += 1;
    this.#count.cards += line.cards.length;
    if (pin === undefined) return;
    const { salt, verifier, duress, pepper, changedAtMs } = pin;
    store.credentials.setPin(id, { salt: bytes64(salt), verifier: bytes64(verifier), pepper }, changedAtMs);
    if (duress !== undefined) store.credentials.setDuressVerifier(id, bytes64(duress));
    this.#count.pins += 1;
  }

  /** Old PINs hang on the old device's pepper; new ones, and each that is entered, on this device's own. */
  #adoptPeppers(): void {
    const { store, clock } = this.#parts;
    const peppers = this.#peppers;
    if (peppers === undefined) return;
    if (peppers.some(({ bytes }) => bytes.length !== 32)) throw invalid('It holds a key of another length.');
    this.#peppers = undefined;
    const nowMs = Math.round(clock.wallMs());
    store.keys.change(() => store.keys.adoptFormer('pin-pepper', peppers, nowMs, nowMs + pepperDays * dayMs));
  }

  #beginPepperChange(nowMs: number): void {
    const { store, audit } = this.#parts;
    if (store.keys.versions('pin-pepper').length < 2) return;
    const id = randomUUID();
    const untilMs = nowMs + pepperDays * dayMs;
    store.rotations.begin({
      id,
      key: 'pin-pepper',
      step: 'moving',
      startedAtMs: nowMs,
      body: JSON.stringify({ untilMs }),
    });
    audit.append('keys.rotation-begun', { id, key: 'pin-pepper', oldKeyUntilMs: untilMs, by: 'restore' });
  }

  /** Receipts that the old device did not sign end nobody's consent. */
  #checkErasures(signers: readonly Signer[]): void {
    for (const { receipt } of this.#parts.since.receipts) {
      const signer = signers.find(({ keyId }) => keyId === receipt.keyId);
      if (signer === undefined || !verifySignature(signer.publicKey, receipt.body, receipt.signature))
        throw new MenshenError('receipt-invalid', `The old device did not sign the receipt ${receipt.id}.`);
    }
  }

  #tellErasures({ receipts, erased }: ErasedSince): number {
    const { store, audit } = this.#parts;
    const ended = new Set<string>();
    for (const { receipt, subjectId, atMs, scope } of receipts) {
      if (store.receipts.get(receipt.id) !== undefined) continue;
      store.receipts.add(receipt);
      const reason = scope === 'withdrawal' ? 'withdrawn' : 'order';
      // A consent that is younger than the receipt is another one.
      for (const { recordId, givenAtMs, endedAtMs } of store.consents.ofSubject(subjectId)) {
        if (endedAtMs !== undefined || givenAtMs > atMs || scope === 'face') continue;
        store.consents.end(recordId, reason, atMs);
        ended.add(recordId);
        if (scope === 'withdrawal')
          audit.append('consent.withdrawn', { consentId: recordId, subjectId, receiptId: receipt.id, by: 'restore' });
      }
    }
    const nowMs = Math.round(this.#parts.clock.wallMs());
    for (const subjectId of erased) {
      const known = store.consents.ofSubject(subjectId).filter(({ endedAtMs }) => endedAtMs === undefined);
      for (const { recordId } of known) ended.add(recordId);
      store.consents.endAll(subjectId, 'order', nowMs);
      audit.append('subject.erased', { subjectId, trigger: 'order', templates: 0, by: 'restore' });
    }
    return ended.size;
  }
}

const signedOf = ({ body, keyId, signature }: { body: string; keyId: string; signature: string }) => ({
  ...{ body, keyId, signature: bytes64(signature) },
});

/** Of a checkpoint whose signature was checked. */
const seqOf = (body: string): number => (JSON.parse(body) as { readonly seq: number }).seq;
