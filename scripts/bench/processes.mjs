import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux's /proc; USER_HZ is 100 on every architecture Node runs on. */
const ticksPerSecond = 100;

/**
 * A process and whatever it started, by what /proc says of parents.
 *
 * @param {number} root
 * @returns {number[]}
 */
export function processTree(root) {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), statOf(Number(name))?.parent]),
  );
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

/** Seconds of processor time of a process and its threads, its waited-for children included. @param {number} pid */
export const cpuSecondsOf = (pid) => statOf(pid)?.cpuSeconds ?? 0;

/** Resident memory. @param {number} pid */
export function residentMiB(pid) {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(kib ?? 0) / 1024;
}

/** @param {number} pid */
export const commandOf = (pid) => read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();

/** @param {number} pid */
function statOf(pid) {
  const text = read(`/proc/${pid}/stat`);
  if (text === '') return undefined;
  // The name in brackets may hold spaces; what follows does not.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent, user, system, childUser, childSystem] = [fields[1], fields[11], fields[12], fields[13], fields[14]];
  const ticks = (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0);
  return { parent, cpuSeconds: ticks / ticksPerSecond };
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended between being listed and being read.
    return '';
  }
}
