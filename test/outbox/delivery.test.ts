import { execFileSync } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { auditKinds } from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';
import { fillUp, smallDisk } from '../unit/fixtures/small-disk.js';
import { openOutbox } from './line.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a listener', () => {
  it('gets every event once, in the order of serials, as it happens', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    outbox.start();
    add();
    for (let round = 0; round < 3; round += 1) {
      happen(2);
      await settle();
    }
    expect(lan.serials()).toEqual(range(1, 6));
    expect(lan.calls.every(({ told }) => !told.replay && told.attempt === 1)).toBe(true);
  });

  it('gets what happened before too when it asks for it, and only from there on', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    happen(5);
    outbox.start();
    add({ from: 3 });
    await settle();
    expect(lan.serials()).toEqual([3, 4, 5]);
  });

  it('gets only the kinds that it wants, with no gap told for the others', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    outbox.start();
    add({ kinds: ['camera.live'] });
    happen(250);
    happen(1, 'camera.live');
    await settle();
    expect(lan.taken().map(({ type, event }) => [type, event?.serial])).toEqual([['event', 251]]);
  });

  it('never has two calls at a time, and the next waits for the answer to the one before', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    lan.react = () => 'silence';
    outbox.start();
    add();
    happen(3);
    await settle();
    expect(lan.serials()).toEqual([1]);
  });

  it('gets a signature that it can check with the secret it was shown, and no other secret', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    outbox.start();
    const { secret } = add();
    happen(1);
    await settle();
    const call = lan.calls[0]?.call;
    const headers: Readonly<Record<string, string>> = call?.headers ?? {};
    const body = call?.body ?? '';
    const holds = (key: string, signed = body) => {
      const lines = [
        'menshen-webhook-v1',
        headers['menshen-timestamp'],
        headers['menshen-delivery'],
        headers['menshen-key'],
      ];
      const expected = `v1=${createHmac('sha256', key)
        .update([...lines, signed].join('\n'))
        .digest('hex')}`;
      return timingSafeEqual(Buffer.from(expected), Buffer.from(headers['menshen-signature'] ?? ''));
    };
    expect([holds(secret), holds(`${secret}x`), holds(secret, `${body} `)]).toEqual([true, false, false]);
  });

  it('has its secret nowhere in the store in clear, and is not shown it again', () => {
    const folder = tempFolder();
    const { outbox, add, store } = openOutbox({ store: createTestStore(folder) });
    const { secret } = add();
    const shown = JSON.stringify(outbox.list());
    store.close();
    const bytes = rawDatabase(folder, (db) => db.serialize());
    expect([bytes.includes(secret), bytes.includes(secret.slice(6)), shown.includes(secret)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(bytes.includes('127.0.0.1:9001')).toBe(true);
  });

  it('whose address was changed in the database is sent nothing', async () => {
    const folder = tempFolder();
    const before = openOutbox({ store: createTestStore(folder) });
    before.add();
    before.store.close();
    rawDatabase(folder, (db) => db.exec(`UPDATE listener SET url = 'http://127.0.0.1:6666/'`));
    const { outbox, settle, happen, lan } = openOutbox({ store: openTestStore(folder) });
    outbox.start();
    happen(1);
    await settle();
    expect([lan.calls, outbox.list()[0]?.problem]).toEqual([[], expect.stringContaining('integrity-violation')]);
  });

  it('that is dead does not delay another one', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    lan.react = (_told, { url }) => (url.includes('9001') ? 'silence' : 200);
    outbox.start();
    add();
    const { view } = add({ url: 'http://127.0.0.1:9002/' });
    happen(4);
    await settle();
    const alive = lan.calls.filter(({ told }) => told.listenerId === view.listener.id);
    expect(alive.map(({ told }) => told.event?.serial)).toEqual([1, 2, 3, 4]);
  });

  it('that is removed gets nothing more, and nothing of it is left', async () => {
    const { outbox, add, settle, happen, lan, store } = openOutbox();
    outbox.start();
    const { view } = add();
    await outbox.remove(view.listener.id, 'op-1');
    happen(2);
    await settle();
    expect([lan.calls, outbox.list(), auditKinds({ store }).filter((kind) => kind.startsWith('listener'))]).toEqual([
      [],
      [],
      ['listener.added', 'listener.removed'],
    ]);
  });
});

