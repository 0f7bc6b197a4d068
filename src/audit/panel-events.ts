import type { PersonFields } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import type { AuditRow, EventSearch, Profile, Store } from '../store/index.js';

/** An event as panels see it, wherever it goes: what was recorded, its serial number, its time. */
export interface EventView {
  readonly serial: number;
  readonly kind: string;
  /** ISO 8601, by the device's wall clock of then. */
  readonly at: string;
  readonly [field: string]: unknown;
}

export interface EventPage {
  readonly events: readonly EventView[];
  /** Ask from here on for what follows. */
  readonly next: number;
  /** Serial of the newest event there is. */
  readonly newest: number;
  /** Serial of the oldest event that is still kept; absent when there is none. */
  readonly oldest?: number;
  /** There is something to ask for from `next` on, within the range that was asked for. */
  readonly more: boolean;
}

export interface EventQuery extends Omit<EventSearch, 'toSerial'> {
  readonly toSerial?: number | undefined;
  readonly limit: number;
}

/** Serials looked at in one go; the gate is answered between two of them. */
const serialsAtOnce = 2000;
/** A page ends after so many: whoever looks for something rare asks again from `next`. */
const serialsAPage = 100_000;

/** What events say to panels: never a picture, a score or a card number, and of a person only what the site allows. */
export class PanelEvents {
  readonly #store: Store;
  readonly #personFields: PersonFields;

  constructor(parts: { readonly store: Store; readonly personFields: PersonFields }) {
    this.#store = parts.store;
    this.#personFields = parts.personFields;
  }

  /** Names and numbers are read now, so that nothing of an erased person is told. */
  view(row: AuditRow): EventView {
    // The body is our own canonical JSON object.
    const body = JSON.parse(row.body) as Record<string, unknown>;
    const told = Object.entries(body).filter(([field]) => !neverTold.has(field) && this.#mayTell(field));
    return {
      ...Object.fromEntries(told),
      ...this.#personOf(body.subjectId),
      serial: row.eventSerial ?? 0,
      kind: row.kind,
      at: new Date(row.atMs).toISOString(),
    };
  }

  /** A page in the order of serials. Without a wish for more than a range it holds every serial of it. */
  async search(query: EventQuery): Promise<EventPage> {
    const { auditLog } = this.#store;
    const { limit, toSerial, ...wanted } = query;
    const newest = auditLog.newestEventSerial();
    const oldest = auditLog.oldestEventSerial();
    const end = Math.min(toSerial ?? newest, newest);
    const found: AuditRow[] = [];
    let next = Math.max(query.fromSerial, oldest ?? 1);
    const lookedUpTo = Math.min(end, next + serialsAPage - 1);
    while (next <= lookedUpTo && found.length < limit) {
      const last = Math.min(next + serialsAtOnce - 1, lookedUpTo);
      const rows = auditLog.searchEvents({ ...wanted, fromSerial: next, toSerial: last }, limit - found.length);
      found.push(...rows);
      next = found.length < limit ? last + 1 : (rows.at(-1)?.eventSerial ?? last) + 1;
      if (next <= lookedUpTo && found.length < limit) await breath();
    }
    return {
      events: found.map((row) => this.view(row)),
      next: Math.max(next, query.fromSerial),
      newest,
      ...(oldest === undefined ? {} : { oldest }),
      more: next <= end,
    };
  }

  #mayTell(field: string): boolean {
    return this.#personFields !== 'none' || !(ofPerson.test(field) || ofSignature.has(field));
  }

  #personOf(subjectId: unknown): { readonly personNumber?: string; readonly name?: string } {
    if (this.#personFields === 'none' || this.#personFields === 'subject-id' || typeof subjectId !== 'string')
      return {};
    const { personNumber, displayName } = profileOf(this.#store, subjectId) ?? {};
    return {
      ...(personNumber === undefined ? {} : { personNumber }),
      ...(this.#personFields === 'name' && displayName !== undefined ? { name: displayName } : {}),
    };
  }
}

/** Undefined for who is erased, and where the profile does not open: an event is told all the same. */
function profileOf({ subjects }: Store, subjectId: string): Profile | undefined {
  try {
    return subjects.get(subjectId) === undefined ? undefined : subjects.profile(subjectId);
  } catch (thrown) {
    if (thrown instanceof MenshenError && unreadable.has(thrown.code)) return undefined;
    throw thrown;
  }
}

const unreadable: ReadonlySet<string> = new Set(['integrity-violation', 'not-found']);

/** No event holds them; should one ever, it stays here. */
const neverTold: ReadonlySet<string> = new Set([
  ...['picture', 'frame', 'template', 'embedding', 'probe', 'score', 'similarity', 'distance'],
  ...['pin', 'cardNumber', 'personNumber', 'displayName', 'name', 'guardian'],
]);
const ofPerson = /subjectId$/i;
/** A decision's signature covers the pseudonym. */
const ofSignature: ReadonlySet<string> = new Set(['signature', 'keyId']);

const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
