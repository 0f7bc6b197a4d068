/** The terminal as a panel of this dialect meets it. */
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type LanCall, MenshenError } from '#menshen/core/index.js';
import { Receiver } from '../outbox/receiver.js';
import { until } from '../support/daemon.js';
import { addPerson, newestAudit, purpose, type SiteOptions } from '../support/site.js';
import { type IsapiGate, type IsapiPanel, openGate } from './panel.js';

const hostsPath = '/ISAPI/Event/notification/httpHosts';
const doorPath = '/ISAPI/AccessControl/RemoteControl/door';

async function gateWith(options: SiteOptions = {}, role: 'panel' | 'operator' = 'panel') {
  const gate = await openGate(options);
  return { gate, panel: await gate.user('north', role) };
}

/** Somebody with a card, and a verification in which it is shown. */
async function cardAt(gate: IsapiGate, cardNumber = '11223344') {
  const { store, verifications } = gate.site;
  const person = addPerson(gate.site);
  store.credentials.addCard(person.id, cardNumber, 1);
  const { verificationId } = await verifications.start({ doorId: 'main', purpose, nonce: 'nonce-of-a-panel' });
  return { person, view: verifications.presentCard(verificationId, cardNumber), verificationId };
}

function happen({ site }: IsapiGate, count: number): void {
  for (let n = 0; n < count; n += 1) site.audit.append('door.event', { doorId: 'main', n });
}

describe('where the site did not ask for this dialect', () => {
  test.each([
    ['GET', '/ISAPI/System/deviceInfo'],
    ['GET', '/ISAPI/AccessControl/capabilities'],
    ['POST', '/ISAPI/AccessControl/AcsEvent?format=json'],
    ['PUT', hostsPath],
    ['GET', '/ISAPI/Event/notification/alertStream'],
    ['PUT', '/ISAPI/AccessControl/remoteCheck?format=json'],
    ['PUT', `${doorPath}/1`],
    ['GET', '/v1/isapi/users'],
  ] as const)('%s %s is nothing', async (method, url) => {
    const gate = await openGate({ changes: { 'isapi.enabled': false } });
    expect((await gate.raw(method, url)).status).toBe(404);
  });

  test('and it cannot be on where panels must show certificates', async () => {
    const changes = { 'http.panels': 'certificate', 'http.tls': { deviceAuthority: true } };
    await expect(openGate({ changes })).rejects.toBeInstanceOf(MenshenError);
  });
});

describe('the device says', () => {
  test('who it is, as XML and as JSON', async () => {
    const { panel } = await gateWith({ changes: { 'site.name': 'Gate <1> & "Co"' } });
    const xml = await panel.call('GET', '/ISAPI/System/deviceInfo');
    expect(xml.text).toContain('<deviceName>Gate &lt;1&gt; &amp; &quot;Co&quot;</deviceName>');
    expect(xml.headers['content-type']).toContain('application/xml');
    const json = await panel.call('GET', '/ISAPI/System/deviceInfo?format=json');
    expect(json.body.DeviceInfo).toMatchObject({
      deviceName: 'Gate <1> & "Co"',
      model: 'Menshen',
      serialNumber: 'gate-1',
    });
  });

  test('what it can do, and that face data is not among it', async () => {
    const { panel } = await gateWith();
    const { body } = await panel.call('GET', '/ISAPI/AccessControl/capabilities?format=json');
    expect(body.AccessControl).toMatchObject({
      isSupportAcsEvent: true,
      isSupportFDLib: false,
      isSupportFaceDataRecord: false,
    });
  });

  test.each([
    ['POST', '/ISAPI/Intelligent/FDLib/FaceDataRecord?format=json'],
    ['POST', '/ISAPI/Intelligent/FDLib?format=json'],
    ['POST', '/ISAPI/AccessControl/CaptureFaceData'],
    ['GET', '/ISAPI/Streaming/channels/1/picture'],
    ['POST', '/ISAPI/AccessControl/UserInfo/Record?format=json'],
  ] as const)('that %s %s is not supported', async (method, url) => {
    const { panel } = await gateWith();
    const { status, text } = await panel.call(method, url, '{}');
    expect([status, text.includes('notSupport')]).toEqual([403, true]);
  });
});

