import { MenshenError } from '../core/index.js';
import type { AuditRow, ConsentRow, ReceiptRow, Store } from '../store/index.js';

/** What is held about one person as plain JSON; the template, the PIN and anything made from them are not in it. */
export interface OwnRecords {
  readonly subjectPseudonym: string;
  readonly profile: Readonly<Record<string, unknown>>;
  readonly ageBand: string;
  /** ISO 8601, as all times below. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The last day of use, `YYYY-MM-DD`, where the site counts them. */
  readonly lastUsedOn?: string;
  readonly faceTemplates: readonly {
    readonly modelId: string;
    readonly createdAt: string;
    readonly frames: number;
    readonly forIdentification: boolean;
    readonly consentId: string;
  }[];
  readonly pinSet: boolean;
  readonly cards: readonly { readonly cardId: string; readonly addedAt: string; readonly number: string }[];
  readonly consents: readonly OwnConsent[];
  readonly receipts: readonly { readonly kind: string; readonly at: string; readonly record: unknown }[];
  readonly registers: readonly { readonly register: string; readonly at: string; readonly state: string }[];
  /** What happened with the person, newest first. */
  readonly events: readonly OwnEvent[];
  /** Older events that are on record and not listed. */
  readonly eventsLeftOut: number;
}

export interface OwnConsent {
  readonly recordId: string;
  readonly givenAt: string;
  readonly expiresAt: string;
  readonly endedAt?: string;
  readonly endReason?: string;
  readonly record: unknown;
}

export interface OwnEvent {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const entriesPerSlice = 5_000;
const mostEvents = 2_000;

/**
 * Collects it, in slices: the audit has no index by person.
 *
 * @throws MenshenError `not-found`, also when the person is erased meanwhile.
 */
export async function ownRecords(store: Store, subjectId: string): Promise<OwnRecords> {
  store.subjects.require(subjectId);
  const { events, leftOut } = await eventsOf(store, subjectId);
  const { subjects, credentials, templates, consents, registers } = store;
  const { ageBand, createdAtMs, expiresAtMs } = subjects.require(subjectId);
  const lastUseDay = subjects.lastUseDay(subjectId);
  const given = consents.ofSubject(subjectId);
  return {
    subjectPseudonym: subjectId,
    profile: { ...subjects.profile(subjectId) },
    ageBand,
    createdAt: iso(createdAtMs),
    expiresAt: iso(expiresAtMs),
    ...(lastUseDay === undefined ? {} : { lastUsedOn: iso(lastUseDay * 86_400_000).slice(0, 10) }),
    faceTemplates: templates
      .allOf(subjectId)
      .map(({ modelId, createdAtMs: madeAtMs, frames, forIdentification, consentId }) => ({
        ...{ modelId, createdAt: iso(madeAtMs), frames, forIdentification, consentId },
      })),
    pinSet: credentials.pin(subjectId) !== undefined,
    cards: credentials
      .cardsOf(subjectId)
      .map(({ id, addedAtMs }) => ({ cardId: id, addedAt: iso(addedAtMs), number: numberOf(store, subjectId, id) })),
    consents: given.map(consentOf),
    receipts: receiptsOf(store, subjectId, given, events).map(({ kind, atMs, body }) => ({
      ...{ kind, at: iso(atMs), record: JSON.parse(body) as unknown },
    })),
    registers: registers
      .ofSubject(subjectId)
      .map(({ register, entry }) => ({ register, at: iso(entry.atMs), state: entry.state })),
    events,
    eventsLeftOut: leftOut,
  };
}

/** Only entries that are about the person: one that merely names them says something about somebody else. */
async function eventsOf(store: Store, subjectId: string): Promise<{ events: OwnEvent[]; leftOut: number }> {
  const newest = store.auditLog.newest()?.seq ?? 0;
  const events: OwnEvent[] = [];
  let leftOut = 0;
  for (let until = newest; until > 0; until -= entriesPerSlice) {
    const rows = store.auditLog.holding(`"${subjectId}"`, Math.max(0, until - entriesPerSlice), until);
    for (const event of rows.reverse().flatMap((row) => eventOf(row, subjectId))) {
      if (events.length < mostEvents) events.push(event);
      else leftOut += 1;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { events, leftOut };
}

/** A silent alarm stays silent: whoever forced somebody may stand beside them when they look at their own data. */
const silentKinds: ReadonlySet<string> = new Set(['duress.alarm', 'duress-pin.set', 'duress-pin.removed']);

function eventOf({ seq, atMs, kind, body }: AuditRow, subjectId: string): OwnEvent[] {
  const { subjectId: about, signature: _said, ...details } = JSON.parse(body) as Record<string, unknown>;
  return about === subjectId && !silentKinds.has(kind) ? [{ seq, at: iso(atMs), kind, details }] : [];
}

/** Receipts have no index by person either; the events and consents name them. */
function receiptsOf(
  store: Store,
  subjectId: string,
  consents: readonly ConsentRow[],
  events: readonly OwnEvent[],
): ReceiptRow[] {
  const named = [
    ...consents.map(({ purgeReceiptId }) => purgeReceiptId),
    ...events.map(({ details }) => (typeof details.receiptId === 'string' ? details.receiptId : undefined)),
  ];
  return [...new Set(named)]
    .flatMap((id) => (id === undefined ? [] : [store.receipts.get(id)]))
    .filter((row) => row !== undefined)
    .filter((row) => row.subjectId === subjectId);
}

function consentOf({ recordId, givenAtMs, expiresAtMs, endedAtMs, endReason, body }: ConsentRow): OwnConsent {
  return {
    recordId,
    givenAt: iso(givenAtMs),
    expiresAt: iso(expiresAtMs),
    ...(endedAtMs === undefined ? {} : { endedAt: iso(endedAtMs) }),
    ...(endReason === undefined ? {} : { endReason }),
    record: JSON.parse(body) as unknown,
  };
}

function numberOf({ credentials }: Store, subjectId: string, cardId: string): string {
  try {
    return credentials.cardNumber(subjectId, cardId) ?? '';
  } catch (thrown) {
    // Damaged: everything else is still theirs to see.
    if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return '';
    throw thrown;
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
