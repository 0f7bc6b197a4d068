import { randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import type { RegisterEntry, Store } from '../store/index.js';

/** What a switch at the case, or a person at the gate, can notice. */
export const tamperSignals = ['case-opened', 'camera-moved', 'cable-cut', 'mount-loosened', 'other'] as const;
export type TamperSignal = (typeof tamperSignals)[number];

export interface Tampering {
  readonly id: string;
  readonly state: 'open' | 'confirmed';
  readonly signal: TamperSignal;
  readonly doorId?: string;
  readonly reportedAtMs: number;
  readonly reportedBy: string;
  readonly confirmedBy?: string;
}

/** The tamper lock (D19c): a report suspends face mode until an operator has looked at the device and says so. */
export class TamperLock {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #clock: Clock;

  constructor({ store, audit, clock }: { store: Store; audit: AuditPort; clock: Clock }) {
    this.#store = store;
    this.#audit = audit;
    this.#clock = clock;
  }

  /** Every report that nobody has confirmed yet, oldest first. */
  open(): Tampering[] {
    return this.#store.registers.list('tamper', { state: 'open' }).map(tamperingOf).reverse();
  }

  /** Newest first. */
  list(): Tampering[] {
    return this.#store.registers.list('tamper').map(tamperingOf);
  }

  /** A switch that chatters reports the same again and again: that is one report, so that it cannot fill the disk. */
  report(signal: TamperSignal, doorId: string | undefined, by: string): { tampering: Tampering; isNew: boolean } {
    const same = this.open().find((other) => other.signal === signal && other.doorId === doorId);
    if (same !== undefined) return { tampering: same, isNew: false };
    const id = randomUUID();
    const body = { signal, doorId, reportedBy: by };
    this.#store.withReserve(() =>
      this.#store.transaction(() => {
        this.#store.registers.add('tamper', { id, atMs: Math.round(this.#clock.wallMs()), state: 'open', body });
        this.#audit.append('tamper.reported', { tamperId: id, signal, doorId, by });
      }),
    );
    return { tampering: this.#require(id), isNew: true };
  }

  /** An operator has looked: the device is whole. @throws MenshenError `not-found`, `conflict`. */
  confirm(id: string, by: string): Tampering {
    this.#store.transaction(() => {
      const { state, signal, doorId, reportedBy } = this.#require(id);
      if (state !== 'open') throw new MenshenError('conflict', 'This was confirmed before.');
      const body = { signal, doorId, reportedBy, confirmedBy: by };
      this.#store.registers.update('tamper', id, 'confirmed', body);
      this.#audit.append('tamper.confirmed', { tamperId: id, by });
    });
    return this.#require(id);
  }

  #require(id: string): Tampering {
    const entry = this.#store.registers.get('tamper', id);
    if (entry === undefined) throw new MenshenError('not-found', 'There is no such report of tampering.');
    return tamperingOf(entry);
  }
}

function tamperingOf({ id, state, atMs, body }: RegisterEntry): Tampering {
  // Written by `report` and `confirm` alone.
  const stored = body as unknown as Pick<Tampering, 'signal' | 'doorId' | 'reportedBy' | 'confirmedBy'>;
  return { id, state: state === 'open' ? 'open' : 'confirmed', reportedAtMs: atMs, ...stored };
}
