import { type FileHandle, open, readFile } from 'node:fs/promises';

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
 * @param needles at least one byte each; long enough not to occur by chance, 16 bytes and more
 * @returns one count per needle, in their order
 * @throws EACCES or EPERM from the kernel when the process may not be read, ENOENT when there is none, RangeError for
 * this very process: its own needles and read buffer would be counted
 */
export async function scanProcessMemory(pid: number, needles: readonly Uint8Array[]): Promise<number[]> {
  if (pid === process.pid) throw new RangeError('a process cannot be scanned from inside: it holds the needles');
  if (needles.some((needle) => needle.length === 0)) throw new RangeError('a needle is empty');
  const counts = needles.map(() => 0);
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
  const memory = await open(`/proc/${pid}/mem`, 'r');
  try {
    for (const range of writableRanges(maps)) await scanRange(memory, range, needles, counts);
  } finally {
    await memory.close();
  }
  return counts;
}

/** Whether this process may read the memory of its own children at all, for tests that print why they skip. */
export const canScanProcesses = process.platform === 'linux';

interface AddressRange {
  readonly start: number;
  readonly end: number;
}

const readBytes = 4 * 1024 * 1024;
const pageBytes = 4096;

function writableRanges(maps: string): AddressRange[] {
  const ranges: AddressRange[] = [];
  for (const line of maps.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (match?.[1] && match[2])
      ranges.push({ start: Number.parseInt(match[1], 16), end: Number.parseInt(match[2], 16) });
  }
  return ranges;
}

async function scanRange(
  memory: FileHandle,
  range: AddressRange,
  needles: readonly Uint8Array[],
  counts: number[],
): Promise<void> {
  const overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
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
    needles.forEach((needle, index) => {
      counts[index] = (counts[index] ?? 0) + countNew(buffer.subarray(0, filled), needle, carried);
    });
    const kept = Math.min(overlap, filled);
    buffer.copyWithin(0, filled - kept, filled);
    carried = kept;
    at += got;
  }
}

/** 0 for memory that cannot be read: a device's, or a mapping that went away since the list was made. */
async function readAt(memory: FileHandle, buffer: Buffer, offset: number, length: number, at: number): Promise<number> {
  try {
    return (await memory.read(buffer, offset, length, at)).bytesRead;
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && (fault.code === 'EIO' || fault.code === 'EFAULT')) return 0;
    throw fault;
  }
}

/** Matches that end in the new part; those that end in the carried part were counted when it was new. */
function countNew(bytes: Buffer, needle: Uint8Array, carried: number): number {
  let count = 0;
  let at = bytes.indexOf(needle, Math.max(0, carried - needle.length + 1));
  while (at !== -1) {
    count += 1;
    at = bytes.indexOf(needle, at + 1);
  }
  return count;
}
