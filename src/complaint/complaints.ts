import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { ReceiptRow, RegisterEntry, Store } from '../store/index.js';
import { type ComplaintVia, entriesLookedAt, limitReached } from './limits.js';
import {
  answerWithinDays,
  type Complaint,
  type ComplaintDetails,
  type ComplaintState,
  complaintOf,
  dayMs,
  idOf,
  idPrefix,
} from './view.js';
import { readable, referenceFrom } from './words.js';

export interface NewComplaint {
  /** At most 4096 bytes of UTF-8. */
  readonly text: string;
  /** How to reach the person, if they want an answer; at most 400 bytes. */
  readonly contact?: string;
  /** Tag of the language it is written in, or the screen was in. */
  readonly language: string;
  readonly via: ComplaintVia;
  /** Id of the caller's key, where one wrote it down. */
  readonly by?: string;
}

export interface FiledComplaint {
  readonly complaintId: string;
  /** Eight characters without look-alikes: short enough to write down. */
  readonly reference: string;
  readonly atMs: number;
  /** Signed; says that and when it was received, not what it says. */
  readonly receipt: ReceiptRow;
}

export interface ComplaintParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly deviceId: string;
  /** Where else to complain: stands in receipts and refusals. */
  readonly contacts: readonly string[];
}

const keptYears = 3;
const refusalNotePeriodMs = 3_600_000;

/** Complaints (M17): sealed, with a signed receipt, answered by people, never lost and never a way to fill the disk. */
export class ComplaintRegister {
  readonly #parts: ComplaintParts;
  readonly #refusalNotedAtMs = new Map<ComplaintVia, number>();

  constructor(parts: ComplaintParts) {
    this.#parts = parts;
  }

  /**
   * Takes a complaint in. Nobody is asked who they are.
   *
   * @throws MenshenError `body-invalid` (empty, too long), `too-many-requests`, `store-full`.
   */
  file(complaint: NewComplaint): FiledComplaint {
    const { store, audit, clock } = this.#parts;
    const text = readable(complaint.text, 'text', 4096);
    const contact = complaint.contact === undefined ? undefined : readable(complaint.contact, 'contact', 400);
    const atMs = Math.round(clock.wallMs());
    const { via, language, by } = complaint;
    this.#refuseFlood(via, atMs);
    return store.transaction(() => {
      const reference = this.#freeReference();
      const complaintId = idOf(reference);
      const receipt = this.#receipt(complaintId, reference, atMs);
      const body = { via, language, receiptId: receipt.id, ...(by === undefined ? {} : { by }) };
      store.registers.add(
        'complaint',
        { id: complaintId, atMs, state: 'open', body },
        { text, ...(contact === undefined ? {} : { contact }) },
      );
      store.receipts.add(receipt);
      audit.append('complaint.filed', { complaintId, via, receiptId: receipt.id, by });
      return { complaintId, reference, atMs, receipt };
    });
  }

  /** Newest first. */
  list(options: { state?: ComplaintState; limit?: number } = {}): Complaint[] {
    return this.#parts.store.registers.list('complaint', options).map((entry) => this.#view(entry));
  }

  counts(): { open: number; answered: number; closed: number; overdue: number } {
    const { registers } = this.#parts.store;
    return {
      open: registers.count('complaint', 'open'),
      answered: registers.count('complaint', 'answered'),
      closed: registers.count('complaint', 'closed'),
      overdue: this.#open().filter(({ overdue }) => overdue).length,
    };
  }

