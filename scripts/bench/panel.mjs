import { Agent, request } from 'node:http';
import { demonstrationAssessment } from '../../dist/cli/demonstration.js';
import { Daemon } from './daemon.mjs';
import { siteOf } from './people.mjs';
import { cpuSecondsOf, processTree } from './processes.mjs';
import { pause, quantile, targetRow } from './targets.mjs';

/** As many as the default pack's evaluation supports for identification, at most. */
const people = 50;
/** Each with a camera of 15 frames a second: together more than one recognition process can look at. */
const doors = ['main', 'second', 'third'];
const rounds = 4;
const roundMs = 6_000;
const requestsPerSecond = 200;
const pinPeriodMs = 500;
const p99Ms = 25;
/** One verification by face after the other, as long as the benchmark lasts; nobody of the recording is enrolled. */
const faceTimeoutMs = 8_000;

/**
 * A panel's questions while frames are processed: health and event pages in turn at 200 a second, PINs twice a second
 * beside them. Requests leave at their own time whatever the answers do, and are timed from when they should have left,
 * so that a stop of the daemon counts for every request it holds up.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function panelRows() {
  const site = await siteOf(people);
  const daemon = new Daemon(site, withDoors);
  const load = { going: true };
  try {
    await daemon.healthy();
    await daemon.said('gallery.loaded');
    await daemon.call('POST', '/v1/assessments', { key: site.operator, body: demonstrationAssessment });
    const faces = Promise.all(doors.map((doorId) => verifyFaces(daemon, doorId, load)));
    await pause(3_000);
    const runs = [];
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await oneRound(daemon, site));
    }
    load.going = false;
    await faces;
    return rowsOf(runs);
  } finally {
    await daemon.stop();
  }
}

/** @param {any} config */
function withDoors(config) {
  const [camera] = config.cameras;
  config.cameras = doors.map((id) => ({ ...camera, id }));
  config.doors = doors.map((id) => ({ id, camera: id }));
}

/** @param {Awaited<ReturnType<typeof oneRound>>[]} runs */
function rowsOf(runs) {
  return [
    targetRow(
      `panel: p99 of health and events at ${requestsPerSecond}/s`,
      runs.map(({ answersMs }) => quantile(answersMs, 0.99)),
      { unit: 'ms', atMost: p99Ms, judge: 'min' },
    ),
    targetRow(
      'panel: median of health and events',
      runs.map(({ answersMs }) => quantile(answersMs, 0.5)),
      { unit: 'ms' },
    ),
    targetRow(
      'panel: a PIN verification beside them',
      runs.flatMap(({ pinMs }) => pinMs),
      { unit: 'ms' },
    ),
    targetRow(
      'panel: processor time used meanwhile',
      runs.map(({ cpuPercent }) => cpuPercent),
      { unit: '% of a core' },
    ),
  ];
}

/** @param {Daemon} daemon @param {import('./people.mjs').Site} site */
async function oneRound(daemon, site) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  /** @type {number[]} */
  const answersMs = [];
  /** @type {number[]} */
  const pinMs = [];
  /** @type {Promise<unknown>[]} */
  const open = [];
  const before = cpuOf(daemon.pid);
  const startedMs = performance.now();
  let pins = 0;
  for (let sent = 0; performance.now() - startedMs < roundMs; ) {
    const elapsedMs = performance.now() - startedMs;
    for (; sent < (elapsedMs / 1000) * requestsPerSecond; sent += 1) {
      const dueMs = startedMs + (sent * 1000) / requestsPerSecond;
      const target = sent % 2 === 0 ? '/v1/health' : '/v1/events?from=1&limit=20';
      open.push(ask(agent, daemon.url + target, site.panel).then(() => answersMs.push(performance.now() - dueMs)));
    }
    for (; pins < elapsedMs / pinPeriodMs; pins += 1) {
      const beganMs = performance.now();
      open.push(daemon.verifyByPin(pins).then(() => pinMs.push(performance.now() - beganMs)));
    }
    await pause(1);
  }
  await Promise.all(open);
  const cpuPercent = ((cpuOf(daemon.pid) - before) * 100_000) / (performance.now() - startedMs);
  agent.destroy();
  return { answersMs, pinMs, cpuPercent };
}

/** @param {number} root */
const cpuOf = (root) => processTree(root).reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);

/** @param {Agent} agent @param {string} url @param {string} key */
function ask(agent, url, key) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { authorization: `Bearer ${key}` } }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 200 ? resolve(undefined) : reject(new Error(`${url} answers ${response.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end();
  });
}

/**
 * Keeps recognition at work: as soon as one verification by face ends the next begins.
 *
 * @param {Daemon} daemon
 * @param {string} doorId
 * @param {{ going: boolean }} load
 */
async function verifyFaces(daemon, doorId, load) {
  const key = daemon.site.panel;
  for (let turn = 0; load.going; turn += 1) {
    const act = { kind: 'button' };
    const body = {
      doorId,
      purpose: 'demonstration',
      act,
      methods: ['face'],
      timeoutMs: faceTimeoutMs,
      nonce: `face-${turn}-${Date.now()}`,
    };
    const begun = await daemon.call('POST', '/v1/verifications', { key, body });
    if (begun.body.face === 'face-mode-off') throw new Error(`no face work: ${JSON.stringify(begun.body)}`);
    await daemon.call('GET', `/v1/verifications/${begun.body.verificationId}?waitMs=${faceTimeoutMs}`, { key });
  }
}
