import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, open, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { endGroup } from './child.mjs';
import { SetupFailure } from './failure.mjs';
import { ifThere, readJson } from './files.mjs';

/**
 * @typedef {object} Holder
 * @property {string} token
 * @property {string} host
 * @property {ProcessName} process
 * @property {ProcessName[]} children
 */

/** @typedef {{ pid: number, started: string }} ProcessName `started` tells a process from a later one with its pid */

/**
 * @typedef {object} Lock
 * @property {(pids: number[]) => Promise<void>} noteChildren
 * @property {() => void} release in one go, so that a signal handler can do it on its way out
 */

const HEARTBEAT_MS = 5_000;
const SILENT_MS = 60_000;

/**
 * Takes the folder's set-up lock, also from a set-up that died; ends what that one left running.
 *
 * @param {string} file
 * @returns {Promise<Lock>}
 * @throws SetupFailure `busy` when another set-up lives
 */
export async function takeLock(file) {
  await mkdir(path.dirname(file), { recursive: true });
  /** @type {Holder} */
  const me = { token: randomUUID(), host: hostname(), process: await nameOf(process.pid), children: [] };
  if (!(await create(file, me))) {
    await removeStale(file);
    if (!(await create(file, me))) throw busy(undefined);
  }
  let released = false;
  let noted = Promise.resolve();
  const note = async (/** @type {number[]} */ pids) => {
    if (released) return;
    me.children = await Promise.all(pids.map(nameOf));
    await writeFile(`${file}.part`, JSON.stringify(me));
    await rename(`${file}.part`, file);
  };
  const heartbeat = setInterval(() => beat(file), HEARTBEAT_MS).unref();
  return {
    // One after the other: steps that run beside each other both start children.
    noteChildren(pids) {
      noted = noted.catch(() => undefined).then(() => note(pids));
      return noted;
    },
    release() {
      clearInterval(heartbeat);
      if (released) return;
      released = true;
      rmSync(file, { force: true });
    },
  };
}

/**
 * @param {string} file
 * @param {Holder} me
 * @returns {Promise<boolean>} false when somebody holds it
 */
async function create(file, me) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(JSON.stringify(me));
    await handle.close();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
async function removeStale(file) {
  /** @type {Holder | undefined} */
  const holder = await readJson(file);
  if (await lives(file, holder)) throw busy(holder);
  // Of two that find the same dead lock, rename lets one move it; the other must not take the new one away.
  const aside = `${file}.${process.pid}.stale`;
  await ifThere(() => rename(file, aside));
  /** @type {Holder | undefined} */
  const moved = await readJson(aside);
  if (moved !== undefined && moved.token !== holder?.token) {
    await rename(aside, file);
    throw busy(moved);
  }
  await ifThere(() => unlink(aside));
  for (const child of holder?.children ?? []) if (await isRunning(child)) endGroup(child.pid);
}

/**
 * @param {string} file
 * @param {Holder | undefined} holder
 */
async function lives(file, holder) {
  if (holder !== undefined && holder.host === hostname()) return isRunning(holder.process);
  // Another machine's or container's pids say nothing here, and a lock cut off while written names nobody.
  const touched = await ifThere(() => stat(file));
  return holder !== undefined && touched !== undefined && Date.now() - touched.mtimeMs < SILENT_MS;
}

/** @param {ProcessName} named */
async function isRunning(named) {
  if (named.pid === process.pid) return false;
  try {
    process.kill(named.pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false;
  }
  return (await nameOf(named.pid)).started === named.started;
}

/**
 * @param {number} pid
 * @returns {Promise<ProcessName>}
 */
async function nameOf(pid) {
  const line = await ifThere(() => readFile(`/proc/${pid}/stat`, 'utf8'));
  // The start time is field 22; the program's name in field 2 may hold spaces, and ends with the last parenthesis.
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ') ?? [];
  // A zombie keeps its pid until its parent asks, which in a container may be never.
  return { pid, started: fields[0] === 'Z' ? 'ended' : (fields[19] ?? '') };
}

/** @param {string} file */
async function beat(file) {
  const now = new Date();
  await ifThere(() => utimes(file, now, now));
}

/** @param {Holder | undefined} holder */
function busy(holder) {
  const who = holder === undefined ? '' : ` (process ${holder.process.pid})`;
  return new SetupFailure('busy', `Another set-up runs in this folder${who}. Wait until it ends, then run it again.`);
}
