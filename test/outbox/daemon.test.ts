/** Events to panels as panels get them: the real daemon, a real HTTP listener, and a kill in between. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addPerson, byPin, type Gate, openGate, type Person } from '../e2e/gate.js';
import { temporaryFolder } from '../support/files.js';
import type { Json } from '../support/panel.js';
import { type Behaviour, Receiver } from './receiver.js';

let gate: Gate;
let person: Person;
let receiver: Receiver;

beforeAll(async () => {
  gate = await openGate();
  person = await addPerson(gate);
});
afterAll(() => gate.close());
beforeEach(async () => {
  receiver = await Receiver.open();
});
afterEach(async () => {
  receiver.close();
  const { body } = await gate.daemon.owner.get<{ listeners: { id: string }[] }>('/v1/listeners');
  for (const { id } of body.listeners) await gate.daemon.owner.call('DELETE', `/v1/listeners/${id}`);
});

interface Added {
  readonly id: string;
  readonly secret: string;
  readonly state: string;
}

async function listen(changes: Json = {}, to = receiver): Promise<Added> {
  const url = `http://127.0.0.1:${to.port}/events`;
  const { body, text, status } = await gate.operator.post<Added>('/v1/listeners', { url, ...changes });
  if (status !== 201) throw new Error(text);
  to.secret = body.secret;
  return body;
}

const allEvents = async (query = '') =>
  (await gate.panel.get<{ events: { serial: number; kind: string }[]; newest: number }>(`/v1/events?limit=500${query}`))
    .body;
const upTo = (newest: number) => Array.from({ length: newest }, (_, index) => index + 1);

describe('a listener', () => {
  it('gets every event of the device in order, each signed, with no person’s name or number', async () => {
    await listen({ from: 1 });
    const { serial } = await byPin(gate, person);
    await receiver.heard('the decision', ({ event }) => event?.serial === serial);
    expect(receiver.serials()).toEqual(upTo(serial));
    expect(receiver.signatures.every(Boolean)).toBe(true);
    const all = receiver.texts.join();
    expect([all.includes(person.subjectId), all.includes(person.personNumber), all.includes('Person ')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('that was killed over finds no event lost, and what it may have had is marked as replayed', async () => {
    await listen({ from: 1 });
    const answered: number[] = [];
    // It acknowledges, and the service is killed before it can note that.
    for (let round = 0; round < 3; round += 1) {
      const { serial } = await byPin(gate, person);
      answered.push(serial);
      const killed = new Promise<void>((resolve) => {
        receiver.behave = (response, { event }) => {
          if (event?.serial === serial) void gate.daemon.stop('SIGKILL').then(() => resolve());
          else response.writeHead(204).end();
        };
      });
      const again = receiver.told.some(({ event }) => event?.serial === serial);
      if (again) await gate.daemon.stop('SIGKILL');
      else await killed;
      receiver.behave = (response) => void response.writeHead(204).end();
      gate = await gate.again();
    }
    const last = await byPin(gate, person);
    await receiver.heard('the last decision', ({ event }) => event?.serial === last.serial);
    const { events, newest } = await allEvents();
    const first = [...new Set(receiver.serials())];
    expect(events.map(({ serial }) => serial)).toEqual(upTo(newest));
    expect(first).toEqual(upTo(first.length));
    const twice = receiver.told.filter(({ event }, index) =>
      receiver.told
        .slice(0, index)
        .some((before) => before.event !== undefined && before.event.serial === event?.serial),
    );
    expect(twice.length).toBeGreaterThan(0);
    expect(twice.every(({ replay }) => replay)).toBe(true);
  }, 120_000);

  it('that is away over a restart gets what it missed, in order', async () => {
    const port = receiver.port;
    const { id } = await listen({ from: 1 });
    await receiver.heard('the start', ({ event }) => event?.serial === 1);
    receiver.close();
    const missed = [await byPin(gate, person), await byPin(gate, person)];
    await gate.daemon.stop();
    gate = await gate.again();
    receiver = await Receiver.open(undefined, port);
    await gate.operator.post(`/v1/listeners/${id}/test`);
    await receiver.heard('the newest missed', ({ event }) => event?.serial === missed[1]?.serial);
    const serials = receiver.serials();
    expect(serials).toEqual(serials.map((_, index) => (serials[0] ?? 0) + index));
    expect(serials).toEqual(expect.arrayContaining(missed.map(({ serial }) => serial)));
  }, 120_000);

  const hostile: readonly (readonly [string, Behaviour])[] = [
    ['an answer without end', (response) => void setInterval(() => response.write('x'.repeat(65_536)), 1).unref()],
    [
      'a page instead of an answer',
      (response) => void response.writeHead(500, { 'content-type': 'text/html' }).end('<html>'),
    ],
    ['a way elsewhere', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['a reset', (response) => void response.socket?.resetAndDestroy()],
    ['garbage', (response) => void response.socket?.end('\x00\x01 NO HTTP \r\n\r\n')],
  ];
  it.each(hostile)('that gives %s leaves the gate as it was', async (_what, behave) => {
    receiver.behave = behave;
    await listen();
    const first = await byPin(gate, person);
    await receiver.heard('the event', ({ event }) => event?.serial === first.serial);
    const second = await byPin(gate, person);
    expect([second.decision, gate.daemon.ended()]).toEqual(['grant', false]);
  });

  it('that never answers holds nobody up: another gets its events, and the service stops within two seconds', async () => {
    receiver.behave = () => undefined;
    const other = await Receiver.open();
    await listen();
    await listen({}, other);
    const { serial } = await byPin(gate, person);
    await receiver.heard('the event', ({ event }) => event?.serial === serial);
    await other.heard('the event', ({ event }) => event?.serial === serial);
    other.close();
    const stopped = gate.daemon.stop().then(() => 'stopped');
    const late = new Promise((resolve) => setTimeout(resolve, 2000, 'late'));
    const first = await Promise.race([stopped, late]);
    await stopped;
    gate = await gate.again();
    expect(first).toBe('stopped');
  });

  it('over https is told only when its certificate comes from the authority that was given', async () => {
    const [theirs, others] = [authorityOf('listener'), authorityOf('somebody-else')];
    const secure = await Receiver.open(theirs);
    const add = async (authority: string) => {
      const url = `https://127.0.0.1:${secure.port}/`;
      const { body } = await gate.operator.post<Added>('/v1/listeners', { url, authority });
      secure.secret = body.secret;
      return (await gate.operator.post(`/v1/listeners/${body.id}/test`)).body;
    };
    const [right, wrong] = [await add(theirs.cert), await add(others.cert)];
    const heard = secure.told.length;
    secure.close();
    expect([right.acknowledged, wrong.acknowledged, heard]).toEqual([true, false, 1]);
    expect(String(wrong.problem)).toContain('SELF_SIGNED');
  });
});

describe('listeners', () => {
  it('are for operators alone, and a key that ends takes no listener with it', async () => {
    const asked = [
      await gate.panel.post('/v1/listeners', { url: 'http://127.0.0.1:1/' }),
      await gate.panel.get('/v1/listeners'),
      await gate.auditor.get('/v1/listeners/x/dead-letters'),
    ];
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403]);
    const { body: spare } = await gate.daemon.owner.post<{ id: string; secret: string }>('/v1/keys', {
      ...{ role: 'operator', label: 'for a while', days: 1 },
    });
    const url = `http://127.0.0.1:${receiver.port}/`;
    const { body: added } = await gate.daemon.panel(spare.secret).post<Added>('/v1/listeners', { url });
    receiver.secret = added.secret;
    await gate.daemon.owner.call('DELETE', `/v1/keys/${spare.id}`);
    const { serial } = await byPin(gate, person);
    expect((await receiver.heard('the event', ({ event }) => event?.serial === serial)).listenerId).toBe(added.id);
  });

  it.each([
    ['a public address', { url: 'https://1.1.1.1/' }, 422],
    ['a kind that no event has', { kinds: ['door.secret'] }, 400],
    ['an unknown field', { token: 'x' }, 400],
    ['a heartbeat that is none', { heartbeatSeconds: 1 }, 400],
  ])('are refused with %s', async (_what, changes, expected) => {
    const url = `http://127.0.0.1:${receiver.port}/`;
    expect((await gate.operator.post('/v1/listeners', { url, ...changes })).status).toBe(expected);
  });

  it('are added, tested, listed and removed on the command line', async () => {
    const url = `http://127.0.0.1:${receiver.port}/`;
    const added = await gate.site.run(['listeners', 'add', url, '--label', 'north', '--kinds', 'verification.decided']);
    const { id, secret } = JSON.parse(added.stdout) as Added;
    const tested = await gate.site.run(['listeners', 'test', id]);
    const listed = await gate.site.run(['listeners']);
    const letters = await gate.site.run(['listeners', 'dead-letters', id]);
    const removed = await gate.site.run(['listeners', 'remove', id]);
    expect([secret.startsWith('whsec_'), JSON.parse(tested.stdout)]).toEqual([
      true,
      { acknowledged: true, status: 204 },
    ]);
    expect(JSON.parse(listed.stdout).listeners[0]).toMatchObject({ id, label: 'north', deadLetters: 0 });
    expect(listed.stdout).not.toContain(secret);
    expect([JSON.parse(letters.stdout), removed.exitCode]).toEqual([{ deadLetters: [], total: 0 }, 0]);
  });

  it('that do not acknowledge a test end the command with exit code 6, and it says why', async () => {
    receiver.behave = (response) => void response.writeHead(503).end();
    const { id } = await listen();
    const { exitCode, stdout, stderr } = await gate.site.run(['listeners', 'test', id]);
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      6,
      { acknowledged: false, status: 503, problem: 'it answered 503' },
    ]);
    expect(stderr).toMatch(/did not acknowledge the test message: it answered 503\. It must answer 2xx/);
  });

  it('show what was refused, and send it again when asked', async () => {
    receiver.behave = (response, { event }) => void response.writeHead(event === undefined ? 204 : 422).end();
    const { id } = await listen();
    const { serial } = await byPin(gate, person);
    await receiver.heard('five attempts', ({ attempt }) => attempt === 5);
    const path = `/v1/listeners/${id}/dead-letters`;
    let letters = await gate.operator.get<{ deadLetters: { serial: number; status: number; kind: string }[] }>(path);
    while (letters.body.deadLetters.length === 0) letters = await gate.operator.get(path);
    receiver.behave = (response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>fine</html>');
    const before = receiver.told.length;
    const { status, body } = await gate.operator.post(`${path}/redeliver`, { serials: [serial] });
    const again = await receiver.heard('it again', (told) => receiver.told.indexOf(told) >= before);
    expect(letters.body.deadLetters).toMatchObject([{ serial, status: 422, kind: 'verification.decided' }]);
    expect([status, body, again.event?.serial, again.replay]).toEqual([202, { redelivering: 1 }, serial, true]);
  }, 60_000);
});

/** A certificate for an address of this machine that is its own authority. */
function authorityOf(name: string, address = '127.0.0.1'): { readonly key: string; readonly cert: string } {
  const folder = temporaryFolder();
  execFileSync('mkdir', ['-p', folder]);
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
      ...['-keyout', key, '-out', cert, '-subj', `/CN=${name}`, '-addext', `subjectAltName=IP:${address}`],
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
