/** M8.2, invariant 10: what really leaves, as a machine on the same cable sees it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CapturedNetwork, type Flow, lanAddress, terminalAddress, whyNoCapture } from '../support/captured-network.js';
import { Daemon, until } from '../support/daemon.js';
import { footage, whyNoFootage } from '../support/files.js';
import type { Decision } from '../support/panel.js';
import { addPerson, byFace, enrolledPerson, faceSite, Gate, key, recordAssessment } from './gate.js';
import { Site } from './site.js';

if (whyNoCapture !== undefined) console.log(whyNoCapture);
else if (footage === undefined) console.log(whyNoFootage);

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function network(): Promise<CapturedNetwork> {
  const made = await CapturedNetwork.open();
  open.push(() => made.close());
  return made;
}

async function daemonIn(net: CapturedNetwork, site: Site): Promise<Daemon> {
  const daemon = await Daemon.start(site, { prefix: net.inside('terminal') });
  open.push(async () => {
    await daemon.stop();
    site.remove();
  });
  return daemon;
}

/** The canary's own packet, sent by a program without the guard: where it is not captured, nothing was proved. */
async function positiveControl(net: CapturedNetwork): Promise<readonly Flow[]> {
  await net.node(
    'terminal',
    `import net from 'node:net'; import dgram from 'node:dgram';
     net.connect(443, '192.0.2.1').on('error', () => 0); net.connect(443, '2001:db8::1').on('error', () => 0);
     const socket = dgram.createSocket('udp4'); socket.send('x', 53, '192.0.2.1');
     setTimeout(() => process.exit(0), 300)`,
  );
  const sent = [`${terminalAddress} -> 192.0.2.1:443 tcp`, `${terminalAddress} -> 192.0.2.1:53 udp`];
  for (const flow of sent) await net.sees(flow);
  return sent;
}

/** Where the network is another one, only the owner's socket leads in. */
class OwnersGate extends Gate {
  constructor(daemon: Daemon) {
    super(daemon, { panel: '', operator: '', auditor: '' });
  }

  override get panel() {
    return this.daemon.owner;
  }

  override get operator() {
    return this.daemon.owner;
  }
}

describe.skipIf(whyNoCapture !== undefined)('on the cable', () => {
  it.skipIf(footage === undefined)(
    'M8.2: nothing is seen of an enrolment and a visit by face, though a route leads out, and a deliberate packet is',
    async () => {
      if (footage === undefined) return;
      const net = await network();
      const daemon = await daemonIn(net, await new Site(faceSite(footage, ['person-a'])).init());
      const gate = new OwnersGate(daemon);
      await recordAssessment(gate);
      await daemon.seeing();
      const { decision }: Decision = await gate.panel.verify(byFace(await enrolledPerson(gate)));
      const selfTest = await daemon.owner.get<SelfTest>('/v1/self-test');
      const before = net.flows();
      const control = await positiveControl(net);
      expect([decision, canaryIn(selfTest.body), before, net.flows()]).toEqual([
        'grant',
        'passed',
        [],
        expect.arrayContaining([...control]),
      ]);
    },
  );

  it('M8.2: only the listed flows are seen of a terminal that a panel on the network uses', async () => {
    const net = await network();
    const { daemon, certificate, listener, heard } = await terminalOnTheLan(net);
    const added = await daemon.owner.post('/v1/listeners', { url: listenerUrl, authority: listener });
    const person = await addPerson(new OwnersGate(daemon));
    const secret = await key(daemon, 'panel');
    const decided = await net.node('lan', panelThatAsks({ secret, certificate, ...person }));
    const told = await heard;
    const seen = net.flows();
    const control = await positiveControl(net);
    console.log(`flows seen: ${seen.join('; ')}`);
    expect([added.status, told]).toEqual([201, 'webhook and syslog']);
    expect([decided, [...seen].sort(), net.flows()]).toEqual([
      'pin-accepted then 200',
      [
        `${lanAddress} -> ${terminalAddress}:8460 tcp`,
        `${terminalAddress} -> ${lanAddress}:${collectorPort} udp`,
        `${terminalAddress} -> ${lanAddress}:${listenerPort} tcp`,
      ],
      expect.arrayContaining([...control]),
    ]);
  });
});