describe('the search', () => {
  test('pages through everything once, in order, with the words that panels wait for', async () => {
    const { gate, panel } = await gateWith();
    happen(gate, 70);
    const newest = gate.site.store.auditLog.newestEventSerial();
    const [serials, words]: [number[], string[]] = [[], []];
    for (let position = 0, total = 1; position < total; ) {
      const page = await panel.search({ searchID: 's-1', searchResultPosition: position, maxResults: 30 });
      serials.push(...page.InfoList.map(({ serialNo }: { serialNo: number }) => serialNo));
      words.push(page.responseStatusStrg);
      total = page.totalMatches;
      position += page.numOfMatches;
    }
    expect(serials).toEqual(Array.from({ length: newest }, (_, place) => place + 1));
    expect(words).toEqual(['MORE', 'MORE', 'OK']);
  });

  test('finds a range of serials, and says when there is nothing', async () => {
    const { gate, panel } = await gateWith();
    happen(gate, 20);
    const some = await panel.search({ searchID: 's', beginSerialNo: 5, endSerialNo: 9, major: 0, minor: 0 });
    const none = await panel.search({ searchID: 's', beginSerialNo: 1000 });
    expect([some.totalMatches, some.InfoList[0].serialNo, some.responseStatusStrg]).toEqual([5, 5, 'OK']);
    expect(none).toMatchObject({ responseStatusStrg: 'NO MATCH', numOfMatches: 0, totalMatches: 0, InfoList: [] });
  });

  test('finds what happened in a time, with whatever offset it is written', async () => {
    const { gate, panel } = await gateWith();
    happen(gate, 3);
    gate.site.clock.advance(3_600_000);
    const fromMs = gate.site.clock.wallMs();
    happen(gate, 2);
    const china = `${new Date(fromMs + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
    const found = await panel.search({ searchID: 's', startTime: china });
    expect(found.totalMatches).toBe(2);
  });

  test('finds by code, and tells of a person what the site allows', async () => {
    const { gate, panel } = await gateWith({ changes: { 'events.personFields': 'person-number' } });
    const { person } = await cardAt(gate);
    const { personNumber } = gate.site.store.subjects.profile(person.id);
    const { totalMatches, InfoList } = await panel.search({ searchID: 's', major: 5, minor: 1 });
    expect([totalMatches, InfoList[0].employeeNoString, InfoList[0].doorNo]).toEqual([1, personNumber, 1]);
    expect(InfoList[0]).not.toHaveProperty('name');
  });

  test('tells of nobody where the site says so', async () => {
    const { gate, panel } = await gateWith({ changes: { 'events.personFields': 'none' } });
    const { person } = await cardAt(gate);
    const { text } = await panel.call('POST', '/ISAPI/AccessControl/AcsEvent?format=json', {
      AcsEventCond: { searchID: 's' },
    });
    expect(text).not.toContain(person.id);
  });

  test.each([
    ['an employee’s number, which it cannot look for', { searchID: 's', employeeNoString: '7' }],
    ['a moment without an offset', { searchID: 's', startTime: '2026-03-02T08:00:00' }],
    ['a page of a million', { searchID: 's', maxResults: 1_000_000 }],
    ['a position that is no number', { searchID: 's', searchResultPosition: '1; DROP TABLE audit' }],
    ['a list in place of the condition', []],
  ])('refuses %s', async (_what, cond) => {
    const { panel } = await gateWith();
    const { status, body } = await panel.call('POST', '/ISAPI/AccessControl/AcsEvent?format=json', {
      AcsEventCond: cond,
    });
    expect([status, body.statusCode, body.subStatusCode]).toEqual([400, 6, 'badParameters']);
  });
});

const hostsXml = (...hosts: readonly { ip: string; port: number; url?: string; protocol?: string }[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<HttpHostNotificationList version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">${hosts
    .map(
      ({ ip, port, url = '/events', protocol = 'HTTP' }, place) =>
        `<HttpHostNotification><id>${place + 1}</id><url>${url}</url><protocolType>${protocol}</protocolType>
<parameterFormatType>JSON</parameterFormatType><addressingFormatType>ipaddress</addressingFormatType>
<ipAddress>${ip}</ipAddress><portNo>${port}</portNo><httpAuthenticationMethod>none</httpAuthenticationMethod></HttpHostNotification>`,
    )
    .join('')}</HttpHostNotificationList>`;

describe('a host that a panel names', () => {
  test('is told of events in this dialect, in order, and listed', async () => {
    const { gate, panel } = await gateWith({}, 'operator');
    const { timers } = gate.site;
    const receiver = await Receiver.open();
    try {
      gate.services.outbox.start();
      expect((await panel.call('PUT', hostsPath, hostsXml({ ip: '127.0.0.1', port: receiver.port }))).status).toBe(200);
      happen(gate, 3);
      const bodies = await until('three events', () => {
        timers.advance(0);
        const told = receiver.texts.map((text) => JSON.parse(text));
        const events = told.filter(({ eventType }) => eventType === 'AccessControllerEvent');
        return events.length >= 3 ? events : undefined;
      });
      const serials = bodies.map(({ AccessControllerEvent: event }) => event.serialNo);
      expect(serials).toEqual([...serials].sort((one, other) => one - other));
      expect(bodies.at(-1).AccessControllerEvent).toMatchObject({
        ...{ majorEventType: 5, currentEvent: true, doorNo: 1, frontSerialNo: serials.at(-1) - 1 },
      });
      const list = await panel.call('GET', `${hostsPath}?format=json`);
      expect(list.body.HttpHostNotificationList).toMatchObject([
        { HttpHostNotification: { id: 1, ipAddress: '127.0.0.1', portNo: receiver.port, protocolType: 'HTTP' } },
      ]);
    } finally {
      receiver.close();
    }
  });

  test('goes with the next list, and who stays keeps its place', async () => {
    const { gate, panel } = await gateWith({}, 'operator');
    const [one, other] = [
      { ip: '127.0.0.1', port: 9001 },
      { ip: '127.0.0.1', port: 9002 },
    ];
    await panel.call('PUT', hostsPath, hostsXml(one, other));
    const before = gate.services.outbox.list().map(({ listener }) => [listener.id, listener.url]);
    await panel.call('PUT', hostsPath, hostsXml(other));
    const after = gate.services.outbox.list().map(({ listener }) => [listener.id, listener.url]);
    expect(after).toEqual(before.filter(([, url]) => url?.includes('9002')));
    await panel.call('PUT', hostsPath, { HttpHostNotificationList: [] });
    expect(gate.services.outbox.list()).toEqual([]);
  });

  const ports = (...list: number[]) => hostsXml(...list.map((port) => ({ ip: '127.0.0.1', port })));
  const portsOf = ({ services }: IsapiGate) =>
    services.outbox
      .list()
      .map(({ listener }) => new URL(listener.url).port)
      .sort()
      .join(' ');

  test('is there as the later of two lists says, which comes while the former is being put', async () => {
    const { gate, panel } = await gateWith({}, 'operator');
    await panel.call('PUT', hostsPath, ports(9001, 9002));
    const { outbox } = gate.services;
    const remove = outbox.remove.bind(outbox);
    const removed: string[] = [];
    // As where a call to that host is under way and has to end first.
    outbox.remove = async (id, by) => {
      await remove(id, by);
      removed.push(id);
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    const former = panel.call('PUT', hostsPath, ports(9003));
    await until('the first host is gone', () => removed[0]);
    const later = panel.call('PUT', hostsPath, ports(9001, 9002));
    expect([(await former).status, (await later).status, portsOf(gate)]).toEqual([200, 200, '9001 9002']);
  });

  test('is put after one that was refused as if that had never come', async () => {
    const { gate, panel } = await gateWith({}, 'operator');
    await panel.greet();
    const bodies = [hostsXml({ ip: '8.8.8.8', port: 9001 }), ports(9002)];
    const [refused, taken] = await Promise.all(bodies.map((body) => panel.call('PUT', hostsPath, body)));
    expect([refused?.status, taken?.status, portsOf(gate)]).toEqual([400, 200, '9002']);
  });

  test('that a failing disk does not take is refused, and ends nothing but that call', async () => {
    const { gate, panel } = await gateWith({}, 'operator');
    const { registers } = gate.site.store;
    const full = new MenshenError('store-full', 'full');
    const add = registers.add.bind(registers);
    registers.add = (register, entry) => {
      if (register === 'isapi-host') throw full;
      add(register, entry);
    };
    gate.services.outbox.remove = () => Promise.reject(full);
    expect((await panel.call('PUT', hostsPath, hostsXml({ ip: '127.0.0.1', port: 9001 }))).status).toBe(507);
    await new Promise((resolve) => setImmediate(resolve));
    expect(gate.site.logged).toContain('error isapi.host-left');
  });

  test('is none of a mere panel’s to name', async () => {
    const { gate, panel } = await gateWith();
    expect((await panel.call('PUT', hostsPath, hostsXml({ ip: '127.0.0.1', port: 9001 }))).status).toBe(403);
    expect(gate.services.outbox.list()).toEqual([]);
  });

  test.each([
    ['a public address', hostsXml({ ip: '8.8.8.8', port: 80 })],
    ['the LAN without TLS', hostsXml({ ip: '10.0.0.5', port: 80 })],
    ['the LAN with TLS, and no authority to check it by', hostsXml({ ip: '10.0.0.5', port: 443, protocol: 'HTTPS' })],
    ['a name', hostsXml({ ip: 'panel.example', port: 80 })],
    ['an address with a password in it', hostsXml({ ip: 'a:b@127.0.0.1', port: 80 })],
    ['a doctype', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${hostsXml({ ip: '127.0.0.1', port: 80 })}`],
    ['an entity of its own', hostsXml({ ip: '127.0.0.1', port: 80, url: '/&e;' })],
    ['a comment', hostsXml({ ip: '127.0.0.1', port: 80, url: '/<!-- x -->' })],
    ['CDATA', hostsXml({ ip: '127.0.0.1', port: 80, url: '<![CDATA[/x]]>' })],
    ['elements that are not closed', '<HttpHostNotificationList><HttpHostNotification>'],
    ['elements closed in another order', '<HttpHostNotificationList><a><b></a></b></HttpHostNotificationList>'],
    ['a thousand levels', `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`],
    ['a thousand elements', `<HttpHostNotificationList>${'<a/>'.repeat(1000)}</HttpHostNotificationList>`],
    ['two roots', '<HttpHostNotificationList/><HttpHostNotificationList/>'],
    ['something else', '<RemoteControlDoor><cmd>open</cmd></RemoteControlDoor>'],
    ['nothing', ''],
    ['a JSON that names prototypes', '{"__proto__":{"x":1}}'],
    ['half a JSON', '{"HttpHostNotificationList":['],
  ])('is refused with %s', async (_what, body) => {
    const { gate, panel } = await gateWith({}, 'operator');
    const { status, text } = await panel.call('PUT', hostsPath, body);
    expect([status, text.includes('<statusCode>6</statusCode>')]).toEqual([400, true]);
    expect(gate.services.outbox.list()).toEqual([]);
  });

  test('is refused with a body that is too large to be one', async () => {
    const { panel } = await gateWith({}, 'operator');
    expect((await panel.call('PUT', hostsPath, `<a>${'x'.repeat(20_000)}</a>`)).status).toBe(413);
  });
});

/** The parts of an alert stream as they come. */
class Alerts {
  // biome-ignore lint/suspicious/noExplicitAny: parts are what they are; tests look at single fields.
  readonly parts: any[] = [];
  #rest = '';
  closed = false;

  constructor(response: IncomingMessage) {
    response.on('error', () => undefined);
    response.on('close', () => {
      this.closed = true;
    });
    response.setEncoding('utf8').on('data', (text: string) => {
      const pieces = (this.#rest + text).split('--menshen-alert\r\n');
      for (const piece of pieces) {
        const [head = '', body = ''] = piece.split('\r\n\r\n');
        const length = Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? -1);
        if (length >= 0 && Buffer.byteLength(body.trimEnd()) === length) this.parts.push(JSON.parse(body));
      }
      this.#rest = this.parts.length === 0 ? text : '';
    });
  }

  serials(): number[] {
    return this.parts.flatMap(({ AccessControllerEvent: event }) => (event === undefined ? [] : [event.serialNo]));
  }
}

async function openStream(gate: IsapiGate, panel: IsapiPanel): Promise<Alerts> {
  const url = '/ISAPI/Event/notification/alertStream';
  if (gate.server.server.address() === null) await gate.server.listen({ host: '127.0.0.1', port: 0 });
  await panel.greet();
  const { port } = gate.server.server.address() as AddressInfo;
  const headers = { authorization: panel.authorization('GET', url) };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: url, headers, agent: false }, resolve).on('error', reject);
  });
  expect([response.statusCode, response.headers['content-type']]).toEqual([
    200,
    'multipart/mixed; boundary=menshen-alert',
  ]);
  return new Alerts(response);
}

describe('the alert stream', () => {
  test('begins with a heartbeat and tells what happens from now on', async () => {
    const { gate, panel } = await gateWith();
    happen(gate, 3);
    const newest = gate.site.store.auditLog.newestEventSerial();
    const stream = await openStream(gate, panel);
    await until('a heartbeat', () => stream.parts.find(({ eventType }) => eventType === 'heartBeat'));
    happen(gate, 2);
    await until('two events', () => stream.serials().length === 2 || undefined);
    expect(stream.serials()).toEqual([newest + 1, newest + 2]);
  });

  test('knows no resuming: after a restart the search by serial fills the gap, without one missing or twice', async () => {
    const { gate, panel } = await gateWith();
    const stream = await openStream(gate, panel);
    happen(gate, 2);
    await until('two events', () => stream.serials().length === 2 || undefined);
    const last = stream.serials().at(-1) ?? 0;
    await gate.server.close();
    happen(gate, 3);

    const after = await openGate({ store: gate.site.store, clock: gate.site.clock });
    const again = new (panel.constructor as typeof IsapiPanel)(after, panel.credentials);
    const next = await openStream(after, again);
    happen(after, 1);
    await until('the next event', () => next.serials()[0]);
    const first = next.serials()[0] ?? 0;
    const missed = await again.search({ searchID: 's', beginSerialNo: last + 1, endSerialNo: first - 1 });
    const told = missed.InfoList.map(({ serialNo }: { serialNo: number }) => serialNo);
    expect([...told, first]).toEqual(Array.from({ length: first - last }, (_, place) => last + 1 + place));
  });

  test('is refused to a user who has eight of them, until one is closed', async () => {
    const { gate, panel } = await gateWith();
    for (let n = 0; n < 8; n += 1) await openStream(gate, panel);
    const refused = await panel.call('GET', '/ISAPI/Event/notification/alertStream');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '2']);
  });

  test('that a failing disk cuts off ends nothing else', async () => {
    const { gate, panel } = await gateWith();
    const stream = await openStream(gate, panel);
    const { auditLog } = gate.site.store;
    const events = auditLog.events.bind(auditLog);
    auditLog.events = () => {
      throw new MenshenError('store-failing', 'SQLITE_IOERR_READ');
    };
    happen(gate, 1);
    await until('its end', () => stream.closed || undefined);
    auditLog.events = events;
    expect(gate.site.logged).toContain('error alert-stream.fault');
    const again = await openStream(gate, panel);
    happen(gate, 1);
    await until('the next event', () => again.serials()[0]);
  });

  test('ends when its user is revoked', async () => {
    const { gate, panel } = await gateWith();
    const stream = await openStream(gate, panel);
    const { secret } = gate.site.apiKeys.add({ role: 'admin', label: 'owner', days: 30 });
    await gate.server.inject({
      method: 'DELETE',
      url: '/v1/isapi/users/north',
      headers: { authorization: `Bearer ${secret}` },
    });
    happen(gate, 1);
    await until('the end', () => stream.closed || undefined);
    expect(stream.serials()).toEqual([]);
  });
});

describe('the remote check', () => {
  const held = { remoteCheck: { doors: ['main'], timeoutMs: 4000 } };
  const answer = (panel: IsapiPanel, serialNo: number, checkResult = 'success') =>
    panel.call('PUT', '/ISAPI/AccessControl/remoteCheck?format=json', {
      RemoteCheck: { serialNo, checkResult, info: 'Ann may pass' },
    });

  async function question(panel: IsapiPanel): Promise<{ serialNo: number; remoteCheck: boolean }> {
    const { InfoList } = await panel.search({ searchID: 's', maxResults: 500 });
    return InfoList.findLast(({ remoteCheck }: { remoteCheck?: boolean }) => remoteCheck === true);
  }

  test.each([
    ['success', 'grant', 'card-accepted'],
    ['failed', 'deny', 'panel-refused'],
  ])('answered with %s: %s', async (word, decision, reason) => {
    const { gate, panel } = await gateWith({ changes: held });
    const { verificationId } = await cardAt(gate);
    const { serialNo } = await question(panel);
    expect((await answer(panel, serialNo, word)).status).toBe(200);
    expect(gate.site.verifications.view(verificationId).decision).toMatchObject({ decision, reason });
    const record = newestAudit(gate.site, 'verification.decided');
    expect([record?.checkedBy, record?.checkInfo]).toEqual(['isapi:north', undefined]);
  });

  test('counts once, in time, and for its own serial', async () => {
    const { gate, panel } = await gateWith({ changes: held });
    const { verificationId } = await cardAt(gate);
    const { serialNo } = await question(panel);
    const wrong = await answer(panel, serialNo + 1);
    gate.site.timers.advance(4000);
    const late = await answer(panel, serialNo);
    expect([wrong.status, late.status]).toEqual([409, 409]);
    expect(gate.site.verifications.view(verificationId).decision?.reason).toBe('panel-away');
  });

  test.each([
    ['its own name', 'isapi:north', 200],
    ['others alone', 'isapi:south', 409],
  ])('of a site that lists %s: the panel north gets %s', async (_whom, listed, status) => {
    const changes = { remoteCheck: { ...held.remoteCheck, panels: [listed] } };
    const { gate, panel } = await gateWith({ changes });
    const { verificationId } = await cardAt(gate);
    const { serialNo } = await question(panel);
    expect((await answer(panel, serialNo)).status).toBe(status);
    const { state } = gate.site.verifications.view(verificationId);
    expect(state).toBe(status === 200 ? 'decided' : 'waiting');
  });

  test.each([
    ['no', 'deny', 'panel-away'],
    [undefined, 'grant', 'panel-away-granted'],
  ])('answered with %s, a word that nobody knows, by the end of the time: %s', async (word, decision, reason) => {
    const access = { groups: [{ id: 'guards', doors: ['main', 'side', 'blind'], everyone: true }] };
    const remoteCheck = { ...held.remoteCheck, whenAway: { grantGroups: ['guards'] } };
    const { gate, panel } = await gateWith({ changes: { access, remoteCheck } });
    const { site } = gate;
    const { verificationId, person } = await cardAt(gate);
    site.store.subjects.setGroups(person.id, ['guards']);
    if (word !== undefined) expect((await answer(panel, (await question(panel)).serialNo, word)).status).toBe(400);
    site.timers.advance(4000);
    expect(site.verifications.view(verificationId).decision).toMatchObject({ decision, reason });
  });

  const reply = (body: unknown) => ({ status: 200, headers: {}, body: JSON.stringify(body) });
  test.each([
    ['success', (serialNo: number) => reply({ RemoteCheck: { serialNo, checkResult: 'success' } }), 'card-accepted'],
    ['failed', (serialNo: number) => reply({ RemoteCheck: { serialNo, checkResult: 'failed' } }), 'panel-refused'],
    [
      'a yes to another event',
      (n: number) => reply({ RemoteCheck: { serialNo: n + 1, checkResult: 'success' } }),
      'panel-away',
    ],
    ['words', () => reply('yes'), 'panel-away'],
  ])('the other way round, the host’s reply to the terminal’s own call: %s', async (_what, replies, reason) => {
    const asked: { serialNo: number; remoteCheck: boolean }[] = [];
    const lan = {
      call: async ({ body }: LanCall) => {
        const { AccessControllerEvent: event } = JSON.parse(body);
        asked.push(event);
        return replies(event.serialNo);
      },
    };
    const listener = 'l-0123456789ab';
    const changes = { remoteCheck: { doors: ['main'], via: 'webhook-answer', listener } };
    const { gate } = await gateWith({ changes, lan });
    const { store } = gate.site;
    const row = { id: listener, label: 'host', url: 'http://127.0.0.1:9001/', kinds: [], heartbeatSeconds: 60 };
    store.listeners.add({ ...row, keyId: 'a', createdAtMs: 1, cursor: 0 }, 's');
    store.registers.add('isapi-host', { id: listener, atMs: 1, state: 'active', body: {} });
    const { verificationId } = await cardAt(gate);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toMatchObject([{ remoteCheck: true, majorEventType: 5, subEventType: 1 }]);
    expect(gate.site.verifications.view(verificationId).decision?.reason).toBe(reason);
  });
});

describe('the remote door command', () => {
  const cmd = (word: string) => `<RemoteControlDoor><cmd>${word}</cmd></RemoteControlDoor>`;

  test('open is an event that the door’s controller reads, valid as long as a grant', async () => {
    const { gate, panel } = await gateWith();
    expect((await panel.call('PUT', `${doorPath}/1`, cmd('open'))).status).toBe(200);
    const released = newestAudit(gate.site, 'door.remote-released');
    expect(released).toMatchObject({ doorId: 'main', by: 'isapi:north' });
    const { totalMatches } = await panel.search({ searchID: 's', major: 3, minor: 1024 });
    expect(totalMatches).toBe(1);
  });

  test.each([
    ['alwaysOpen', 'free'],
    ['alwaysClose', 'lock-down'],
  ])('%s sets the door %s, for a user of the role operator alone', async (word, state) => {
    const { gate, panel } = await gateWith();
    const operator = await gate.user('south', 'operator');
    const refused = await panel.call('PUT', `${doorPath}/1`, cmd(word));
    const before = gate.site.doors.view('main').state;
    const done = await operator.call('PUT', `${doorPath}/1`, { RemoteControlDoor: { cmd: word } });
    expect([refused.status, before, done.status, gate.site.doors.view('main').state]).toEqual([
      403,
      'normal',
      200,
      state,
    ]);
  });

  test('opens no door that is locked down', async () => {
    const { gate, panel } = await gateWith();
    gate.site.doors.setState('main', { state: 'lock-down', reason: 'a drill', by: 'op-1' });
    expect((await panel.call('PUT', `${doorPath}/1`, cmd('open'))).status).toBe(409);
    expect((await panel.call('PUT', `${doorPath}/65535`, cmd('open'))).status).toBe(409);
    expect(newestAudit(gate.site, 'door.remote-released')).toBeUndefined();
  });

  test.each([
    ['0', 'open'],
    ['99', 'open'],
    ['1e0', 'open'],
    ['../1', 'open'],
    ['1', 'explode'],
  ])('refuses door %s with %s', async (door, word) => {
    const { gate, panel } = await gateWith();
    const { status } = await panel.call('PUT', `${doorPath}/${encodeURIComponent(door)}`, cmd(word));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(newestAudit(gate.site, 'door.remote-released')).toBeUndefined();
  });
});
