/// <reference path="./node-webcam.d.ts" />
/**
 * Entry of the process that takes snapshots with node-webcam.
 *
 * A process of its own, because node-webcam starts programs that it offers no way to stop: here they die with it.
 * Argument 1: JSON of `SnapshotOrder`. Output: per picture four bytes (big-endian length), then the JPEG.
 */
import './guarded.js';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import NodeWebcam from 'node-webcam';
import type { SnapshotOrder } from './webcam-feed.js';

const order = JSON.parse(process.argv[2] ?? '') as SnapshotOrder;
const file = join(order.folder, 'shot.jpg');
const webcam = NodeWebcam.create({
  width: order.width,
  height: order.height,
  quality: 95,
  output: 'jpeg',
  device: order.device ?? false,
  callbackReturn: 'location',
  saveShots: false,
  verbose: false,
});

try {
  for (;;) {
    const startedAtMs = performance.now();
    await send(await snapshot());
    await pause(Math.max(0, order.periodMs - (performance.now() - startedAtMs)));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
}

async function snapshot(): Promise<Buffer> {
  try {
    await new Promise<void>((resolve, reject) => {
      webcam.capture(file, (error) => (error ? reject(error) : resolve()));
    });
    return await readFile(file);
  } finally {
    await rm(file, { force: true });
  }
}

async function send(jpeg: Buffer): Promise<void> {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(jpeg.length);
  process.stdout.write(length);
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(jpeg, (error) => (error ? reject(error) : resolve()));
  });
  jpeg.fill(0);
}
