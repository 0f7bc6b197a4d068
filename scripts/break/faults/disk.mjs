import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Gate, pause } from './gate.mjs';
import { Shim } from './shim.mjs';

const small = 'size=10m,mode=0700';
/** Enough grants to use up one MiB held back. */
const longestFilling = 4_000;
const storeFault = 4;

/** @typedef {import('./table.mjs').FaultCase} FaultCase */

/** @type {readonly FaultCase[]} */
export const diskFaults = [
  {
    fault: 'disk full',
    expected:
      'grants from the space held back, then shut; health and a refused new person say that it is full; all grants on record; works once there is room',
    run: async () => onSmallDisk(diskFull),
  },
  {
    fault: 'disk read-only at the start',
    expected: 'exit code 4 and one line; starts once it can be written',
    run: async () => onSmallDisk(readOnlyStart),
  },
  ...[
    { fault: 'disk turned read-only while running', set: { write: 'EROFS', sync: 'EROFS' } },
    { fault: 'I/O error at every write', set: { write: 'EIO' } },
    { fault: 'I/O error at every flush', set: { sync: 'EIO' } },
    { fault: 'I/O error at every read', set: { read: 'EIO' }, mayGrant: true },
  ].map(({ fault, set, mayGrant = false }) => ({
    fault,
    expected: `${mayGrant ? 'grants only what is on record' : 'shut, and health says so'}; alive; works when it is over; records hold, also after a restart`,
    needsShim: true,
    run: async () =>
      withShim((gate, shim) => whileItFails(gate, shim, /** @type {import('./shim.mjs').Fault} */ (set), mayGrant)),
  })),
  {
    fault: 'slow disk: every flush takes 300 ms',
    expected: 'card and PIN go on, slower; health answers; records hold',
    needsShim: true,
    run: async () => withShim(slowDisk),
  },
];

/** @param {(gate: Gate, shim: Shim) => Promise<import('./table.mjs').Seen>} use @param {(gate: Gate) => void} [prepare] */
export async function withShim(use, prepare) {
  const gate = new Gate();
  try {
    prepare?.(gate);
    const shim = new Shim(gate.site.folder, gate.site.storeFolder);
    const why = shim.compile();
    if (why !== undefined) return { skipped: why };
    await gate.start({ environment: shim.environment });
    await gate.setPin();
    return await use(gate, shim);
  } finally {
    await gate.end();
  }
}

/** @param {Gate} gate @param {Shim} shim @param {import('./shim.mjs').Fault} fault @param {boolean} mayGrant */
async function whileItFails(gate, shim, fault, mayGrant) {
  const before = await gate.byCard();
  // What was read once is in memory, and would not be read again.
  if (fault.read !== undefined) await gate.recordsAfterRestart({ environment: shim.environment });
  shim.set(fault);
  const during = [await gate.byCard(), await gate.byCard(), await gate.byPin()];
  const sweep = await gate.sweep();
  // The routine work of the clock comes every ten seconds.
  await pause(11_000);
  const health = await gate.health();
  const alive = !gate.daemon.ended();
  const { failed } = shim.struck();
  shim.set({});
  const after = [await gate.byCard(), await gate.byPin()];
  const records = await gate.records();
  const restarted = await gate.recordsAfterRestart();
  const shut = mayGrant || during.every((answer) => answer !== 'grant');
  return {
    seen: `before ${before}; ${failed} calls failed; during ${during}, sweep ${sweep.code ?? 'done'}, health ${health.status} ${health.body.status}; after ${after}; records ${records}, after a restart ${restarted}`,
    held:
      before === 'grant' &&
      failed > 0 &&
      shut &&
      alive &&
      health.status === 200 &&
      (mayGrant || health.body.status === 'degraded') &&
      after.every((answer) => answer === 'grant') &&
      records === 'holds' &&
      restarted === 'holds',
  };
}

