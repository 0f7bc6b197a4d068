import { randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, MenshenError, samePerson } from '../core/index.js';
import type { RegisterBody, RegisterEntry, Store } from '../store/index.js';
import type {
  DataKind,
  Incident,
  IncidentKind,
  IncidentTexts,
  Lift,
  NewIncident,
  Severity,
  Supplement,
} from './kinds.js';

export interface IncidentParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  /** Called inside the transaction that records a major incident: the assessment is void from then on (M9.5). */
  readonly onMajor: (incidentId: string) => void;
}

/** What two people agreed on, and who they are. */
export interface LiftOrder {
  readonly actId: string;
  readonly people: readonly [LiftingPerson, LiftingPerson];
  readonly peopleTold: Lift['peopleTold'];
}

interface LiftingPerson {
  /** Id of the caller. */
  readonly by: string;
  readonly holder: string;
}

/**
 * Incidents (P57): reporting one freezes face mode in the same transaction, and only two people together lift it, with
 * keys that were there before. What the reporter wrote is sealed; kind, severity and states are plain, because compliance has to count them.
 */
export class Incidents {
  readonly #parts: IncidentParts;

  constructor(parts: IncidentParts) {
    this.#parts = parts;
  }

  /**
   * The oldest open incident, or nothing: read from the store each time, so that no crash or race can lose it. One whose
   * row was removed or says that it was lifted is still open.
   */
  frozenBy(): string | undefined {
    return this.#openRows().at(-1) ?? this.#sealedOpen()?.[0];
  }

