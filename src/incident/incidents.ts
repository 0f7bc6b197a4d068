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

/**
 * Incidents (P57): reporting one freezes face mode in the same transaction, and only two different callers together lift
 * it. What the reporter wrote is sealed; kind, severity and states are plain, because compliance has to count them.
 */
export class Incidents {
  readonly #parts: IncidentParts;

  constructor(parts: IncidentParts) {
    this.#parts = parts;
  }

  /** The oldest open incident, or nothing: read from the store each time, so that no crash or race can lose it. */
  frozenBy(): string | undefined {
    return this.#parts.store.registers.list('incident', { state: 'open' }).at(-1)?.id;
  }

  /** On disk when it returns, on a full disk too as long as the reserved space lasts. */
  report(incident: NewIncident, by: string): Incident {
    const { store, audit } = this.#parts;
    const { kind, severity, dataKinds, description, cause, possibleHarm, remedy, selfHelp } = incident;
    const id = randomUUID();
    const atMs = this.#nowMs();
    const body = { kind, severity, dataKinds, reportedBy: by, lifts: [] };
    const confidential = { description, cause, possibleHarm, remedy, selfHelp };
    store.withReserve(() =>
      store.transaction(() => {
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
   * One of the two confirmations that the cause is remedied. The second, of another caller, lets face mode go on.
   *
   * @param holder the person behind the caller, where it names one: two keys of one person are one person.
   * @throws MenshenError `second-person-required` when the same caller comes again, `conflict` when it was lifted before.
   */
  lift(id: string, by: string, peopleTold: Lift['peopleTold'], holder?: string): Incident {
    const { store, audit } = this.#parts;
    store.transaction(() => {
      const incident = this.require(id);
      if (incident.state === 'lifted') throw new MenshenError('conflict', 'This incident was lifted before.');
      if (incident.lifts.some((lift) => lift.by === by || samePerson(lift.holder ?? lift.by, holder ?? by))) {
        throw new MenshenError(
          'second-person-required',
          'You have confirmed already. Another person must confirm with a key of their own.',
        );
      }
      const lift = { by, atMs: this.#nowMs(), peopleTold, ...(holder === undefined ? {} : { holder }) };
      const lifts = [...incident.lifts, lift];
      const done = lifts.length >= liftersNeeded;
      store.registers.update('incident', id, done ? 'lifted' : 'open', bodyOf({ ...incident, lifts }));
      audit.append('incident.lift-confirmed', { incidentId: id, by, holder, peopleTold });
      if (done) audit.append('incident.lifted', { incidentId: id, by: lifts.map((lift) => lift.by).join(' ') });
    });
    return this.require(id);
  }

  /** Newest first. */
  list(): Incident[] {
    return this.#parts.store.registers
      .list('incident')
      .filter(({ state }) => state !== 'supplement')
      .map(incidentOf);
  }

  /** @throws MenshenError `not-found`. */
  require(id: string): Incident {
    const entry = this.#parts.store.registers.get('incident', id);
    if (entry === undefined || entry.state === 'supplement')
      throw new MenshenError('not-found', 'There is no such incident.');
    return incidentOf(entry);
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
    return Object.assign({}, ...written) as IncidentTexts;
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.wallMs());
  }
}

const liftersNeeded = 2;

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
