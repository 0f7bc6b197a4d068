import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeStill } from '../pixels/index.js';
import { findOnPath, nodeProgram, ownProcessId, processRuns, spawnGuarded } from '../platform/index.js';
import type { WebcamSource } from './camera-source.js';
import { checkSource } from './check-source.js';
import { type Feed, type FeedContext, unavailable } from './feed.js';

/** What the snapshot process is told. Every string in it was checked: node-webcam puts it into a shell's command line. */
export interface SnapshotOrder {
  readonly device?: string;
  readonly width: number;
  readonly height: number;
  readonly periodMs: number;
  readonly folder: string;
}

const usual = { width: 640, height: 480, framesPerSecond: 2 };
const memoryFolder = '/dev/shm';
const folderPrefix = 'menshen-webcam-';
const memoryFilesystems: readonly number[] = [0x01021994, 0x858458f6]; // tmpfs, ramfs: linux/magic.h
const largestSnapshotBytes = 32 * 1024 * 1024;
const childEntry = fileURLToPath(new URL('./webcam-child.js', import.meta.url));

/** Snapshots through node-webcam; each exists as a file only in memory, and only until it is read. */
export function webcamFeed(source: WebcamSource): Feed {
  checkSource(source);
  return async function* watch(context) {
    refuseWithoutProgram();
    const folder = await snapshotFolder();
    const order: SnapshotOrder = {
      ...(source.device === undefined ? {} : { device: source.device }),
      width: source.width ?? usual.width,
      height: source.height ?? usual.height,
      periodMs: 1000 / (source.framesPerSecond ?? usual.framesPerSecond),
      folder,
    };
    try {
      for await (const jpeg of snapshots(order, context)) {
        try {
          yield await decodeStill(jpeg);
        } finally {
          jpeg.fill(0);
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function* snapshots(order: SnapshotOrder, context: FeedContext): AsyncGenerator<Uint8Array, void, void> {
  const child = spawnGuarded(nodeProgram, [childEntry, JSON.stringify(order)], { scratchFolder: order.folder });
  const stop = () => void child.close();
  context.signal.addEventListener('abort', stop, { once: true });
  if (context.signal.aborted) stop();
  try {
    yield* unpacked(child.stdout as AsyncIterable<Buffer>);
  } catch (error) {
    // Closing the child cuts the pipe under the reader; that is how it is told to stop.
    if (!context.signal.aborted) throw error;
  } finally {
    context.signal.removeEventListener('abort', stop);
    await child.close();
  }
  if (!context.signal.aborted) throw unavailable(explain(order.device, child.stderrLines()));
}

async function* unpacked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array, void, void> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const before = pending;
    pending = Buffer.concat([before, chunk]);
    before.fill(0);
    chunk.fill(0);
    while (pending.length >= 4) {
      const length = pending.readUInt32BE(0);
      if (length > largestSnapshotBytes) throw unavailable('The webcam sent a picture that is far too large.');
      if (pending.length < 4 + length) break;
      yield pending.subarray(4, 4 + length);
      pending = pending.subarray(4 + length);
    }
  }
}

function refuseWithoutProgram(): void {
  const [program, packageName] =
    platform() === 'darwin' ? ['imagesnap', 'brew install imagesnap'] : ['fswebcam', 'apt install fswebcam'];
  if (findOnPath(program) !== undefined) return;
  throw unavailable(
    `The program ${program} is missing, which takes the webcam's pictures. Install it: "${packageName}".`,
  );
}

async function snapshotFolder(): Promise<string> {
  const kind = await statfs(memoryFolder).then(
    (facts) => facts.type,
    () => undefined,
  );
  if (kind === undefined || !memoryFilesystems.includes(kind)) {
    throw unavailable(
      `There is no memory-backed folder ${memoryFolder} here, and a camera's picture is never written to a disk. Mount a tmpfs there, or use a V4L2 camera.`,
    );
  }
  await sweep();
  return mkdtemp(join(memoryFolder, `${folderPrefix}${ownProcessId}-`));
}

/** Folders of processes that are gone: those killed together with their guard could not tidy up. */
async function sweep(): Promise<void> {
  for (const name of await readdir(memoryFolder)) {
    const owner = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || processRuns(Number(owner))) continue;
    await rm(join(memoryFolder, name), { recursive: true, force: true });
  }
}

function explain(device: string | undefined, lines: readonly string[]): string {
  const subject = `The webcam${device === undefined ? '' : ` ${device}`}`;
  const said = lines.join('\n');
  if (/permission denied/i.test(said))
    return `${subject} may not be opened. Add the service's user to the group "video".`;
  if (/no webcam found|no such|ENOENT/i.test(said))
    return `${subject} gives no picture. Plug it in, or name another device.`;
  if (/busy/i.test(said)) return `${subject} is in use by another program. Close that program.`;
  return `${subject} stopped giving pictures. Check its connection.`;
}
