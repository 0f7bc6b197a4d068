import { alertIds, alertsIn, recentAudit } from '../../audit/index.js';
import type { Clock } from '../../core/index.js';
import { type FilingService, type KeepingPeriod, keepingYears } from '../../filing/index.js';
import type { Incidents, TamperLock } from '../../incident/index.js';
import type { Inspections } from '../../inspection/index.js';
import type { Languages } from '../../language/index.js';
import { type CurrentNotice, noticeContent } from '../../notice/index.js';
import type { SelfTest } from '../../selftest/index.js';
import type { Store } from '../../store/index.js';
import type {
  AlertFacts,
  EgressFacts,
  IncidentFacts,
  InspectionFacts,
  OtherRooms,
  SelfTestFacts,
  SignFacts,
  TamperFacts,
  WordingFacts,
} from '../other-rooms.js';
import { filingFacts } from './filing.js';

/** Rooms with facts of their own; what is left out is reported as not in the build. */
export interface RoomSources {
  readonly languages?: Languages;
  readonly sign?: SignFacts;
  readonly inspections?: Inspections;
  readonly clock: Clock;
  readonly notice: CurrentNotice;
  readonly selfTest?: SelfTest;
  readonly incidents?: Incidents;
  readonly tamperLock?: TamperLock;
  readonly filing?: FilingService;
  /** How long records are kept. */
  readonly keeping?: KeepingPeriod;
  readonly store: Store;
  readonly egress?: { facts(): EgressFacts };
}

export async function roomFacts(rooms: RoomSources): Promise<OtherRooms> {
  const {
    languages,
    selfTest,
    incidents,
    tamperLock,
    notice,
    filing,
    store,
    keeping,
    sign,
    inspections,
    clock,
    egress,
  } = rooms;
  return {
    wording: languages === undefined ? undefined : wordingFacts(languages, notice),
    sign: sign === undefined ? undefined : { hash: sign.hash, captureZoneHash: sign.captureZoneHash },
    selfTest: selfTest === undefined ? undefined : await selfTestFacts(selfTest),
    incidents: incidents === undefined ? undefined : incidentFacts(incidents),
    inspection: inspections === undefined ? undefined : inspectionFacts(inspections),
    egress: egress?.facts(),
    alerts: await alertFacts(store, clock),
    keepPeriod:
      keeping === undefined
        ? undefined
        : { kinds: keeping.rows().length, refusals: keeping.refusals().count, years: keepingYears },
    filing: filing === undefined ? undefined : filingFacts(filing, store),
    tamper: tamperLock === undefined ? undefined : tamperFacts(tamperLock),
  };
}

/** M12: every text of every language, and the notice as this site fills it in. */
function wordingFacts(languages: Languages, { fields }: CurrentNotice): WordingFacts {
  const texts = languages.list.flatMap(({ tag }) => {
    const { title, optional, sections } = noticeContent(fields, languages.texts(tag, 'notice'));
    const shipped = languages.files.flatMap((file) => Object.values(languages.texts(tag, file).all));
    const filledIn = [title, optional.statement, ...optional.alternatives, ...sections.map(({ text }) => text)];
    return [...shipped, ...filledIn];
  });
  const problems = texts.flatMap((text) => languages.refusedPhraseIn(text) ?? []);
  return { textsChecked: texts.length, problems: [...new Set(problems)] };
}

/** Without a daemon none ran yet: it runs now. */
async function selfTestFacts(selfTest: SelfTest): Promise<SelfTestFacts> {
  const { at, sound, results } = selfTest.last() ?? (await selfTest.run());
  const idsOf = (wanted: string): string[] => results.filter(({ state }) => state === wanted).map(({ id }) => id);
  return { at, sound, checks: results.length, failed: idsOf('failed'), notAssessed: idsOf('not-assessed') };
}

function incidentFacts(incidents: Incidents): IncidentFacts {
  const all = incidents.list();
  const lifted = all.filter(({ state }) => state === 'lifted');
  return {
    total: all.length,
    open: all.length - lifted.length,
    liftedByFewerThanTwo: lifted.filter(({ lifts }) => new Set(lifts.map(({ by }) => by)).size < 2).length,
  };
}

const tamperFacts = (tamperLock: TamperLock): TamperFacts => ({
  total: tamperLock.list().length,
  open: tamperLock.open().length,
});

function inspectionFacts(inspections: Inspections): InspectionFacts {
  const { dueMs, state } = inspections.due();
  const [last] = inspections.list().filter((inspection) => inspection.state === 'done');
  return {
    lastOn: last === undefined ? undefined : dayOf(last.startedAtMs),
    dueOn: dayOf(dueMs),
    overdue: state !== 'current',
  };
}

const alertPeriodMs = 24 * 3_600_000;

async function alertFacts(store: Store, clock: Clock): Promise<AlertFacts> {
  const { rows } = await recentAudit(store, clock.wallMs() - alertPeriodMs);
  const raised = alertsIn(rows).filter((alert) => alert.raised);
  return { watches: alertIds, raised: raised.map(({ id }) => id), newestSeq: raised[0]?.newestSeq };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
