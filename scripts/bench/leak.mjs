import { demonstrationAssessment } from '../../dist/cli/demonstration.js';
import { Daemon } from './daemon.mjs';
import { siteOf } from './people.mjs';
import { residentMiB } from './processes.mjs';
import { pause, targetRow } from './targets.mjs';

const people = 50;
const warmUpMs = 30_000;
const watchedMs = 60_000;
const sampleMs = 1_000;
const verificationMs = 8_000;

/**
 * Resident memory while one verification by face follows the other: the slope of a straight line through the samples
 * after a warm-up, beside the samples' own spread around it. A short proxy: a leak below the spread does not show.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function leakRows() {
  const daemon = new Daemon(await siteOf(people));
  try {
    await daemon.healthy();
    await daemon.said('gallery.loaded');
    const key = daemon.site.operator;
    await daemon.call('POST', '/v1/assessments', { key, body: demonstrationAssessment });
    const vision = daemon.pidOf('vision/child.js');
    const load = { going: true };
    const faces = keepLooking(daemon, load);
    await pause(warmUpMs);
    const from = await framesOf(daemon);
    const samples = { daemon: /** @type {number[]} */ ([]), vision: /** @type {number[]} */ ([]) };
    for (let passedMs = 0; passedMs < watchedMs; passedMs += sampleMs) {
      await pause(sampleMs);
      samples.daemon.push(residentMiB(daemon.pid));
      samples.vision.push(residentMiB(vision));
    }
    const frames = (await framesOf(daemon)) - from;
    load.going = false;
    await faces;
    return [...rowsOf('daemon', samples.daemon, frames), ...rowsOf('recognition', samples.vision, frames)];
  } finally {
    await daemon.stop();
  }
}

/** @param {string} who @param {number[]} samplesMiB @param {number} frames */
function rowsOf(who, samplesMiB, frames) {
  const { slope, noise } = lineThrough(samplesMiB);
  const growth = slope * samplesMiB.length;
  return [
    targetRow(`leak: memory of ${who}`, samplesMiB, { unit: 'MiB' }),
    // Over the whole time, so that it can be held against the spread around the line.
    targetRow(`leak: growth of ${who} over ${frames} frames`, [growth], { unit: 'MiB', atMost: 2 * noise }),
  ];
}

/** Least squares over equally spaced samples. @param {number[]} samples */
function lineThrough(samples) {
  const meanAt = (samples.length - 1) / 2;
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const spread = samples.reduce((sum, _, at) => sum + (at - meanAt) ** 2, 0);
  const slope = samples.reduce((sum, value, at) => sum + (at - meanAt) * (value - mean), 0) / spread;
  const squares = samples.reduce((sum, value, at) => sum + (value - mean - slope * (at - meanAt)) ** 2, 0);
  return { slope, noise: Math.sqrt(squares / samples.length) };
}

/** @param {Daemon} daemon */
async function framesOf(daemon) {
  const { body } = await daemon.call('GET', '/v1/health');
  return body.cameras[0]?.framesDelivered ?? 0;
}

/** @param {Daemon} daemon @param {{ going: boolean }} load */
async function keepLooking(daemon, load) {
  const key = daemon.site.panel;
  for (let turn = 0; load.going; turn += 1) {
    const { body } = await daemon.call('POST', '/v1/verifications', {
      key,
      body: {
        ...{ doorId: 'main', purpose: 'demonstration', act: { kind: 'button' }, methods: ['face'] },
        ...{ timeoutMs: verificationMs, nonce: `leak-${turn}-${Date.now()}` },
      },
    });
    if (body.face === 'face-mode-off') throw new Error(`no face work: ${JSON.stringify(body)}`);
    await daemon.call('GET', `/v1/verifications/${body.verificationId}?waitMs=${verificationMs}`, { key });
  }
}
