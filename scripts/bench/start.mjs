import { Daemon } from './daemon.mjs';
import { siteOf } from './people.mjs';
import { processTree, residentMiB } from './processes.mjs';
import { targetRow } from './targets.mjs';

const rounds = 3;
/** Seconds that the start may take, by people enrolled. */
const limits = [
  { people: 1_000, readyMs: 1_000 },
  { people: 10_000, residentMiB: 250 },
  { people: 100_000, readyMs: 3_000 },
];

/**
 * From starting the process to the first answer of `GET /v1/health`, to the gallery in memory and to recognition at
 * work; then what the daemon holds, alone and with everything it started. Identification (1:N), so that everybody's
 * template is decrypted.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function startRows() {
  const rows = [];
  for (const { people, readyMs, residentMiB: limitMiB } of limits) {
    const site = await siteOf(people);
    const runs = /** @type {Awaited<ReturnType<typeof oneStart>>[]} */ ([]);
    for (let round = 0; round < rounds; round += 1) runs.push(await oneStart(site));
    const label = `start with ${people} people`;
    const of = (/** @type {keyof typeof runs[number]} */ key) => runs.map((run) => run[key]);
    rows.push(
      targetRow(`${label}: PIN and card ready`, of('healthMs'), {
        unit: 'ms',
        ...(readyMs === undefined ? {} : { atMost: readyMs, judge: 'min' }),
      }),
      targetRow(`${label}: of that, processor time`, of('cpuMs'), { unit: 'ms' }),
      targetRow(`${label}: recognition ready`, of('visionMs'), { unit: 'ms' }),
      targetRow(`${label}: gallery ready`, of('galleryMs'), { unit: 'ms' }),
      targetRow(`memory of the daemon, ${people} people`, of('daemonMiB'), {
        unit: 'MiB',
        ...(limitMiB === undefined ? {} : { atMost: limitMiB }),
      }),
      targetRow(`memory with recognition and ffmpeg, ${people} people`, of('allMiB'), { unit: 'MiB' }),
    );
  }
  return rows;
}

/** @param {import('./people.mjs').Site} site */
async function oneStart(site) {
  const daemon = new Daemon(site);
  try {
    const { healthMs, cpuMs } = await daemon.healthy();
    const visionMs = (await daemon.said('vision.ready')).atMs;
    const galleryMs = (await daemon.said('gallery.loaded')).atMs;
    const tree = processTree(daemon.pid);
    const daemonMiB = residentMiB(daemon.pid);
    const allMiB = tree.reduce((sum, pid) => sum + residentMiB(pid), 0);
    return { healthMs, cpuMs, visionMs, galleryMs, daemonMiB, allMiB };
  } finally {
    await daemon.stop();
  }
}
