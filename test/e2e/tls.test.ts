/** The device's own certificate and panels with theirs, on the real daemon and its command line. */
import { request as https } from 'node:https';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyPair, requestOf } from '../support/certificates.js';
import { Daemon } from '../support/daemon.js';
import { Panel } from '../support/panel.js';
import { Site } from './site.js';

let site: Site;
let daemon: Daemon;
let authority: string;

beforeAll(async () => {
  site = new Site();
  const { http } = site.config;
  site.write({ http: { ...http, tls: { deviceAuthority: true, names: ['localhost'] } } });
  await site.init();
  daemon = await Daemon.start(site);
  const { stdout } = await site.run(['tls', 'show']);
  authority = stdout.slice(stdout.indexOf('-----BEGIN'));
});
afterAll(async () => {
  await daemon.stop();
  site.remove();
});

interface Client {
  readonly certificate: string;
  readonly privateKey: string;
}

function statusOf(path: string, client?: Client): Promise<number> {
  const shown = client === undefined ? {} : { cert: client.certificate, key: client.privateKey };
  return new Promise((resolve, reject) => {
    https(new URL(path, daemon.url), { ca: authority, agent: false, ...shown }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

it('a panel that knows the device’s authority reaches it, under its address and its name', async () => {
  const named = new Panel({ url: daemon.url.replace('127.0.0.1', 'localhost'), certificate: authority });
  expect([await statusOf('/v1/health'), (await named.get('/v1/health')).status]).toEqual([200, 200]);
});

it('a panel is let in, listed and shut out from the command line', async () => {
  const { stdout } = await site.run(['panels', 'invite', '--label', 'north gate', '--days', '30']);
  const { code, authorityFingerprint } = JSON.parse(stdout);
  const keys = await keyPair();
  const panel = new Panel({ url: daemon.url, certificate: authority });
  const { body } = await panel.post<{ panelId: string; certificate: string }>('/v1/panels/enrol', {
    code,
    request: await requestOf(keys),
  });
  const client = { certificate: body.certificate, privateKey: keys.privateKey };
  const before = await statusOf('/v1/events', client);
  const listed = await site.run(['panels', 'list']);
  await site.run(['panels', 'revoke', body.panelId]);
  const shown = await site.run(['tls', 'show']);
  expect([
    before,
    listed.stdout.includes(body.panelId),
    await statusOf('/v1/events', client),
    shown.stdout.includes(authorityFingerprint),
  ]).toEqual([200, true, 401, true]);
});

it('a code stands in no log', async () => {
  const { stdout } = await site.run(['panels', 'invite', '--label', 'south gate']);
  expect(daemon.log.includes(JSON.parse(stdout).code)).toBe(false);
});

it('the same authority is there after a restart', async () => {
  await daemon.stop();
  daemon = await Daemon.start(site);
  expect(await statusOf('/v1/health')).toBe(200);
});

it('a code is not given out where nobody could use it', async () => {
  const plain = new Site();
  const { exitCode, stdout, stderr } = await plain.run(['panels', 'invite', '--label', 'north gate']);
  plain.remove();
  expect([exitCode === 0, stdout]).toEqual([false, '']);
  expect(stderr).toContain('Set http.tls');
});
