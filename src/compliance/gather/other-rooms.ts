import { alertIds, alertsIn, recentAudit } from '../../audit/index.js';
import type { Clock } from '../../core/index.js';
import { type FilingService, type KeepingPeriod, keepingYears } from '../../filing/index.js';
import type { Incidents, TamperLock } from '../../incident/index.js';
import type { Inspections } from '../../inspection/index.js';
import type { Languages } from '../../language/index.js';
import { type CurrentNotice, noticeContent } from '../../notice/index.js';
import type { SelfTest } from '../../selftest/index.js';
import type { Sign } from '../../sign/index.js';
import type { Store } from '../../store/index.js';
import type {
  AlertFacts,
  IncidentFacts,
  InspectionFacts,
  OtherRooms,
  SelfTestFacts,
  TamperFacts,
  WordingFacts,
} from '../other-rooms.js';
import { filingFacts } from './filing.js';

/** Rooms with facts of their own; what is left out is reported as not in the build. */
export interface RoomSources {
  readonly languages?: Languages;
  readonly sign?: Sign;
  readonly notice: CurrentNotice;
  readonly selfTest?: SelfTest;
  readonly incidents?: Incidents;
  readonly tamperLock?: TamperLock;
  readonly inspections?: Inspections;
  readonly filing?: FilingService;
  /** How long records are kept. */
  readonly keeping?: KeepingPeriod;
  readonly store: Store;
  readonly clock: Clock;
}

export async function roomFacts(rooms: RoomSources): Promise<OtherRooms> {
  const { languages, selfTest, incidents, tamperLock, notice, filing, store, keeping, sign } = rooms;
  return {
    wording: languages === undefined ? undefined : wordingFacts(languages, notice),
    sign: sign === undefined ? undefined : { hash: sign.hash, captureZoneHash: sign.captureZoneHash },
    selfTest: selfTest === undefined ? undefined : await selfTestFacts(selfTest),
    incidents: incidents === undefined ? undefined : incidentFacts(incidents),
    keepPeriod:
      keeping === undefined
        ? undefined
        : { kinds: keeping.rows().length, refusals: keeping.refusals().count, years: keepingYears },
    filing: filing === undefined ? undefined : filingFacts(filing, store),
    alerts: await alertFacts(store, rooms.clock.wallMs()),
    inspection: rooms.inspections === undefined ? undefined : inspectionFacts(rooms.inspections),
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

const alertDays = 7;

/** M14.5: what is watched, and how much of it was raised in the last days. */
async function alertFacts(store: Store, nowMs: number): Promise<AlertFacts> {
  const { rows } = await recentAudit(store, nowMs - alertDays * 86_400_000);
  return { watches: alertIds, open: alertsIn(rows).filter(({ raised }) => raised).length };
}

/** D19a. */
function inspectionFacts(inspections: Inspections): InspectionFacts {
  const { dueMs, state } = inspections.due();
  const last = inspections.list().find((each) => each.state === 'done');
  return {
    ...(last === undefined ? {} : { lastOn: dateOf(last.startedAtMs) }),
    dueOn: dateOf(dueMs),
    overdue: state !== 'current',
  };
}

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const tamperFacts = (tamperLock: TamperLock): TamperFacts => ({
  total: tamperLock.list().length,
  open: tamperLock.open().length,
});
