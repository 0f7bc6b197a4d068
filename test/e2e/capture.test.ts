/** M8.2, invariant 10: what really leaves, as a machine on the same cable sees it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CapturedNetwork, type Flow, lanAddress, terminalAddress, whyNoCapture } from '../support/captured-network.js';
import { Daemon } from '../support/daemon.js';
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
    const { daemon, certificate } = await terminalOnTheLan(net);
    const person = await addPerson(new OwnersGate(daemon));
    const secret = await key(daemon, 'panel');
    const decided = await net.node('lan', panelThatAsks({ secret, certificate, ...person }));
    const seen = net.flows();
    const control = await positiveControl(net);
    console.log(`flows seen: ${seen.join('; ')}`);
    expect([decided, seen, net.flows()]).toEqual([
      'pin-accepted then 200',
      [`${lanAddress} -> ${terminalAddress}:8460 tcp`],
      expect.arrayContaining([...control]),
    ]);
  });
});

interface SelfTest {
  readonly results: readonly { readonly id: string; readonly state: string }[];
}

const canaryIn = ({ results }: SelfTest) => results.find(({ id }) => id === 'egress-canary')?.state;

async function terminalOnTheLan(net: CapturedNetwork): Promise<{ daemon: Daemon; certificate: string }> {
  const site = new Site();
  const [certificateFile, keyFile] = [join(site.folder, 'server.crt'), join(site.folder, 'server.key')];
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
  const names = `subjectAltName=IP:${terminalAddress}`;
  execFileSync('openssl', ['req', '-x509', ...what, '-addext', names, '-keyout', keyFile, '-out', certificateFile], {
    stdio: 'ignore',
  });
  const tls = { certificateFile, keyFile };
  site.write({ http: { ...site.config.http, host: terminalAddress, port: 8460, tls } });
  return { daemon: await daemonIn(net, await site.init()), certificate: readFileSync(certificateFile, 'utf8') };
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
