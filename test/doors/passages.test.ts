// Granted and entered are two things: panels and door contacts tell them apart, and anti-passback goes by that word alone.
import { describe, expect, test } from 'vitest';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';
import { answerOf, cardOf, type DoorSite, doorSite, everyone } from './door-site.js';

const hall = { doorId: 'main', leadsTo: 'hall', reportsPassages: true, antiPassbackForgetsAfterMinutes: 60 };
const street = { doorId: 'side', leadsTo: 'street', reportsPassages: true };
const withRule = (change: Record<string, unknown> = {}) => ({
  groups: [everyone],
  doors: [{ ...hall, antiPassback: 'hard', ...change }, street],
});

async function gate(access: unknown = withRule()) {
  const at = await doorSite(access);
  const id = await at.person('ann');
  return { at, id };
}
const granted = async (at: DoorSite, doorId = 'main', name = 'ann') =>
  (await at.card(cardOf(name), { doorId })).decision;
const answerAt = async (at: DoorSite, doorId = 'main') => answerOf(await at.card(cardOf('ann'), { doorId }));

describe('anti-passback', () => {
  test('is moved by the panel’s word that somebody entered, and by no grant', async () => {
    const { at } = await gate();
    await granted(at);
    const again = await granted(at);
    await at.passed(again);

    expect([again?.decision, await answerAt(at)]).toEqual(['grant', 'deny card anti-passback']);
  });

  test('lets who went out by another door come in again', async () => {
    const { at } = await gate();
    await at.passed(await granted(at));
    await at.passed(await granted(at, 'side'));

    expect(await answerAt(at)).toBe('grant card card-accepted');
  });

  test('that is soft lets pass, and says so in the event', async () => {
    const { at } = await gate(withRule({ antiPassback: 'soft' }));
    await at.passed(await granted(at));
    const answer = await answerAt(at);

    expect([answer, (await at.events()).at(-1)?.antiPassback]).toEqual(['grant card card-accepted', 'broken']);
  });

  test('is not moved by who turned round at the door', async () => {
    const { at } = await gate();
    await at.passed(await granted(at), 'not-entered');

    expect([await answerAt(at), await at.doorEvents()]).toEqual(['grant card card-accepted', ['passage.not-entered']]);
  });

  test('forgets an entry after its time, and keeps nothing of it', async () => {
    const { at } = await gate();
    await at.passed(await granted(at));
    const kept = at.site.doors.kept().lastEntries;
    at.site.timers.advance(61 * 60_000);

    expect([kept, at.site.doors.kept().lastEntries, await answerAt(at)]).toEqual([1, 0, 'grant card card-accepted']);
  });

  test('is not forgotten because somebody set the clock ahead', async () => {
    const { at } = await gate();
    await at.passed(await granted(at));
    at.site.clock.jumpWall(5 * 3_600_000);
    at.site.timers.advance(61_000);

    expect(await answerAt(at)).toBe('deny card anti-passback');
  });

  test('holds over a restart', async () => {
    const folder = tempFolder();
    const before = await doorSite(withRule(), { store: createTestStore(folder) });
    await before.person('ann');
    await before.passed(await granted(before));
    before.site.store.close();
    const { clock } = before.site;
    const after = await doorSite(withRule(), { store: openTestStore(folder), clock, assessed: false });

    expect(await answerAt(after)).toBe('deny card anti-passback');
  });

  test('M8.3: where no door asks who is inside any more, the next start forgets everybody', async () => {
    const { at } = await gate();
    await at.passed(await granted(at));
    const { store, clock } = at.site;
    const after = await doorSite(withRule({ antiPassback: 'off' }), { store, clock, assessed: false });

    expect(after.site.doors.kept().lastEntries).toBe(0);
  });

  test('P47: keeps no last entry of who was erased, and the receipt says that one went', async () => {
    const { at, id } = await gate();
    await at.passed(await granted(at));
    const waiting = await granted(at, 'side');
    const { body } = await at.operator('DELETE', `subjects/${id}`);

    expect(JSON.stringify(body)).toContain('"lastEntries":1');
    expect(at.site.doors.kept()).toEqual({ lastEntries: 0, passagesAwaited: 0 });
    expect(await at.passed(waiting)).toBe(409);
  });

  test('M14.1: keeps an entry sealed; one that is given to somebody else in the database opens no door to them', async () => {
    const folder = tempFolder();
    const before = await doorSite(withRule(), { store: createTestStore(folder) });
    await before.person('ann');
    const bob = await before.person('bob');
    await before.passed(await granted(before));
    before.site.store.close();
    const sealed = rawDatabase(folder, (db) => {
      db.prepare('UPDATE last_entry SET subject_id = ?').run(bob);
      return String(db.prepare('SELECT CAST(sealed AS TEXT) FROM last_entry').pluck().get());
    });
    const { clock } = before.site;
    const after = await doorSite(withRule(), { store: openTestStore(folder), clock, assessed: false });

    expect(sealed).not.toContain('hall');
    expect(answerOf(await after.card(cardOf('bob')))).toBe('deny none internal-fault');
  });
});