/** @param {Gate} gate @param {Shim} shim */
async function slowDisk(gate, shim) {
  shim.set({ syncDelayMs: 300 });
  const startedMs = performance.now();
  const during = [await gate.byCard(), await gate.byPin(), await gate.byCard()];
  const eachMs = (performance.now() - startedMs) / during.length;
  const { status } = await gate.health();
  const { delayed } = shim.struck();
  shim.set({});
  const records = await gate.recordsAfterRestart();
  return {
    seen: `${during}, ${Math.round(eachMs)} ms each, ${delayed} flushes delayed; health ${status}; records ${records}`,
    // A decision is on the disk before it is told: none without a flush.
    held:
      delayed >= during.length && during.every((answer) => answer === 'grant') && status === 200 && records === 'holds',
  };
}

/** @param {string} folder */
async function diskFull(folder) {
  const gate = new Gate(undefined, folder);
  const filler = path.join(folder, 'filler');
  try {
    await gate.start();
    fillUp(folder, filler);
    let refused = '';
    for (let round = 0; round < longestFilling && refused === ''; round += 1) {
      const answer = await gate.byCard();
      if (answer !== 'grant') refused = answer;
    }
    const granted = gate.granted.size;
    const { status, body } = await gate.health();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const added = await gate.call('POST', '/v1/subjects', { personNumber: 'N9', ageBand: 'adult', expiresAt });
    const alive = !gate.daemon.ended();
    rmSync(filler);
    const after = await gate.byCard();
    const records = await gate.recordsAfterRestart();
    return {
      seen: `${granted} grants, then ${refused}; health ${status} ${body.records.problem}; a new person ${added.status} ${added.body.code}; with room again ${after}; records ${records}`,
      held:
        granted > 0 &&
        refused === 'deny: audit-unavailable' &&
        `${added.status} ${added.body.code}` === '507 store-full' &&
        body.records.problem === 'store-full' &&
        alive &&
        status === 200 &&
        after === 'grant' &&
        records === 'holds',
    };
  } finally {
    await gate.end();
  }
}

/** @param {string} folder */
async function readOnlyStart(folder) {
  const gate = new Gate(undefined, folder);
  const mounted = (/** @type {string} */ how) => spawnSync('mount', ['-o', `remount,${how}`, folder]).status === 0;
  try {
    const first = await gate.start();
    await first.stop();
    if (!mounted('ro')) return { skipped: 'the disk could not be remounted' };
    const ended = await endOf(gate);
    mounted('rw');
    await gate.start();
    const after = await gate.byCard();
    return {
      seen: `exit code ${ended.code}, ${ended.lines} line: ${ended.last}; then ${after}, records ${await gate.records()}`,
      held: ended.code === storeFault && ended.lines === 1 && after === 'grant' && (await gate.records()) === 'holds',
    };
  } finally {
    mounted('rw');
    await gate.end();
  }
}

/** A service that must not come up. @param {Gate} gate */
export async function endOf(gate) {
  const daemon = gate.site.launch();
  if (!daemon.ended()) await new Promise((resolve) => daemon.child.once('close', resolve));
  // Beside the log's own lines, which are JSON: what the person who started it reads.
  const lines = daemon.log
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('{'));
  return { code: daemon.child.exitCode, lines: lines.length, last: lines.at(-1) ?? '' };
}

/** @param {(folder: string) => Promise<import('./table.mjs').Seen>} use */
async function onSmallDisk(use) {
  const folder = mkdtempSync(path.join(tmpdir(), 'menshen-break-disk-'));
  try {
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', small, 'menshen-break', folder]);
    if (mount.status !== 0) return { skipped: 'no small disk can be mounted here; it takes root on Linux' };
    return await use(folder);
  } finally {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Leaves not one block for anybody who did not reserve it. @param {string} folder @param {string} filler */
function fillUp(folder, filler) {
  const { bavail, bsize } = statfsSync(folder);
  for (let blocks = bavail; blocks > 0; blocks = Math.floor(blocks / 2)) {
    try {
      writeFileSync(filler, new Uint8Array(blocks * bsize), { flag: 'a' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
}