describe('a listener that does not answer', () => {
  it('is tried after times that double up to five minutes, of which up to a half is left out', async () => {
    const { outbox, add, settle, happen, lan, clock } = openOutbox();
    lan.react = () => 'unreachable';
    outbox.start();
    add();
    happen(1);
    for (let round = 0; round < 14; round += 1) {
      await settle();
      const next = outbox.list()[0]?.nextTryAtMs;
      if (next === undefined) throw new Error('no next try is stated');
      await settle(next - clock.wallMs());
    }
    const gaps = lan.calls.slice(1).map(({ atMs }, index) => atMs - (lan.calls[index]?.atMs ?? 0));
    const longest = gaps.map((_, index) => Math.min(300_000, 1000 * 2 ** index));
    const outside = gaps.filter((gap, index) => gap > (longest[index] ?? 0) || gap < (longest[index] ?? 0) / 2);
    expect(gaps.length).toBeGreaterThan(10);
    expect(outside).toEqual([]);
  });

  it('for days gets everything in order when it is back, marked as replayed, and the newest as a current one', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    outbox.start();
    add();
    lan.react = () => 'unreachable';
    for (let day = 0; day < 3; day += 1) {
      happen(40);
      await settle(dayMs);
    }
    lan.taken();
    lan.react = () => 200;
    await settle(10 * minuteMs);
    for (let round = 0; round < 5; round += 1) await settle();
    happen(1);
    await settle();
    const told = lan.taken().filter(({ type }) => type === 'event');
    expect(told.map(({ event }) => event?.serial)).toEqual(range(1, 121));
    expect([...new Set(told.map(({ replay }, index) => `${index < 120 ? 'old' : 'new'} ${replay}`))]).toEqual([
      'old true',
      'new false',
    ]);
  });

  it('costs no room in the store, however much happens meanwhile', async () => {
    const folder = tempFolder();
    const { outbox, add, settle, happen, lan, store } = openOutbox({ store: createTestStore(folder) });
    lan.react = () => 'unreachable';
    outbox.start();
    add();
    happen(300);
    await settle(dayMs);
    await outbox.close();
    store.close();
    expect(rawDatabase(folder, (db) => db.prepare('SELECT count(*) AS n FROM dead_letter').get())).toEqual({ n: 0 });
    expect(rawDatabase(folder, (db) => db.prepare('SELECT count(*) AS n FROM listener').get())).toEqual({ n: 1 });
  });

  it('is recorded as lost once, and as back once, whatever is tried between', async () => {
    const { outbox, add, settle, happen, lan, store } = openOutbox();
    lan.react = () => 'unreachable';
    outbox.start();
    add();
    happen(1);
    for (let round = 0; round < 30; round += 1) await settle(minuteMs);
    lan.react = () => 200;
    for (let round = 0; round < 10; round += 1) await settle(minuteMs);
    expect(auditKinds({ store }).filter((kind) => /lost|back/.test(kind))).toEqual(['listener.lost', 'listener.back']);
  });

  it.each([408, 409, 425, 429, 500, 503, 301])('but says %i is asked again and never passed over', async (status) => {
    const { outbox, add, settle, happen, lan, store } = openOutbox();
    lan.react = () => status;
    outbox.start();
    const { view } = add();
    happen(2);
    for (let round = 0; round < 20; round += 1) await settle(5 * minuteMs);
    expect([new Set(lan.serials()), store.listeners.countDeadLetters(view.listener.id)]).toEqual([new Set([1]), 0]);
  });

  it('is left alone for as long as it asks, within five minutes', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    lan.react = () => ({ status: 503, headers: { 'retry-after': '120' }, body: '' });
    outbox.start();
    add();
    happen(1);
    await settle();
    await settle(119_000);
    const before = lan.calls.length;
    await settle(1000);
    expect([before, lan.calls.length]).toEqual([1, 2]);
  });
});

