/** The gate's screen against the real service: how it is paired, where it answers, and what ends it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Daemon } from '../support/daemon.js';
import { Panel } from '../support/panel.js';
import { Site } from './site.js';

const screen = { doorId: 'main', defaultLanguage: 'zh', sessionMinutes: 3 };
const lanAddress = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const whyNoLan = !hasOpenssl
  ? 'there is no openssl to make a certificate with'
  : lanAddress === undefined
    ? 'this machine has no address on a network'
    : undefined;
if (whyNoLan !== undefined) console.log(`the screen beside a service on the LAN is skipped: ${whyNoLan}`);

let daemon: Daemon | undefined;
afterEach(async () => {
  await daemon?.stop();
  daemon?.site.remove();
  daemon = undefined;
});

async function gateWithScreen(changes: ConstructorParameters<typeof Site>[0] = {}): Promise<Daemon> {
  const site = await new Site({ screen, ...changes }).init();
  daemon = await Daemon.start(site);
  return daemon;
}

/** What `menshen kiosk pair` printed. */
async function paired({ site }: Daemon): Promise<{ page: string; origin: string; cookie: string; status: number }> {
  const { stdout } = await site.run(['kiosk', 'pair']);
  const [, page = '', code = ''] = /(http\S+)#pair=(\S+)/.exec(stdout) ?? [];
  const { origin } = new URL(page);
  const answer = await new Panel({ url: origin }).post('/kiosk/api/pairing', { code }, { headers: ofThePage(origin) });
  return { page, origin, status: answer.status, cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' };
}

const ofThePage = (origin: string) => ({ origin, 'sec-fetch-site': 'same-origin', 'x-menshen-screen': '1' });

describe('the screen of a gate', () => {
  it('is paired from the command line, listed there, and ended there', async () => {
    const gate = await gateWithScreen();
    const { origin, cookie, status } = await paired(gate);
    const site = () => new Panel({ url: origin }).get('/kiosk/api/site', { headers: { cookie } });
    const before = await site();
    const { stdout } = await gate.site.run(['kiosk', 'list']);
    const [listed] = (JSON.parse(stdout) as { screens: { id: string; label: string }[] }).screens;
    await gate.site.run(['kiosk', 'revoke', listed?.id ?? '']);
    expect([status, before.status, listed?.label, (await site()).status]).toEqual([204, 200, 'screen of main', 401]);
  });

  it('leaves neither its code nor its key in the log', async () => {
    const gate = await gateWithScreen();
    const { stdout } = await gate.site.run(['kiosk', 'pair']);
    const { cookie } = await paired(gate);
    const code = /code (\S+) there/.exec(stdout)?.[1] ?? 'none';
    expect([gate.log.includes(code), gate.log.includes(cookie.split('_').slice(2).join('_'))]).toEqual([false, false]);
  });

  it('stays paired when the service starts again', async () => {
    const gate = await gateWithScreen();
    const { cookie } = await paired(gate);
    await gate.stop();
    daemon = await Daemon.start(gate.site);
    const { status } = await new Panel({ url: daemon.url }).get('/kiosk/api/site', { headers: { cookie } });
    expect(status).toBe(200);
  });

  it('is not paired while no service runs, and the command says why', async () => {
    const site = await new Site({ screen }).init();
    const { exitCode, stderr } = await site.run(['kiosk', 'pair']);
    site.remove();
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('menshen serve')]);
  });

  it('is not there at a site that has none', async () => {
    const site = await new Site().init();
    daemon = await Daemon.start(site);
    const { exitCode, stderr } = await site.run(['kiosk', 'pair']);
    const page = await new Panel({ url: daemon.url }).get('/kiosk');
    expect([exitCode, stderr, page.status]).toEqual([2, expect.stringContaining('screen'), 404]);
  });

  it.skipIf(whyNoLan !== undefined)(
    'has a loopback listener of its own where the service listens on the LAN, and answers nowhere else',
    async () => {
      const site = new Site({ screen: { ...screen, port: 0 } });
      const certificate = makeCertificate(site.folder, lanAddress ?? '');
      const tls = { certificateFile: 'server.crt', keyFile: 'server.key' };
      site.write({ http: { panels: 'key-or-certificate', host: '0.0.0.0', port: 0, tls } });
      daemon = await Daemon.start(await site.init());
      const { origin, status } = await paired(daemon);
      const own = new Panel({ url: origin });
      const { port } = new URL(daemon.url);
      const lan = await new Panel({ url: `https://${lanAddress}:${port}`, certificate }).get('/kiosk');
      const fromLan = await fetch(`http://${lanAddress}:${new URL(origin).port}/kiosk`).catch(() => 'refused');
      const panels = await own.post('/v1/verifications', {});
      expect([status, new URL(origin).hostname, lan.status, fromLan, panels.status]).toEqual([
        204,
        '127.0.0.1',
        404,
        'refused',
        404,
      ]);
    },
  );
});

/** A self-signed pair. @returns the certificate */
function makeCertificate(folder: string, address: string): string {
  const files = ['-keyout', join(folder, 'server.key'), '-out', join(folder, 'server.crt')];
  const what = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=gate'];
  execFileSync('openssl', ['req', '-x509', ...what, '-addext', `subjectAltName=IP:${address}`, ...files], {
    stdio: 'ignore',
  });
  return readFileSync(join(folder, 'server.crt'), 'utf8');
}
