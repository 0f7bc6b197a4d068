import { describe, expect, it } from 'vitest';
import { type EventView, PanelEvents } from '#menshen/audit/index.js';
import type { PersonFields } from '#menshen/config/index.js';
import { buildServer } from '#menshen/http/index.js';
import { startWallMs } from '../support/fake-clock.js';
import { servicesOf } from '../support/screen.js';
import { dayMs, openSite, type Site } from '../support/site.js';

/** Thirty events, a minute apart: doors in turn, a camera's fault every tenth. */
function withEvents() {
  const site = openSite();
  for (let n = 1; n <= 30; n += 1) {
    if (n % 10 === 0) site.audit.append('camera.fault', { cameraId: 'front', fault: 'black' });
    else site.audit.append('door.event', { doorId: n % 2 === 0 ? 'main' : 'side', n });
    // Others' entries have no serial and leave no gap.
    site.audit.append('pin.set', { subjectId: 's-1' });
    site.clock.advance(60_000);
  }
  return site;
}

const events = (site: Site, personFields: PersonFields = 'subject-id') =>
  new PanelEvents({ store: site.store, personFields });
const serials = ({ events: found }: { events: readonly EventView[] }) => found.map(({ serial }) => serial);

describe('a search among events', () => {
  it('by range gives every serial of it once, over as many pages as it takes', async () => {
    const teller = events(withEvents());
    const seen: number[] = [];
    for (let from = 5, more = true; more; ) {
      const page = await teller.search({ fromSerial: from, toSerial: 21, limit: 4 });
      seen.push(...serials(page));
      ({ next: from, more } = page);
    }
    expect(seen).toEqual(Array.from({ length: 17 }, (_, index) => index + 5));
  });

  it('of a page that was read before gives the same again, whatever happened since', async () => {
    const site = withEvents();
    const before = await events(site).search({ fromSerial: 7, limit: 5 });
    site.audit.append('door.event', { doorId: 'main' });
    const after = await events(site).search({ fromSerial: 7, limit: 5 });
    expect([after.events, after.next, after.newest - before.newest]).toEqual([before.events, before.next, 1]);
  });

  it('by time, kind and door gives what fits all of them', async () => {
    const page = await events(withEvents()).search({
      ...{ fromSerial: 1, limit: 100, kinds: ['door.event'], doorId: 'main' },
      sinceMs: startWallMs + 3 * 60_000,
      untilMs: startWallMs + 15 * 60_000,
    });
    expect([serials(page), page.more]).toEqual([[4, 6, 8, 12, 14], false]);
  });

  it('that asks for what is not there yet ends without a promise of more', async () => {
    expect(await events(withEvents()).search({ fromSerial: 31, limit: 10 })).toEqual({
      ...{ events: [], next: 31, newest: 30, oldest: 1, more: false },
    });
  });

  it('by a time that went back finds events by the clock of then, still in the order of serials', async () => {
    const site = withEvents();
    site.clock.jumpWall(-365 * dayMs);
    site.audit.append('door.event', { doorId: 'main' });
    const page = await events(site).search({ fromSerial: 1, limit: 100, untilMs: startWallMs });
    expect(serials(page)).toEqual([31]);
  });
});

describe('what an event says of a person', () => {
  async function told(personFields: PersonFields, erased = false) {
    const site = openSite();
    const person = site.store.subjects.add({ personNumber: '1001', displayName: 'Ann Example' }, 'adult', {
      ...{ nowMs: site.clock.wallMs(), expiresAtMs: site.clock.wallMs() + dayMs },
    });
    const decided = { doorId: 'main', subjectId: person.id, decision: 'grant', keyId: 'k', signature: 's' };
    site.audit.append('verification.decided', { ...decided, score: 0.9, cardNumber: '04A1' });
    if (erased) {
      site.clock.advance(2 * dayMs);
      await site.retention.sweep();
    }
    const [event] = (
      await events(site, personFields).search({ fromSerial: 1, limit: 1000, kinds: ['verification.decided'] })
    ).events;
    return { event, id: person.id };
  }

  it('is the pseudonym alone, unless the site says otherwise; never a score or a card number', async () => {
    const { event, id } = await told('subject-id');
    expect(Object.keys(event ?? {}).sort()).toEqual(
      ['at', 'decision', 'doorId', 'keyId', 'kind', 'serial', 'signature', 'subjectId'].sort(),
    );
    expect(event?.subjectId).toBe(id);
  });

  it('is nothing where the site says so, and no signature over what is left out', async () => {
    const { event } = await told('none');
    expect(Object.keys(event ?? {}).sort()).toEqual(['at', 'decision', 'doorId', 'kind', 'serial']);
  });

  it('is neither name nor number once they are erased, and the event is told all the same', async () => {
    const { event, id } = await told('name', true);
    expect([event?.subjectId, event?.personNumber, event?.name]).toEqual([id, undefined, undefined]);
  });

  it('is number and name only where the site asks for each of them', async () => {
    const [byNumber, byName] = [await told('person-number'), await told('name')];
    expect([byNumber.event?.personNumber, byNumber.event?.name]).toEqual(['1001', undefined]);
    expect([byName.event?.personNumber, byName.event?.name]).toEqual(['1001', 'Ann Example']);
  });
});

describe('GET /v1/events', () => {
  async function asked(query: string) {
    const server = await buildServer(servicesOf(withEvents()), { local: true });
    const { statusCode, body } = await server.inject({ method: 'GET', url: `/v1/events?${query}` });
    await server.close();
    return { status: statusCode, body: JSON.parse(body) };
  }

  it('answers a page with every field of its events', async () => {
    const { body } = await asked('from=2&limit=1');
    expect(body).toEqual({
      events: [
        { serial: 2, kind: 'door.event', at: new Date(startWallMs + 60_000).toISOString(), doorId: 'main', n: 2 },
      ],
      ...{ next: 3, newest: 30, oldest: 1, more: true },
    });
  });

  it.each(['since=yesterday', 'kinds=door.event,door.secret', 'from=-1', 'limit=501', 'colour=red', 'to=1e99'])(
    'refuses %s',
    async (query) => {
      expect((await asked(query)).status).toBe(400);
    },
  );
});