  /** At each start: of a store from before it was sealed which incidents are open, or that was restored, the rows say it. */
  sealOpen(): void {
    if (this.#sealedOpen() === undefined) this.#nowOpen(this.#openRows());
  }

  /** On disk when it returns, on a full disk too as long as the reserved space lasts. */
  report(incident: NewIncident, by: string): Incident {
    const { store, audit } = this.#parts;
    const { kind, severity, dataKinds, description, cause, possibleHarm, remedy, selfHelp } = incident;
    const id = randomUUID();
    const atMs = this.#nowMs();
    const body = { kind, severity, dataKinds, reportedBy: by, lifts: [] };
    const keysThen = store.apiKeys
      .list()
      .filter(({ revokedAtMs, holder }) => revokedAtMs === undefined && holder !== undefined)
      .map((key) => key.id);
    const auditSeq = store.auditLog.head()?.seq ?? 0;
    const confidential = { description, cause, possibleHarm, remedy, selfHelp, keysThen, auditSeq };
    store.withReserve(() =>
      store.transaction(() => {
        this.#nowOpen([...(this.#sealedOpen() ?? this.#openRows()), id]);
        store.registers.add('incident', { id, atMs, state: 'open', body }, confidential);
        audit.append('incident.reported', { incidentId: id, kind, severity, dataKinds: dataKinds.join(' '), by });
        if (severity === 'major') this.#parts.onMajor(id);
      }),
    );
    return this.require(id);
  }

  /** What was found out since. Earlier texts are kept; the newest of each counts. */
  supplement(id: string, added: Supplement, by: string): Incident {
    const { store, audit } = this.#parts;
    const { severity, dataKinds, ...texts } = added;
    store.withReserve(() =>
      store.transaction(() => {
        const incident = this.require(id);
        const becomesMajor = severity === 'major' && incident.severity === 'minor';
        const body = {
          ...bodyOf(incident),
          severity: severity ?? incident.severity,
          dataKinds: dataKinds ?? incident.dataKinds,
        };
        store.registers.update('incident', id, incident.state, body);
        store.registers.add(
          'incident',
          { id: randomUUID(), atMs: this.#nowMs(), state: 'supplement', body: { incidentId: id, by } },
          { ...texts },
        );
        audit.append('incident.supplemented', { incidentId: id, severity: body.severity, by });
        if (becomesMajor) this.#parts.onMajor(id);
      }),
    );
    return this.require(id);
  }

  /**
   * Whether a key counts towards lifting: it was there when the incident was reported, so that whoever got in made none
   * for themselves since. On a device that was restored from a backup every key is younger than what came with it.
   *
   * @throws MenshenError `integrity-violation` when the record of which keys there were was changed.
   */
  keyCounts(id: string, key: { readonly id: string; readonly sinceMs: number }): boolean {
    const { reportedAtMs } = this.require(id);
    const { keysThen, auditSeq } = this.#sealedOf(id);
    if (Number(auditSeq ?? 0) < Number(this.#parts.store.state.read('restored-at-seq') ?? 0)) return true;
    if (key.id === ownerId) return true;
    // Of an incident from before this was noted there is only the time.
    return Array.isArray(keysThen) ? keysThen.includes(key.id) : key.sinceMs < reportedAtMs;
  }

  /**
   * Two people said that the cause is remedied: face mode goes on. The same act again changes nothing.
   *
   * @throws MenshenError `second-person-required` where they are one person, `conflict` when it was lifted before.
   */
  lift(id: string, { actId, people, peopleTold }: LiftOrder): Incident {
    const { store, audit } = this.#parts;
    const [first, second] = people;
    if (first.by === second.by || samePerson(first.holder, second.holder))
      throw new MenshenError('second-person-required', 'Two people must say that the incident is over.');
    store.withReserve(() =>
      store.transaction(() => {
        const incident = this.require(id);
        if (incident.lifts.some((lift) => lift.actId === actId)) return;
        checkOpen(incident);
        const atMs = this.#nowMs();
        const lifts = people.map((person) => ({ ...person, atMs, peopleTold, actId }));
        store.registers.update('incident', id, 'lifted', bodyOf({ ...incident, lifts }));
        this.#nowOpen((this.#sealedOpen() ?? this.#openRows()).filter((open) => open !== id));
        audit.append('incident.lifted', { incidentId: id, actId, by: `${first.by} ${second.by}`, peopleTold });
      }),
    );
    return this.require(id);
  }

  /** Newest first. */
  list(): Incident[] {
    const open = this.#sealedOpen() ?? [];
    return this.#parts.store.registers
      .list('incident')
      .filter(({ id, state }) => state !== 'supplement' || open.includes(id))
      .map((entry) => this.#incidentOf(entry, open));
  }

  /** @throws MenshenError `not-found`. */
  require(id: string): Incident {
    const entry = this.#parts.store.registers.get('incident', id);
    const open = this.#sealedOpen() ?? [];
    if (entry === undefined || (entry.state === 'supplement' && !open.includes(id)))
      throw new MenshenError('not-found', 'There is no such incident.');
    return this.#incidentOf(entry, open);
  }

  /** What was written about it, opened; for the notices and whoever handles it. Never for logs or the audit. */
  texts(id: string): IncidentTexts {
    this.require(id);
    const { registers } = this.#parts.store;
    const supplements = registers
      .list('incident', { state: 'supplement' })
      .filter(({ body }) => body.incidentId === id)
      .reverse();
    const written = [id, ...supplements.map((entry) => entry.id)].map((entryId) =>
      registers.confidential('incident', entryId),
    );
    // Later words stand in for earlier ones of the same field.
    const { keysThen: _keys, auditSeq: _seq, ...texts } = Object.assign({}, ...written) as RegisterBody;
    return texts as IncidentTexts;
  }

  #incidentOf(entry: RegisterEntry, open: readonly string[]): Incident {
    return incidentOf(open.includes(entry.id) ? { ...entry, state: 'open' } : entry);
  }

  /** Newest first. */
  #openRows(): string[] {
    return this.#parts.store.registers.list('incident', { state: 'open' }).map(({ id }) => id);
  }

  #sealedOpen(): string[] | undefined {
    return this.#parts.store.state.read('open-incidents')?.split(' ').filter(Boolean);
  }

  #nowOpen(ids: readonly string[]): void {
    this.#parts.store.state.write('open-incidents', ids.join(' '));
  }

  #sealedOf(id: string): RegisterBody {
    const sealed = this.#parts.store.registers.confidential('incident', id);
    if (sealed !== undefined) return sealed;
    throw new MenshenError('integrity-violation', 'What was sealed about this incident was taken away.');
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.wallMs());
  }
}

/** @throws MenshenError `conflict`. */
export function checkOpen({ state }: Incident): void {
  if (state === 'lifted') throw new MenshenError('conflict', 'This incident was lifted before.');
}

/** Of the device's owner on their socket, who always had a way in. */
const ownerId = 'local';

function incidentOf({ id, state, atMs, body }: RegisterEntry): Incident {
  // Written by `report`, `supplement` and `lift` alone.
  const { kind, severity, dataKinds, reportedBy, lifts } = body as unknown as StoredBody;
  return {
    id,
    state: state === 'open' ? 'open' : 'lifted',
    kind,
    severity,
    dataKinds,
    reportedAtMs: atMs,
    reportedBy,
    lifts,
  };
}

interface StoredBody {
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly dataKinds: readonly DataKind[];
  readonly reportedBy: string;
  readonly lifts: readonly Lift[];
}

function bodyOf({ kind, severity, dataKinds, reportedBy, lifts }: Incident): RegisterBody {
  return { kind, severity, dataKinds, reportedBy, lifts: lifts.map((lift) => ({ ...lift })) };
}
