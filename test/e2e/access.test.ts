/** Who may do what, from where, and how often. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../support/daemon.js';
import { Panel } from '../support/panel.js';
import { addPerson, type Gate, key, openGate, type Person, tomorrow } from './gate.js';
import { Site } from './site.js';

let gate: Gate;
let person: Person;

beforeAll(async () => {
  gate = await openGate();
  person = await addPerson(gate);
});
afterAll(() => gate.close());

interface Entry {
  readonly kind: string;
  readonly body: string;
}

describe('a key', () => {
  const routes: readonly [string, 'GET' | 'POST' | 'DELETE', string, unknown][] = [
    ['panel', 'GET', '/v1/subjects', undefined],
    ['panel', 'POST', '/v1/subjects', { ageBand: 'adult', expiresAt: tomorrow() }],
    ['panel', 'GET', '/v1/audit', undefined],
    ['panel', 'POST', '/v1/clock/confirmation', undefined],
    ['operator', 'POST', '/v1/keys', { role: 'admin', label: 'mine', days: 1 }],
    ['operator', 'GET', '/v1/audit', undefined],
    ['auditor', 'POST', '/v1/retention/sweep', undefined],
    ['auditor', 'POST', '/v1/verifications', { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-one' }],
    ['kiosk', 'GET', '/v1/events', undefined],
    ['kiosk', 'GET', '/v1/subjects', undefined],
  ];

  it.each(routes)('of a %s may not %s %s', async (role, method, path, body) => {
    const panel = gate.daemon.panel(await key(gate.daemon, role));
    const { status, body: problem } = await panel.call(method, path, body);
    expect([status, problem.code]).toEqual([403, 'forbidden']);
  });

  it('of a panel may not erase a person', async () => {
    const { status } = await gate.panel.call('DELETE', `/v1/subjects/${person.subjectId}`);
    expect([status, (await gate.operator.get(`/v1/subjects/${person.subjectId}`)).status]).toEqual([403, 200]);
  });

  it('of a kiosk may verify on the device itself', async () => {
    const kiosk = gate.daemon.panel(await key(gate.daemon, 'kiosk'));
    expect((await kiosk.start({ methods: ['pin'] })).state).toBe('waiting');
  });

  it('that is used for what it may not do leaves an entry in the audit', async () => {
    await gate.panel.get('/v1/audit');
    const { body } = await gate.auditor.get<{ entries: Entry[] }>('/v1/audit?limit=500');
    expect(body.entries.map(({ kind }) => kind)).toContain('access.denied');
  });

  it.each([
    ['none', undefined],
    ['an invented one', `mk_0123456789ab_${'A'.repeat(43)}`],
    ['nonsense', 'letmein'],
  ])('that is %s opens nothing, and the answer says what to send', async (_what, secret) => {
    const { status, body, headers } = await gate.daemon.panel(secret).get('/v1/events');
    expect([status, body.code, headers['www-authenticate']]).toEqual([401, 'unauthenticated', 'Bearer']);
  });

  it('that was changed by one letter opens nothing', async () => {
    const changed = gate.keys.panel.slice(0, -1) + (gate.keys.panel.endsWith('A') ? 'B' : 'A');
    expect((await gate.daemon.panel(changed).get('/v1/events')).status).toBe(401);
  });

  it('that was revoked opens nothing from that moment', async () => {
    const secret = await key(gate.daemon, 'panel');
    const panel = gate.daemon.panel(secret);
    const before = (await panel.get('/v1/events')).status;
    await gate.daemon.owner.call('DELETE', `/v1/keys/${secret.split('_')[1] ?? ''}`);
    expect([before, (await panel.get('/v1/events')).status]).toEqual([200, 401]);
  });

  it('whose time is over opens nothing', async () => {
    const secret = await key(gate.daemon, 'panel');
    await gate.daemon.stop();
    expire(gate, secret.split('_')[1] ?? '');
    gate = await gate.again();
    expect((await gate.daemon.panel(secret).get('/v1/events')).status).toBe(401);
  });

  it('is shown once, and stands in no list and no log', async () => {
    const secret = await key(gate.daemon, 'operator');
    const { text } = await gate.daemon.owner.get('/v1/keys');
    // The secret half can hold the separator itself.
    const half = secret.split('_').slice(2).join('_');
    expect(half.length).toBeGreaterThan(20);
    expect([text.includes(half), gate.daemon.log.includes(half)]).toEqual([false, false]);
  });
});

describe('guessing', () => {
  it('a PIN locks that person out for a while, and no one else', async () => {
    const victim = await addPerson(gate);
    const reasons: (string | undefined)[] = [];
    for (let round = 0; round < 8; round += 1) reasons.push(await reasonOf(victim, '000000'));
    const rightOne = await reasonOf(victim, victim.pin);
    expect([reasons[0], rightOne, await reasonOf(person, person.pin)]).toEqual([
      'credential-rejected',
      'locked-out',
      'pin-accepted',
    ]);
  });

  it('a person number tells nothing: nobody is answered as a wrong PIN is', async () => {
    const nobody = await reasonOf({ ...person, personNumber: 'NOBODY' }, '000000');
    expect(nobody).toBe('credential-rejected');
  });

  it.each([
    ['no key', undefined],
    ['an invented key', 'mk_0123456789ab_'.padEnd(59, 'A')],
  ])('with %s is slowed down, and health and honest panels are not', async (_what, secret) => {
    const stranger = gate.daemon.panel(secret);
    let last = 0;
    for (let round = 0; round < 40 && last !== 429; round += 1) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => stranger.get('/v1/events')));
      last = Math.max(...answers.map(({ status }) => status));
    }
    const health = await gate.daemon.panel().get('/v1/health');
    expect([last, health.status, (await gate.panel.get('/v1/events')).status]).toEqual([429, 200, 200]);
  });
});

describe('off loopback', () => {
  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
  if (!hasOpenssl) console.log('skipped: openssl makes the certificate of this test, and it is not there.');

  const lanAddress = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (lanAddress === undefined) console.log('skipped: this machine has no address but loopback.');
  let site: Site;
  let daemon: Daemon;
  let certificate: string;
  const at = (host: string, secret?: string): Panel =>
    new Panel({
      url: `https://${host}:${new URL(daemon.url).port}`,
      certificate,
      ...(secret === undefined ? {} : { key: secret }),
    });

  beforeAll(async () => {
    if (!hasOpenssl) return;
    site = new Site();
    certificate = makeCertificate(site.folder, lanAddress);
    const tls = { certificateFile: 'server.crt', keyFile: 'server.key' };
    site.write({ http: { panels: 'key-or-certificate', host: '0.0.0.0', port: 0, tls } });
    daemon = await Daemon.start(await site.init());
  });
  afterAll(async () => {
    if (!hasOpenssl) return;
    await daemon.stop();
    site.remove();
  });

  it.skipIf(!hasOpenssl)('the gate answers over TLS', async () => {
    expect((await at('localhost').get('/v1/health')).status).toBe(200);
  });

  it.skipIf(!hasOpenssl)('a panel that does not speak TLS gets no answer', async () => {
    const plain = new Panel({ url: `http://localhost:${new URL(daemon.url).port}` });
    await expect(plain.get('/v1/health')).rejects.toThrow();
  });

  it.skipIf(!hasOpenssl || lanAddress === undefined)(
    'the key of a kiosk opens nothing, and on the device it does',
    async () => {
      const secret = await key(daemon, 'kiosk');
      const request = { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-kiosk', methods: ['pin'] };
      const away = await at(lanAddress ?? '', secret).post('/v1/verifications', request);
      const here = await at('127.0.0.1', secret).post('/v1/verifications', request);
      expect([away.status, away.body.code, here.status]).toEqual([403, 'forbidden', 201]);
    },
  );
});

async function reasonOf({ personNumber }: Person, pin: string): Promise<string | undefined> {
  const { verificationId } = await gate.panel.start({ methods: ['pin'] });
  const path = `/v1/verifications/${verificationId}/pin`;
  const { body } = await gate.panel.post<{ decision?: { reason: string } }>(path, { personNumber, pin });
  return body.decision?.reason;
}

function expire({ site }: Gate, id: string): void {
  const database = new Sqlite(join(site.config.store.folder, 'menshen.db'));
  database.prepare('UPDATE api_key SET expires_at = 1 WHERE id = ?').run(id);
  database.close();
}

/** A self-signed pair for loopback and one more address. @returns the certificate */
function makeCertificate(folder: string, address = '127.0.0.2'): string {
  const files = ['-keyout', join(folder, 'server.key'), '-out', join(folder, 'server.crt')];
  const names = `subjectAltName=DNS:localhost,IP:127.0.0.1,IP:${address}`;
  const what = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=gate'];
  execFileSync('openssl', ['req', '-x509', ...what, '-addext', names, ...files], { stdio: 'ignore' });
  return readFileSync(join(folder, 'server.crt'), 'utf8');
}