interface SelfTest {
  readonly results: readonly { readonly id: string; readonly state: string }[];
}

const canaryIn = ({ results }: SelfTest) => results.find(({ id }) => id === 'egress-canary')?.state;

const listenerPort = 9443;
const collectorPort = 5514;
const listenerUrl = `https://${lanAddress}:${listenerPort}/events`;

async function terminalOnTheLan(net: CapturedNetwork) {
  const site = new Site();
  const tls = certified(site.folder, 'server', terminalAddress);
  const listener = certified(site.folder, 'listener', lanAddress);
  const ready = join(site.folder, 'listening');
  const heard = net.node('lan', panelThatListens({ ...listener, ready }));
  await until('the listener', () => (existsSync(ready) ? true : undefined));
  site.write({
    http: { ...site.config.http, host: terminalAddress, port: 8460, tls },
    syslog: { host: lanAddress, port: collectorPort, protocol: 'udp', kinds: ['verification.decided'] },
  });
  const daemon = await daemonIn(net, await site.init());
  const [certificate, listenersOwn] = [tls, listener].map(({ certificateFile }) =>
    readFileSync(certificateFile, 'utf8'),
  );
  return { daemon, certificate: certificate ?? '', listener: listenersOwn ?? '', heard };
}

function certified(folder: string, name: string, address: string) {
  const [certificateFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const what = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=gate',
  ];
  const names = `subjectAltName=IP:${address}`;
  execFileSync('openssl', ['req', '-x509', ...what, '-addext', names, '-keyout', keyFile, '-out', certificateFile], {
    stdio: 'ignore',
  });
  return { certificateFile, keyFile };
}

/** A panel's listener and a collector on another machine; ends when both were told of a decision. */
function panelThatListens(parts: Record<'certificateFile' | 'keyFile' | 'ready', string>): string {
  return `
    import { createSocket } from 'node:dgram';
    import { readFileSync, writeFileSync } from 'node:fs';
    import { createServer } from 'node:https';
    const { certificateFile, keyFile, ready } = ${JSON.stringify(parts)};
    const told = { webhook: false, syslog: false };
    const hear = (what, text) => {
      told[what] ||= text.includes('verification.decided');
      if (!told.webhook || !told.syslog) return;
      process.stdout.write('webhook and syslog');
      setTimeout(() => process.exit(0), 100);
    };
    const server = createServer({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) }, (asked, answer) => {
      const parts = [];
      asked.on('data', (part) => parts.push(part));
      asked.on('end', () => answer.writeHead(204).end(() => hear('webhook', Buffer.concat(parts).toString())));
    });
    const socket = createSocket('udp4').on('message', (bytes) => hear('syslog', bytes.toString()));
    socket.bind(${collectorPort}, '${lanAddress}', () =>
      server.listen(${listenerPort}, '${lanAddress}', () => writeFileSync(ready, '')));
    setTimeout(() => process.exit(1), 120_000);`;
}

/** A panel on another machine: starts a verification, presents number and PIN, reads the events. */
function panelThatAsks(parts: Record<'secret' | 'certificate' | 'personNumber' | 'pin', string>): string {
  return `
    import { request } from 'node:https';
    const { secret, certificate, personNumber, pin } = ${JSON.stringify(parts)};
    const call = (method, path, body) => new Promise((resolve, reject) => {
      const headers = { authorization: 'Bearer ' + secret, 'content-type': 'application/json' };
      const sent = request({ host: '${terminalAddress}', port: 8460, method, path, ca: certificate, headers }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => resolve({ status: answer.statusCode, body: JSON.parse(Buffer.concat(parts).toString()) }));
      });
      sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
    const start = { doorId: 'main', purpose: 'entrance', act: { kind: 'button' }, nonce: 'nonce-of-a-test', methods: ['pin'] };
    const { body: { verificationId } } = await call('POST', '/v1/verifications', start);
    const { body: { decision } } = await call('POST', '/v1/verifications/' + verificationId + '/pin', { personNumber, pin });
    const events = await call('GET', '/v1/events');
    process.stdout.write(decision.reason + ' then ' + events.status);`;
}