describe('an event that the listener refuses', () => {
  async function refused(status = 422) {
    const parts = openOutbox();
    const { outbox, add, settle, happen, lan } = parts;
    lan.react = ({ event }) => (event?.serial === 2 ? status : 200);
    outbox.start();
    const { view } = add();
    happen(4);
    for (let round = 0; round < 8; round += 1) await settle(minuteMs);
    return { ...parts, id: view.listener.id };
  }

  it('five times is set aside with the reason, recorded, and the line goes on', async () => {
    const { lan, outbox, id, store } = await refused();
    expect(lan.serials()).toEqual([1, 2, 2, 2, 2, 2, 3, 4]);
    expect(outbox.deadLetters(id, 0, 10)).toMatchObject([{ serial: 2, status: 422, again: false }]);
    expect(auditKinds({ store })).toContain('event.set-aside');
  });

  it('is sent once more when asked for, marked as replayed, and forgotten once it is taken', async () => {
    const { lan, outbox, id, settle } = await refused();
    lan.taken();
    lan.react = () => 200;
    expect(outbox.redeliver(id, undefined, 'op-1')).toBe(1);
    await settle();
    expect(lan.taken().map(({ event, replay }) => [event?.serial, replay])).toEqual([[2, true]]);
    expect(outbox.deadLetters(id, 0, 10)).toEqual([]);
  });

  it('again when sent once more is set aside again, without a loop', async () => {
    const { lan, outbox, id, settle } = await refused();
    lan.taken();
    outbox.redeliver(id, [2, 77], 'op-1');
    for (let round = 0; round < 5; round += 1) await settle(minuteMs / 2);
    expect(lan.taken().filter(({ type }) => type === 'event')).toHaveLength(1);
    expect(outbox.deadLetters(id, 0, 10)).toMatchObject([{ serial: 2, again: false }]);
  });

  it('because it refuses everything: after a thousand the line waits instead of passing over more', async () => {
    const parts = openOutbox();
    const { outbox, add, happen, lan, settle, store } = parts;
    lan.react = () => 404;
    outbox.start();
    const { id } = add().view.listener;
    happen(3);
    for (let serial = 1001; serial <= 2000; serial += 1)
      store.listeners.addDeadLetter(id, { serial, setAsideAtMs: 1, status: 404 });
    for (let round = 0; round < 20; round += 1) await settle(5 * minuteMs);
    expect([new Set(lan.serials()), outbox.list()[0]?.state]).toEqual([new Set([1]), 'held']);
  });
});

describe('silence', () => {
  it('is broken by a heartbeat that says which event is the newest', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    outbox.start();
    add({ heartbeatSeconds: 30 });
    happen(1);
    await settle();
    lan.taken();
    await settle(29_000);
    const before = lan.taken();
    await settle(1000);
    expect([before, lan.taken()]).toMatchObject([[], [{ type: 'heartbeat', newest: 1, replay: false }]]);
  });

  it('is broken by one that brings where the audit ends, which the device recognises when it is shown again', async () => {
    const { outbox, add, settle, happen, lan, anchors } = openOutbox();
    outbox.start();
    add({ heartbeatSeconds: 30 });
    happen(1);
    await settle();
    lan.taken();
    await settle(30_000);
    const [head] = lan.taken().map(({ auditHead }) => auditHead);
    if (head === undefined) throw new Error('the heartbeat brings no head');
    expect(anchors.check(head, 'panel')).toMatchObject({ verdict: 'consistent', seq: expect.any(Number) });
    const raised = { ...head, body: head.body.replace('"seq":', '"seq":9') };
    expect(anchors.check(raised, 'panel')).toEqual({ verdict: 'not-ours' });
  });

  it('of a test is ended by a call that says so, beside the line and out of its order', async () => {
    const { outbox, add, settle, lan } = openOutbox();
    outbox.start();
    const { id } = add().view.listener;
    const outcome = outbox.test(id);
    await settle();
    expect([(await outcome).result, lan.taken().map(({ type }) => type)]).toEqual(['acknowledged', ['test']]);
  });

  it('ends for a listener that a test found alive, however long it would still have waited', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    lan.react = () => 'unreachable';
    outbox.start();
    const { id } = add().view.listener;
    happen(1);
    for (let round = 0; round < 12; round += 1) await settle(5 * minuteMs);
    lan.taken();
    lan.react = () => 200;
    await outbox.test(id);
    await settle();
    expect(lan.taken().map(({ type }) => type)).toEqual(['test', 'event']);
  });

  it('of a service that does not deliver stays: a test there sends the test alone', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    const { id } = add().view.listener;
    happen(2);
    await outbox.test(id);
    await settle(minuteMs);
    expect(lan.taken().map(({ type }) => type)).toEqual(['test']);
  });
});

describe('events that are no longer kept', () => {
  it('are told as a gap to a listener that had not got them, and the line goes on behind it', async () => {
    const folder = tempFolder();
    const before = openOutbox({ store: createTestStore(folder) });
    before.add();
    before.happen(9);
    before.store.close();
    rawDatabase(folder, (db) => db.exec('DELETE FROM audit WHERE event_serial BETWEEN 1 AND 6'));
    const { outbox, settle, lan } = openOutbox({ store: openTestStore(folder) });
    outbox.start();
    await settle();
    const told = lan.taken();
    expect(told[0]).toMatchObject({ type: 'gap', gap: { from: 1, to: 6 } });
    expect(told.slice(1).map(({ event }) => event?.serial)).toEqual([7, 8, 9]);
  });
});

