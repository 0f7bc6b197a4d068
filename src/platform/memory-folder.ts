import { mkdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const memoryBacked = '/dev/shm';
/** Linux's magic number of tmpfs. */
const tmpfs = 0x01021994;

/**
 * A folder of this user alone (0700) that lives in the machine's memory and goes with it; undefined where there is none,
 * or where it could be swapped out.
 *
 * @param name of the folder, without a path
 */
export function memoryBackedFolder(name: string): string | undefined {
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  try {
    // What lies in such memory can be moved to a disk where there is swap.
    if (statfsSync(memoryBacked).type !== tmpfs || hasSwap()) return undefined;
    const folder = join(memoryBacked, `${name}-${uid}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid: owner, mode } = statSync(folder);
    // Somebody else's folder under our name is not ours to trust.
    return owner === uid && (mode & 0o077) === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** The list of swap areas has one line, its heading, where there are none. */
function hasSwap(): boolean {
  return readFileSync('/proc/swaps', 'utf8').trim().split('\n').length > 1;
}