  /**
   * What the person said; that it was read is recorded.
   *
   * @param idOrReference as on the receipt.
   * @throws MenshenError `not-found`, `integrity-violation`.
   */
  read(idOrReference: string, by: string): ComplaintDetails {
    const { store, audit } = this.#parts;
    const entry = this.#entry(idOrReference);
    // Sealed by `file` and `answer` alone.
    const said = store.registers.confidential('complaint', entry.id) as unknown as Said;
    audit.append('complaint.read', { complaintId: entry.id, by });
    return { ...this.#view(entry), ...said };
  }

  /** @throws MenshenError `not-found`, `conflict` when it was answered before, `body-invalid`. */
  answer(idOrReference: string, answer: string, by: string): Complaint {
    const { store, audit, clock } = this.#parts;
    const text = readable(answer, 'answer', 4096);
    return store.transaction(() => {
      const entry = this.#entry(idOrReference);
      if (entry.state !== 'open')
        throw new MenshenError('conflict', `This complaint is ${entry.state} already. Only an open one is answered.`);
      const body = { ...entry.body, answeredAtMs: Math.round(clock.wallMs()), answeredBy: by };
      const said = store.registers.confidential('complaint', entry.id);
      store.registers.update('complaint', entry.id, 'answered', body, { ...said, answer: text });
      audit.append('complaint.answered', { complaintId: entry.id, by });
      return this.#view(this.#entry(entry.id));
    });
  }

  /** The answer reached the person, or nobody can be reached. @throws MenshenError `not-found`, `conflict`. */
  close(idOrReference: string, by: string): Complaint {
    const { store, audit, clock } = this.#parts;
    return store.transaction(() => {
      const entry = this.#entry(idOrReference);
      if (entry.state !== 'answered')
        throw new MenshenError('conflict', `This complaint is ${entry.state}. One is closed after it was answered.`);
      const body = { ...entry.body, closedAtMs: Math.round(clock.wallMs()), closedBy: by };
      store.registers.update('complaint', entry.id, 'closed', body);
      audit.append('complaint.closed', { complaintId: entry.id, by });
      return this.#view(this.#entry(entry.id));
    });
  }

  /** Says once of each open complaint that its answer is overdue. @returns how many are. */
  remind(): number {
    const { store, audit } = this.#parts;
    const overdue = this.#open().filter(({ overdue }) => overdue);
    for (const { complaintId } of overdue) {
      const entry = this.#entry(complaintId);
      if (entry.body.reminded === true) continue;
      store.transaction(() => {
        store.registers.update('complaint', entry.id, entry.state, { ...entry.body, reminded: true });
        audit.append('complaint.overdue', { complaintId: entry.id, answerWithinDays, rule: 'house' });
      });
    }
    return overdue.length;
  }

  /**
   * Closed complaints go three years after they were closed (M9.4 keeps records that long, P47 no longer than needed).
   *
   * @param trustedMs a lower bound of the true time: a wrong clock removes nothing.
   */
  prune(trustedMs: number): number {
    const { store, audit } = this.#parts;
    const before = new Date(trustedMs);
    before.setUTCFullYear(before.getUTCFullYear() - keptYears);
    const closed = store.registers.list('complaint', { state: 'closed', oldestFirst: true });
    const old = closed.filter(({ atMs, body }) => Number(body.closedAtMs ?? atMs) < before.getTime());
    if (old.length === 0) return 0;
    return store.transaction(() => {
      for (const { id } of old) store.registers.remove('complaint', id);
      audit.append('complaints.pruned', { complaints: old.length, closedBefore: before.toISOString() });
      return old.length;
    });
  }

  /** One audit entry an hour tells of refusals, however many there are. */
  #refuseFlood(via: ComplaintVia, nowMs: number): void {
    const { store, audit, clock, contacts } = this.#parts;
    const limit = limitReached(store.registers.list('complaint', { limit: entriesLookedAt }), via, nowMs);
    if (limit === undefined) return;
    const notedAtMs = this.#refusalNotedAtMs.get(via);
    if (notedAtMs === undefined || clock.monotonicMs() - notedAtMs >= refusalNotePeriodMs) {
      audit.append('complaint.limit-reached', { via, limit });
      this.#refusalNotedAtMs.set(via, clock.monotonicMs());
    }
    throw new MenshenError(
      'too-many-requests',
      `No more complaints are taken here this ${limit}. Complain at: ${contacts.join('; ')}.`,
    );
  }

  #open(): Complaint[] {
    return this.list({ state: 'open', limit: 10_000 });
  }

  #entry(idOrReference: string): RegisterEntry {
    const wanted = idOrReference.startsWith(idPrefix) ? idOrReference : idOf(idOrReference.toUpperCase());
    const entry = this.#parts.store.registers.get('complaint', wanted);
    if (entry === undefined)
      throw new MenshenError('not-found', 'There is no complaint with this reference. Check its eight characters.');
    return entry;
  }

  #view(entry: RegisterEntry): Complaint {
    return complaintOf(entry, this.#parts.clock.wallMs());
  }

  #freeReference(): string {
    const { store, randomness } = this.#parts;
    for (;;) {
      const reference = referenceFrom(randomness);
      if (store.registers.get('complaint', idOf(reference)) === undefined) return reference;
    }
  }

  #receipt(complaintId: string, reference: string, atMs: number): ReceiptRow {
    const { signingKey } = this.#parts.store;
    const id = `receipt-${complaintId}`;
    const body = canonicalJson({
      receiptId: id,
      complaintId,
      reference,
      receivedAt: new Date(atMs).toISOString(),
      answerDueBy: new Date(atMs + answerWithinDays * dayMs).toISOString(),
      answerDueRule: `${answerWithinDays} days: the house’s own rule, no deadline in law`,
      statement: 'A complaint was received. What it says is kept sealed and stands in no receipt (M17).',
      contacts: this.#parts.contacts,
      deviceId: this.#parts.deviceId,
    });
    return { id, kind: 'complaint', atMs, body, keyId: signingKey.keyId, signature: signingKey.sign(body) };
  }
}

interface Said {
  readonly text: string;
  readonly contact?: string;
  readonly answer?: string;
}
