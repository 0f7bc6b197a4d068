import path from 'node:path';
import { systemClock, systemTimers } from '../../dist/platform/index.js';
import { VisionProcess } from '../../dist/vision/index.js';
import { projectRoot } from '../setup/context.mjs';
import { Daemon } from './daemon.mjs';
import { siteOf } from './people.mjs';
import { cpuSecondsOf, processTree } from './processes.mjs';
import { pause, targetRow } from './targets.mjs';

const settlingMs = 4_000;
const watchedMs = 20_000;
/** The recording twice: everybody of it steps in twice. */
const steppingInMs = 60_000;
const rounds = 3;
const shareOfCorePercent = 15;
const seenWithinMs = 150;

/**
 * What an empty gate costs: the daemon, its recognition process and ffmpeg together; and how soon somebody is seen whom
 * the camera shows after the act.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function idleRows() {
  const site = await siteOf(1_000);
  const sizes = [
    { label: '640x480, 15 frames/s', size: {}, atMost: shareOfCorePercent },
    { label: '1280x720, 30 frames/s, enlarged by ffmpeg', size: { width: 1280, height: 720, framesPerSecond: 30 } },
  ];
  const rows = [];
  for (const { label, size, atMost } of sizes) {
    const shares = await idleShares(site, size);
    rows.push(
      targetRow(`idle: share of a core, ${label}`, shares, { unit: '%', ...(atMost === undefined ? {} : { atMost }) }),
    );
  }
  return [...rows, ...(await seenRows())];
}

/** @param {import('./people.mjs').Site} site @param {object} size */
async function idleShares(site, size) {
  const daemon = new Daemon(site, (config) => Object.assign(config.cameras[0].source, size));
  try {
    await daemon.healthy();
    await daemon.said('gallery.loaded');
    await pause(settlingMs);
    const shares = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = cpuByProcess(daemon.pid);
      const startedMs = performance.now();
      await pause(watchedMs / rounds);
      const seconds = (performance.now() - startedMs) / 1000;
      // A recording that begins anew is a new ffmpeg: what it used so far is all its time.
      const used = [...cpuByProcess(daemon.pid)].reduce((sum, [pid, now]) => sum + now - (before.get(pid) ?? 0), 0);
      shares.push((used / seconds) * 100);
    }
    return shares;
  } finally {
    await daemon.stop();
  }
}

/** @param {number} root */
const cpuByProcess = (root) => new Map(processTree(root).map((pid) => [pid, cpuSecondsOf(pid)]));

/**
 * The recognition process as the daemon runs it, on the demonstration's recording. A person who steps in right after a
 * frame of the empty zone was taken is on the next one that is looked at: the pause after a look that found nobody, and
 * the look that finds somebody, add up.
 */
async function seenRows() {
  const wholePicture = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ];
  /** @type {import('../../dist/vision/index.js').VisionSettings} */
  const settings = {
    packFolder: path.join(projectRoot, 'models', 'default'),
    faultLimits: { blackBelowLuminance: 0, coveredBelowSpread: 0, frozenBelowDifference: 0, lastsMs: 600_000 },
    cameras: [
      {
        cameraId: 'front',
        source: {
          kind: 'recording',
          path: path.join(projectRoot, 'var', 'demo', 'recording.mp4'),
          pace: 'real-time',
          repeat: 'loop',
        },
        zone: { polygon: wholePicture },
      },
    ],
  };
  const audit = { append: () => ({ seq: 0 }) };
  const vision = new VisionProcess(settings, { audit, timers: systemTimers, logger: { log: () => undefined } });
  vision.openCameras();
  try {
    while (vision.problem() !== undefined || vision.cameras()[0]?.state !== 'live') await pause(50);
    const looks = await watched(vision);
    const pauses = looks.seen.slice(1).map((look, i) => ({ before: looks.seen[i], look }));
    const steppedIn = pauses.filter(({ before, look }) => before?.faces === 0 && look.faces > 0);
    const total = steppedIn.map(({ before, look }) => look.reportedAtMs - (before?.capturedAtMs ?? Number.NaN));
    if (total.length === 0) throw new Error('nobody stepped in while the recording was watched');
    return [
      targetRow('act to the first frame that was looked at', [looks.firstMs], { unit: 'ms' }),
      targetRow(
        'a frame from its capture to what was seen',
        looks.seen.map(({ capturedAtMs, reportedAtMs }) => reportedAtMs - capturedAtMs),
        { unit: 'ms' },
      ),
      targetRow(`somebody who steps in is seen within (longest of ${total.length})`, [Math.max(...total)], {
        unit: 'ms',
        atMost: seenWithinMs,
      }),
    ];
  } finally {
    await vision.close();
  }
}

/** @param {VisionProcess} vision */
async function watched(vision) {
  /** @type {{ capturedAtMs: number, reportedAtMs: number, faces: number }[]} */
  const seen = [];
  const startedMs = systemClock.monotonicMs();
  let firstMs = 0;
  const handle = vision.watch('front', {
    onObservation: ({ capturedAtMs, facesInZone, face }) => {
      const reportedAtMs = systemClock.monotonicMs();
      if (seen.length === 0) firstMs = reportedAtMs - startedMs;
      seen.push({ capturedAtMs, reportedAtMs, faces: facesInZone });
      face?.probe?.vector.fill(0);
    },
    onLost: () => undefined,
  });
  await pause(steppingInMs);
  handle.stop();
  return { seen, firstMs };
}