describe('a restart', () => {
  it('goes on where the listener was, and what may have been sent before is marked', async () => {
    const folder = tempFolder();
    const before = openOutbox({ store: createTestStore(folder) });
    before.outbox.start();
    before.add();
    before.happen(2);
    await before.settle();
    before.lan.react = () => 'silence';
    before.happen(2);
    await before.settle();
    await before.outbox.close();
    before.store.close();
    const { outbox, settle, lan } = openOutbox({ store: openTestStore(folder) });
    outbox.start();
    await settle();
    expect([before.lan.serials(), lan.taken().map(({ event, replay }) => [event?.serial, replay])]).toEqual([
      [1, 2, 3],
      [
        [3, true],
        [4, false],
      ],
    ]);
  });

  it('does not wait for a listener that is silent', async () => {
    const { outbox, add, settle, happen, lan } = openOutbox();
    lan.react = () => 'silence';
    outbox.start();
    add();
    happen(1);
    await settle();
    await outbox.close();
    expect(lan.calls[0]?.call.signal?.aborted).toBe(true);
  });

  it('gives one and the same event the same delivery id, so that who had it can tell', async () => {
    const folder = tempFolder();
    const ids: (string | undefined)[] = [];
    for (const store of [createTestStore(folder), undefined]) {
      const parts = openOutbox({ store: store ?? openTestStore(folder) });
      if (store !== undefined) parts.add();
      if (store !== undefined) parts.happen(1);
      parts.lan.react = () => 'unreachable';
      parts.outbox.start();
      await parts.settle();
      ids.push(parts.lan.taken()[0]?.deliveryId);
      await parts.outbox.close();
      parts.store.close();
    }
    expect([ids[0] === ids[1], ids[0]?.length]).toEqual([true, expect.any(Number)]);
  });
});

describe('a disk that takes no more', () => {
  it('holds a listener’s line: what it acknowledged is sent again later, and nothing is passed over', async (context) => {
    const folder = smallDisk(context, 4);
    const parts = openOutbox({ store: createTestStore(folder) });
    const { outbox, add, settle, happen, lan, store, logged } = parts;
    store.reserve.restore();
    add();
    happen(2);
    fillUp(folder);
    // What SQLite can still overwrite in its log is used up first.
    for (let n = 0; n < 3000; n += 1) {
      try {
        store.listeners.countRefusal(outbox.list()[0]?.listener.id ?? '');
      } catch {
        // Full now, which is what this is for.
        break;
      }
    }
    outbox.start();
    await settle();
    await settle(2000);
    const whileFull = { serials: new Set(lan.serials()), cursor: outbox.list()[0]?.cursor };
    execFileSync('sh', ['-c', 'rm "$0"/ballast-*', folder]);
    for (let round = 0; round < 10; round += 1) await settle(minuteMs);
    expect(whileFull).toEqual({ serials: new Set([1]), cursor: 0 });
    expect([logged.includes('listener.paused'), lan.serials().at(-1), outbox.list()[0]?.cursor]).toEqual([true, 2, 2]);
  });
});

describe('adding a listener', () => {
  it.each([
    ['a public address', { url: 'https://8.8.8.8/' }],
    ['a name', { url: 'http://panel.local/' }],
    ['plain http off loopback', { url: 'http://10.0.0.9/' }],
    ['https without an authority', { url: 'https://10.0.0.9/' }],
    ['an authority that is none', { url: 'https://10.0.0.9/', authority: 'trust me' }],
    [
      'a broken certificate',
      {
        url: 'https://10.0.0.9/',
        authority: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      },
    ],
    ['a serial that is to come', { from: 5 }],
  ])('with %s is refused and leaves nothing', (_what, changes) => {
    const { outbox, add, store } = openOutbox();
    expect(() => add(changes)).toThrow(expect.objectContaining({ code: 'listener-invalid' }));
    expect([outbox.list(), auditKinds({ store })]).toEqual([[], []]);
  });

  it('ends at sixteen of them', () => {
    const { add } = openOutbox();
    for (let n = 0; n < 16; n += 1) add();
    expect(() => add()).toThrow('16 listeners');
  });

  it('lists its address for as long as there is anything to send, and takes it back', async () => {
    const { outbox, add, ways } = openOutbox();
    const { id } = add().view.listener;
    const before = [...ways];
    await outbox.test(id);
    const tested = [...ways];
    outbox.start();
    const started = [...ways];
    await outbox.remove(id, 'op-1');
    expect([before, tested, started, ways]).toEqual([[], [], ['127.0.0.1:9001'], []]);
  });

  it('opens the way to its own address and port, and to no other', () => {
    const { outbox, add } = openOutbox();
    add();
    expect([
      outbox.mayCall('127.0.0.1', 9001),
      outbox.mayCall('127.0.0.1', 9002),
      outbox.mayCall('10.0.0.1', 9001),
    ]).toEqual([true, false, false]);
  });
});
