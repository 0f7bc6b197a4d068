import type { EventView, PanelEvents } from '../audit/index.js';
import { MenshenError } from '../core/index.js';
import { type AlertContext, accessEvent, isapiTime } from './alert.js';
import { badBody, type Members, membersOf, readBody, textOf, wholeOf } from './body.js';
import { mayBe } from './codes.js';
import type { Json } from './xml.js';

export interface SearchWish {
  readonly searchId: string;
  /** Matches to pass over. */
  readonly position: number;
  readonly most: number;
  readonly code: { readonly major: number; readonly minor: number };
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly fromSerial: number;
  readonly toSerial?: number;
}

const atOnce = 500;
/** More than this in one search would take seconds, every page of it. */
const mostLookedAt = 200_000;
export const mostResults = 500;
const mostCode = 65_535;

const known = [
  ...['searchID', 'searchResultPosition', 'maxResults', 'major', 'minor', 'startTime', 'endTime'],
  ...['beginSerialNo', 'endSerialNo', 'picEnable', 'timeReverseOrder'],
];

/** @throws MenshenError `body-invalid`. */
export function readSearch(body: unknown): SearchWish {
  const members = membersOf(readBody(body, ['AcsEventCond']), known);
  if (members.get('timeReverseOrder') === true)
    throw badBody('timeReverseOrder is not supported: the oldest comes first.');
  const sinceMs = momentOf(members, 'startTime');
  const untilMs = momentOf(members, 'endTime');
  const toSerial = wholeOf(members, 'endSerialNo', [0, Number.MAX_SAFE_INTEGER]);
  return {
    searchId: textOf(members, 'searchID', 64) ?? '',
    position: wholeOf(members, 'searchResultPosition', [0, Number.MAX_SAFE_INTEGER]) ?? 0,
    most: wholeOf(members, 'maxResults', [1, mostResults]) ?? 30,
    code: {
      major: wholeOf(members, 'major', [0, mostCode]) ?? 0,
      minor: wholeOf(members, 'minor', [0, mostCode]) ?? 0,
    },
    fromSerial: wholeOf(members, 'beginSerialNo', [0, Number.MAX_SAFE_INTEGER]) ?? 1,
    ...(sinceMs === undefined ? {} : { sinceMs }),
    // The dialect's end is the last second that counts.
    ...(untilMs === undefined ? {} : { untilMs: untilMs + 1000 }),
    ...(toSerial === undefined || toSerial === 0 ? {} : { toSerial }),
  };
}

/** Pages by position over everything that fits, in the order of serials; one search at a time. */
export class EventSearches {
  readonly #events: PanelEvents;
  readonly #context: AlertContext;
  #running = false;

  constructor(events: PanelEvents, context: AlertContext) {
    this.#events = events;
    this.#context = context;
  }

  /** @throws MenshenError `too-many-requests` while another search runs, `body-invalid` for one that is too wide. */
  async run(wish: SearchWish): Promise<Record<string, Json>> {
    if (this.#running) throw new MenshenError('too-many-requests', 'Another search is running. Ask again in a moment.');
    this.#running = true;
    try {
      return await this.#run(wish);
    } finally {
      this.#running = false;
    }
  }

  async #run(wish: SearchWish): Promise<Record<string, Json>> {
    const { searchId, position, most, code, fromSerial, toSerial, sinceMs, untilMs } = wish;
    const found: EventView[] = [];
    let total = 0;
    let lookedAt = 0;
    for (let next = fromSerial, more = true; more; ) {
      const page = await this.#events.search({ fromSerial: next, toSerial, sinceMs, untilMs, limit: atOnce });
      for (const view of page.events) {
        if (!mayBe(view, code)) continue;
        if (total >= position && found.length < most) found.push(view);
        total += 1;
      }
      lookedAt += page.events.length;
      if (lookedAt > mostLookedAt)
        throw badBody(`More than ${mostLookedAt} events are in this range. Narrow it by beginSerialNo or startTime.`);
      ({ next, more } = page);
    }
    const word = found.length === 0 ? 'NO MATCH' : position + found.length < total ? 'MORE' : 'OK';
    return {
      ...{ searchID: searchId, responseStatusStrg: word, numOfMatches: found.length, totalMatches: total },
      InfoList: found.map((view) => this.#info(view)),
    };
  }

  /** The list's own names for what the event's are elsewhere. */
  #info(view: EventView): Record<string, Json> {
    const { majorEventType, subEventType, currentEvent: _told, ...rest } = accessEvent(view, this.#context, false);
    return { major: majorEventType ?? 0, minor: subEventType ?? 0, time: isapiTime(view.at), ...rest };
  }
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/;

/** A moment without an offset could mean several: it is refused. */
function momentOf(members: Members, name: string): number | undefined {
  const text = textOf(members, name, 40);
  if (text === undefined) return undefined;
  const atMs = moment.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) throw badBody(`${name} must be a moment with its offset, such as 2026-03-02T08:00:00+08:00.`);
  return atMs;
}
