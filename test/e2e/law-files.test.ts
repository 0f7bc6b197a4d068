/** What leaves the device for authorities and inspectors, and complaints, on the real command line and over HTTP. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Daemon, until } from '../support/daemon.js';
import { temporaryFolder } from '../support/files.js';
import { fullDetails } from '../support/filing-details.js';
import { assessment } from './gate.js';
import { type CommandResult, runCommand, Site } from './site.js';

let site: Site;
let daemon: Daemon;
const own = temporaryFolder();
const run = (words: string, input = ''): Promise<CommandResult> => site.run(words.split(' '), input);
const answered = async (words: string, input = '') => JSON.parse((await run(words, input)).stdout);

beforeAll(async () => {
  site = await new Site().init();
  const file = join(site.folder, 'assessment.yaml');
  writeFileSync(file, stringify(assessment(site.config)));
  writeFileSync(join(own, 'details.yaml'), stringify(fullDetails));
  daemon = await Daemon.start(site);
});
afterAll(async () => {
  await daemon.stop();
  site.remove();
});

async function keyOf(role: string): Promise<string> {
  return (await answered(`keys add --role ${role} --label test`)).secret;
}

it('M17: a complaint is filed, listed without its words, read, answered and closed on the command line', async () => {
  const { reference } = await answered('complaints file --language en', 'It stared at me');
  const listed = await run('complaints');
  expect([listed.stdout.includes(reference), listed.stdout.includes('stared')]).toEqual([true, false]);
  expect(await answered(`complaints show ${reference}`)).toMatchObject({ text: 'It stared at me', state: 'open' });
  expect(await answered(`complaints answer ${reference}`, 'Sorry')).toMatchObject({ state: 'answered' });
  expect(await answered(`complaints close ${reference}`)).toMatchObject({ state: 'closed' });
  expect(await run('complaints show 22222222')).toMatchObject({ exitCode: 2 });
});

it('M17: an auditor sees that complaints came, not what they say; a panel sees neither', async () => {
  const { reference } = await answered('complaints file', '盯着我看');
  const [auditor, panel] = [daemon.panel(await keyOf('auditor')), daemon.panel(await keyOf('panel'))];
  expect((await auditor.get('/v1/complaints')).status).toBe(200);
  expect((await auditor.get(`/v1/complaints/${reference}`)).status).toBe(403);
  expect((await panel.get('/v1/complaints')).status).toBe(403);
});

it('M5.7: a call for staff reaches panels as an event, and a panel can answer it', async () => {
  const panel = daemon.panel(await keyOf('panel'));
  const operator = daemon.panel(await keyOf('operator'));
  const { body: call } = await operator.post('/v1/staff-calls', { doorId: 'main', reason: 'accessibility' });
  const { body } = await panel.get<{ events: { kind: string; callId: string }[] }>('/v1/events?limit=500');
  expect(body.events.filter(({ kind }) => kind === 'staff.called')).toMatchObject([{ callId: call.callId }]);
  expect((await panel.post(`/v1/staff-calls/${call.callId}/answer`)).body).toMatchObject({ state: 'answered' });
  expect((await operator.post('/v1/staff-calls', { doorId: 'nowhere' })).status).toBe(404);
});

it('M15.1: count and filing status say how many and until when', async () => {
  const { count } = await answered('count declare --elsewhere 100000 --by Ann');
  expect(count).toMatchObject({ here: 0, elsewhere: 100_000, percent: 100 });
  expect(await answered('filing')).toMatchObject({ duties: [{ type: 'new', state: 'open' }] });
  expect(await run('count declare --elsewhere many --by Ann')).toMatchObject({ exitCode: 2 });
});

it('M15.2: an incomplete package leaves no file and ends with exit code 5, naming what is missing', async () => {
  const out = join(own, 'incomplete.zip');
  const { exitCode, stderr } = await run(`filing prepare --type new --out ${out}`);
  expect([exitCode, existsSync(out), stderr]).toEqual([
    5,
    false,
    expect.stringContaining('Unified social credit code'),
  ]);
});

it('M15.2: with everything there it is written as a zip or a folder, once, for its owner’s eyes', async () => {
  await run(`assessment ${join(site.folder, 'assessment.yaml')}`);
  const [zip, folder] = [join(own, 'package.zip'), join(own, 'package')];
  const prepare = (out: string) => run(`filing prepare --type new --details ${join(own, 'details.yaml')} --out ${out}`);
  expect([(await prepare(zip)).stderr, (await prepare(folder)).stderr]).toEqual(['', '']);
  expect(statSync(zip).mode & 0o777).toBe(0o600);
  expect(readFileSync(zip).subarray(0, 2).toString()).toBe('PK');
  expect(readdirSync(folder)).toContain('manifest.json');
  expect([(await prepare(zip)).exitCode, (await prepare(folder)).exitCode]).toEqual([5, 5]);
});

it('M15.5: the recorded reference meets the duty', async () => {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const status = await answered(`filing submitted --reference F-1 --on ${today}`);
  expect(status).toMatchObject({ filed: { reference: 'F-1' }, duties: [{ state: 'met' }] });
});

it('M9.4: early deletion is refused with exit code 5', async () => {
  const { exitCode, stderr } = await run('records prune --before 2999-01-01');
  expect([exitCode, stderr]).toEqual([5, expect.stringContaining('M9.4')]);
  expect(await answered('records')).toMatchObject({ earlyDeletionsRefused: { count: 1 } });
});

it('M17: the inspector’s bundle is written and verifies off line, where no device and no configuration is', async () => {
  const out = join(own, 'bundle.zip');
  // So that the bundle has something to tell of what the device connects to.
  const added = await daemon.owner.post('/v1/listeners', { url: 'http://127.0.0.1:9/a-panel' });
  expect(added.status).toBe(201);
  expect(await run(`inspector --out ${out}`)).toMatchObject({ exitCode: 0, stderr: '' });
  const { exitCode, stdout } = await runCommand(['inspector', 'verify', out]);
  expect([exitCode, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ holds: true, problems: [] })]);
  const { publicKey } = (await daemon.panel().get<{ publicKey: string }>('/v1/device')).body;
  expect((await runCommand(['inspector', 'verify', out, '--public-key', publicKey])).exitCode).toBe(0);
  const other = Buffer.alloc(32, 1).toString('base64');
  expect((await runCommand(['inspector', 'verify', out, '--public-key', other])).exitCode).toBe(4);
});

it('D8: the bundle’s inventory has every route with who may call it, and none that gives out a gallery or many people', async () => {
  const { routes, connectsTo } = JSON.parse(
    Buffer.from(unzipSync(readFileSync(join(own, 'bundle.zip')))['interfaces.json'] ?? []).toString('utf8'),
  ) as { routes: { method: string; url: string; allow: string[] }[]; connectsTo: { what: string; address: string }[] };
  expect(connectsTo).toMatchObject([{ what: 'listener of events', address: 'http://127.0.0.1:9' }]);
  const { body } = await daemon.owner.get<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
  const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  const served = routes.map(({ method, url }) => `${method} ${url}`);
  expect(documented.filter((route) => !served.includes(route))).toEqual([]);
  expect(routes.filter(({ allow }) => allow.length === 0)).toEqual([]);
  // The one exception gives ciphertext, without any face, to the device's owner on the device itself.
  expect(
    served.filter((route) => /gallery|template(?!-renewal)|picture|photo|embedding|export|backup/i.test(route)),
  ).toEqual(['POST /v1/backups']);
  expect(routes.find(({ url }) => url === '/v1/backups')?.allow).toEqual(['admin']);
});

it('M17: a bundle of which one byte was changed does not verify, with exit code 4', async () => {
  const bytes = readFileSync(join(own, 'bundle.zip'));
  // Inside the first file, behind its header and name.
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  const changed = join(own, 'changed.zip');
  writeFileSync(changed, bytes);
  expect((await runCommand(['inspector', 'verify', changed])).exitCode).toBe(4);
});

it('M17: an auditor may fetch the bundle; an operator, a panel and nobody may not', async () => {
  const status = async (role?: string) =>
    (await daemon.panel(role === undefined ? undefined : await keyOf(role)).post('/v1/inspector-bundles', {})).status;
  expect(await status('auditor')).toBe(200);
  expect([await status('operator'), await status('panel'), await status()]).toEqual([403, 403, 401]);
});

it('M17: who fetches the bundle and goes away in the middle keeps nobody else from it', async () => {
  const key = await keyOf('auditor');
  const url = `${daemon.url}/v1/inspector-bundles`;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  for (let n = 0; n < 2; n += 1) {
    const leaving = new AbortController();
    const answer = await until('the way to be free', async () => {
      const tried = await fetch(url, { method: 'POST', headers, body: '{}', signal: leaving.signal });
      return tried.status === 200 ? tried : undefined;
    });
    await answer.body?.getReader().read();
    leaving.abort();
  }
  const whole = await until('the whole bundle', async () => {
    const tried = await daemon.panel(key).post('/v1/inspector-bundles', {});
    return tried.status === 200 ? tried : undefined;
  });
  expect(whole.headers['content-type']).toBe('application/zip');
});

it('the commands work on a store that no daemon has open, too', async () => {
  await daemon.stop();
  const out = join(own, 'in-process.zip');
  expect(await run(`inspector --out ${out}`)).toMatchObject({ exitCode: 0, stderr: '' });
  expect((await runCommand(['inspector', 'verify', out])).exitCode).toBe(0);
  expect(await answered('filing')).toMatchObject({ filed: { reference: 'F-1' } });
  daemon = await Daemon.start(site);
});
