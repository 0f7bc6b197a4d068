import { open, readFile } from 'node:fs/promises';
import { Needles } from './needles.mjs';

/** Whether this process may read the memory of its own children at all, for those who say why they skip. */
export const canScanProcesses = process.platform === 'linux';

const readBytes = 4 * 1024 * 1024;
const pageBytes = 4096;

/**
 * Counts each needle in all readable and writable mappings of another process, read through /proc (Linux). Memory is
 * streamed, so a match that spans two reads counts once; one that spans two mappings is not found.
 *
 * The scanned process keeps running: what it moves while the scan goes on may be missed or counted twice, so scan it at
 * rest, and prove with a needle that is known to be there (a positive control) that the scan can see. The process must
 * not get the needles from here (not by message, argument, environment or pipe): agree on a seed instead.
 *
 * Needs the same user, or root. A process that called PR_SET_DUMPABLE 0 (the daemon does, see `disableCoreDumps`) can
 * be read by root only.
 *
 * @param {number} pid
 * @param {readonly (Uint8Array | Float32Array)[]} needles at least four bytes each; long enough not to occur by chance, 16 bytes and more
 * @returns {Promise<number[]>} one count per needle, in their order
 * @throws EACCES or EPERM from the kernel when the process may not be read, ENOENT when there is none, RangeError for
 * this very process: its own needles and read buffer would be counted
 */
export async function scanProcessMemory(pid, needles) {
  if (pid === process.pid) throw new RangeError('a process cannot be scanned from inside: it holds the needles');
  const wanted = new Needles(needles);
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
  const memory = await open(`/proc/${pid}/mem`, 'r');
  try {
    for (const range of writableRanges(maps)) await scanRange(memory, range, wanted);
  } finally {
    await memory.close();
  }
  return wanted.counts;
}

/** @param {string} maps */
function writableRanges(maps) {
  const ranges = [];
  for (const line of maps.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (match?.[1] && match[2])
      ranges.push({ start: Number.parseInt(match[1], 16), end: Number.parseInt(match[2], 16) });
  }
  return ranges;
}

/**
 * @param {import('node:fs/promises').FileHandle} memory
 * @param {{ start: number, end: number }} range
 * @param {Needles} wanted
 */
async function scanRange(memory, range, wanted) {
  const overlap = wanted.longest - 1;
  const buffer = Buffer.alloc(overlap + readBytes);
  let carried = 0;
  for (let at = range.start; at < range.end; ) {
    const got = await readAt(memory, buffer, carried, Math.min(readBytes, range.end - at), at);
    if (got === 0) {
      at += pageBytes - (at % pageBytes);
      carried = 0;
      continue;
    }
    const filled = carried + got;
    wanted.countIn(buffer.subarray(0, filled), carried);
    const kept = Math.min(overlap, filled);
    buffer.copyWithin(0, filled - kept, filled);
    carried = kept;
    at += got;
  }
}

/**
 * 0 for memory that cannot be read: a device's, or a mapping that went away since the list was made.
 *
 * @param {import('node:fs/promises').FileHandle} memory @param {Buffer} buffer
 * @param {number} offset @param {number} length @param {number} at
 */
async function readAt(memory, buffer, offset, length, at) {
  try {
    return (await memory.read(buffer, offset, length, at)).bytesRead;
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && (fault.code === 'EIO' || fault.code === 'EFAULT')) return 0;
    throw fault;
  }
}
