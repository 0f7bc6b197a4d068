import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs inside the image, as its user, beside nothing but node: what an attacker would find, and what a panel needs. */
const socketPath = '/var/lib/menshen/store/control.sock';
const startLimitMs = 60_000;
let failures = 0;

checkUser();
checkFiles();
await checkNetwork();
await checkTerminal();
process.exitCode = failures === 0 ? 0 : 1;

/**
 * @param {string} sentence
 * @param {boolean} holds
 * @param {string} [found]
 */
function expect(sentence, holds, found = '') {
  if (!holds) failures += 1;
  process.stdout.write(`  ${holds ? 'ok    ' : 'FAILED'} ${sentence}${found === '' ? '' : ` (${found})`}\n`);
}

function checkUser() {
  const status = readFileSync('/proc/self/status', 'utf8');
  const value = (/** @type {string} */ name) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1] ?? '';
  expect('runs as 10001, a member of no other group', process.getuid?.() === 10_001 && value('Groups').trim() === '');
  expect(
    'has no capability',
    [value('CapPrm'), value('CapEff'), value('CapInh')].every((set) => /^0+$/.test(set)),
  );
  expect('cannot gain privileges', value('NoNewPrivs') === '1');
}

function checkFiles() {
  for (const file of ['/probe', '/app/probe', '/app/dist/main.js', '/etc/menshen/probe', '/run/secrets/root.key']) {
    const code = errorOf(() => writeFileSync(file, ''));
    expect(`cannot write ${file}`, code === 'EROFS', code ?? 'written');
  }
  const tools = ['apt-get', 'dpkg', 'npm', 'c++', 'python3', 'perl', 'curl', 'su'];
  const found = tools.filter((tool) =>
    ['/usr/local/bin', '/usr/bin', '/usr/sbin'].some((at) => existsSync(`${at}/${tool}`)),
  );
  expect('holds no package manager, compiler or other interpreter', found.length === 0, found.join(' '));
}

async function checkNetwork() {
  const outside = Object.keys(networkInterfaces()).filter((name) => name !== 'lo');
  expect('has no network but loopback', outside.length === 0, outside.join(' '));
  // An address kept for documentation: nobody is behind it.
  const code = await new Promise((resolve) => {
    connect({ host: '192.0.2.1', port: 443 })
      .on('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code))
      .on('connect', () => resolve('connected'));
  });
  expect('has no way out', code === 'ENETUNREACH', String(code));
}

async function checkTerminal() {
  const service = spawn(process.execPath, ['dist/main.js', 'serve'], { stdio: 'inherit' });
  const ended = new Promise((resolve) => service.once('exit', (code, signal) => resolve(signal ?? code)));
  try {
    const healthy = await eventually(() => healthCheck() === 0);
    expect('starts, and the health check passes', healthy);
    const streams = await eventually(async () => (await call('GET', '/v1/health')).cameras[0]?.state === 'live');
    expect('decodes the recorded video as its camera', streams);
    await checkPin();
    const broken = doctor();
    expect(
      'its doctor finds nothing broken but the recording that stands for a camera',
      broken.length === 1 && /recording stands for the camera/.test(broken[0] ?? ''),
    );
    const locked = lockedKibibytes(service.pid);
    expect('keeps secrets in locked memory', locked > 0, `${locked} kB of at most ${lockLimitKibibytes()}`);
  } finally {
    service.kill('SIGTERM');
  }
  const end = await Promise.race([ended, sleep(20_000, 'still running')]);
  expect('ends in order on SIGTERM', end === 0, String(end));
  expect('and the health check then fails', healthCheck() !== 0);
}

async function checkPin() {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const { subjectId } = await call('POST', '/v1/subjects', { personNumber: '1001', ageBand: 'adult', expiresAt });
  await call('PUT', `/v1/subjects/${subjectId}/pin`, { pin: '418302' });
  const verify = async (/** @type {string} */ pin) => {
    const asked = { doorId: 'main', purpose: 'entrance', act: { kind: 'pin' }, methods: ['pin'], nonce: randomUUID() };
    const { verificationId } = await call('POST', '/v1/verifications', asked);
    return call('POST', `/v1/verifications/${verificationId}/pin`, { personNumber: '1001', pin });
  };
  const wrong = await verify('918304');
  expect('does not open for a wrong PIN', wrong.decision?.decision !== 'grant', describe(wrong));
  const right = await verify('418302');
  expect('opens for the right PIN', right.decision?.decision === 'grant', describe(right));
}

/** @param {{ state?: string, decision?: { decision: string, reason: string } }} verification */
function describe({ state, decision }) {
  return decision === undefined ? `no decision: ${state}` : `${decision.decision}, ${decision.reason}`;
}

function healthCheck() {
  return spawnSync(process.execPath, ['docker/health-check.mjs'], { stdio: 'ignore' }).status;
}

/** @returns {string[]} what it fails */
function doctor() {
  const { stdout } = spawnSync(process.execPath, ['dist/main.js', 'doctor'], { encoding: 'utf8' });
  process.stdout.write(stdout.replace(/^/gm, '         ').trimEnd().concat('\n'));
  return stdout.split('\n').filter((line) => line.startsWith('FAIL'));
}

/** @param {number | undefined} pid */
function lockedKibibytes(pid) {
  return Number(/^VmLck:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

function lockLimitKibibytes() {
  return Number(/^Max locked memory\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]) / 1024;
}

/** @param {() => boolean | Promise<boolean>} holds */
async function eventually(holds) {
  for (const endMs = performance.now() + startLimitMs; performance.now() < endMs; await sleep(500))
    if (await holds()) return true;
  return false;
}

/** @param {() => void} work */
function errorOf(work) {
  try {
    work();
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code;
  }
  return undefined;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const asked = request({ socketPath, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve(text === '' ? undefined : JSON.parse(text));
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
      });
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