describe('a grant', () => {
  test('that was used is an event of its own, which names it', async () => {
    const { at, id } = await gate();
    const decision = await granted(at);
    await at.passed(decision);

    expect((await at.events()).at(-1)).toMatchObject({
      ...{ kind: 'passage.entered', doorId: 'main', subjectId: id, source: 'panel' },
      ...{ verificationId: decision?.verificationId, grantSerial: decision?.serial },
    });
  });

  test('can be named by its serial too', async () => {
    const { at } = await gate();
    const { serial } = (await granted(at)) ?? {};

    expect((await at.panel('POST', 'doors/main/passages', { serial, outcome: 'entered' })).status).toBe(204);
    expect(await at.doorEvents()).toEqual(['passage.entered']);
  });

  test('of which nobody says a word is recorded as granted, not entered', async () => {
    const { at } = await gate();
    await granted(at);
    at.site.timers.advance(15_000);

    expect((await at.events()).at(-1)).toMatchObject({ kind: 'passage.not-entered', source: 'no-word' });
    expect(await answerAt(at)).toBe('grant card card-accepted');
  });

  test('is used once: a second word, a late one, one at another door or of another person counts nothing', async () => {
    const { at } = await gate();
    const first = await granted(at);
    const elsewhere = await at.panel('POST', 'doors/side/passages', {
      ...{ verificationId: first?.verificationId, outcome: 'entered' },
    });
    await at.passed(first);
    const late = await granted(at, 'side');
    at.site.timers.advance(15_000);

    expect([elsewhere.status, await at.passed(first), await at.passed(late)]).toEqual([409, 409, 409]);
    expect(await at.doorEvents()).toEqual(['passage.entered', 'passage.not-entered']);
  });

  test('that was given before a crash may still be used after it', async () => {
    const folder = tempFolder();
    const before = await doorSite(withRule(), { store: createTestStore(folder) });
    await before.person('ann');
    const decision = await granted(before);
    before.site.store.close();
    const { clock } = before.site;
    const after = await doorSite(withRule(), { store: openTestStore(folder), clock, assessed: false });
    await after.passed(decision);

    expect([await after.doorEvents(), await answerAt(after)]).toEqual([['passage.entered'], 'deny card anti-passback']);
  });

  test('that was given before a crash and of which nobody speaks is recorded as not entered after it', async () => {
    const folder = tempFolder();
    const before = await doorSite(withRule(), { store: createTestStore(folder) });
    await before.person('ann');
    await granted(before);
    before.site.store.close();
    const { clock } = before.site;
    const after = await doorSite(withRule(), { store: openTestStore(folder), clock, assessed: false });
    after.site.timers.advance(15_000);

    expect(await after.doorEvents()).toEqual(['passage.not-entered']);
  });

  test('at a door where nobody tells of passages waits for no word', async () => {
    const { at } = await gate();
    const decision = await granted(at, 'blind');
    at.site.timers.advance(60_000);

    expect([await at.passed(decision), await at.doorEvents()]).toEqual([409, []]);
  });

  test('for two persons moves both of them', async () => {
    const { at } = await gate(withRule({ twoPersons: true }));
    await at.person('bob');
    await granted(at);
    await at.passed(await granted(at, 'main', 'bob'));

    expect(await answerAt(at)).toBe('deny card anti-passback');
    expect(at.site.doors.kept().lastEntries).toBe(2);
  });
});

describe('a door contact', () => {
  test('that opens while a grant is valid is an entry', async () => {
    const { at } = await gate();
    await granted(at);
    await at.contact('open');

    expect([await at.doorEvents(), await answerAt(at)]).toEqual([['passage.entered'], 'deny card anti-passback']);
  });

  test('that opens after the grant has run out is a forced door, and the grant was not used', async () => {
    const { at } = await gate();
    await granted(at);
    at.site.timers.advance(5_001);
    await at.contact('open');
    at.site.timers.advance(15_000);

    expect(await at.doorEvents()).toEqual(['door.forced', 'passage.not-entered']);
  });

  test('is not talked into a valid grant by a clock that is set back', async () => {
    const { at } = await gate();
    await granted(at);
    at.site.timers.advance(5_001);
    at.site.clock.jumpWall(-60_000);
    await at.contact('open');

    expect(await at.doorEvents()).toEqual(['door.forced']);
  });

  test('that opens without a grant is a forced door, unless the door is free', async () => {
    const { at } = await gate();
    await at.contact('open');
    await at.contact('closed');
    await at.setState('free');
    await at.contact('open');

    expect(await at.doorEvents()).toEqual(['door.forced', 'door.state-changed']);
  });

  test('uses one grant for one opening, however often it says so', async () => {
    const { at } = await gate();
    await granted(at);
    for (const state of ['open', 'open', 'closed', 'open'] as const) await at.contact(state);

    expect(await at.doorEvents()).toEqual(['passage.entered', 'door.forced']);
  });

  test('that stays open too long is an event, once', async () => {
    const { at } = await gate(withRule({ heldOpenAfterMs: 10_000 }));
    await granted(at);
    await at.contact('open');
    at.site.timers.advance(60_000);

    expect(await at.doorEvents()).toEqual(['passage.entered', 'door.held-open']);
    expect((await at.events()).at(-1)).toMatchObject({ doorId: 'main', openForMs: 10_000 });
  });

  test('that closes in time is no event', async () => {
    const { at } = await gate(withRule({ heldOpenAfterMs: 10_000 }));
    await granted(at);
    await at.contact('open');
    at.site.timers.advance(9_999);
    await at.contact('closed');
    at.site.timers.advance(60_000);

    expect(await at.doorEvents()).toEqual(['passage.entered']);
  });

  test('is refused for a door that has none, with what to do', async () => {
    const { at } = await gate();
    const { body } = await at.panel('POST', 'doors/blind/contact', { state: 'open' });

    expect(body).toMatchObject({ code: 'conflict', detail: expect.stringContaining('reportsPassages: true') });
    expect((await at.panel('POST', 'doors/attic/contact', { state: 'open' })).body.code).toBe('door-unknown');
  });
});
