/** What the tests of the capture room share: a real ffmpeg, small videos, and cameras that are closed after each test. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach } from 'vitest';
import { type CameraOptions, type CameraSource, openCamera } from '#menshen/capture/index.js';
import type { Frame, FrameSource, LogLevel } from '#menshen/core/index.js';
import { findFfmpeg, systemClock, systemTimers } from '#menshen/platform/index.js';

const run = promisify(execFile);

/** The path of an ffmpeg, or undefined after saying why tests are skipped. */
export async function ffmpegOrSkip(): Promise<string | undefined> {
  try {
    return (await findFfmpeg()).path;
  } catch (error) {
    console.log(`skipped: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

export const workFolder = mkdtempSync(join(tmpdir(), 'menshen-capture-'));
afterAll(() => rmSync(workFolder, { recursive: true, force: true }));

/** Makes a video of frames whose luminance climbs by four with each frame, so that a frame tells its own index. */
export async function climbingVideo(ffmpegPath: string, name: string, frames: number, rate = 10): Promise<string> {
  const path = join(workFolder, name);
  const filter = `nullsrc=size=64x48:rate=${rate},geq=lum='20+4*N':cb=128:cr=128`;
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-threads', '1'];
  const input = ['-f', 'lavfi', '-i', filter, '-frames:v', String(frames)];
  await run(ffmpegPath, ['-nostdin', '-loglevel', 'error', '-y', ...input, ...codec, path]);
  return path;
}

/** The index of a frame of such a video, read from its pixels (luma 20 + 4 i, video range). */
export function indexSeenIn(frame: Frame): number {
  const middle = (Math.floor(frame.height / 2) * frame.width + Math.floor(frame.width / 2)) * 3;
  const luma = 16 + ((frame.rgb[middle + 1] ?? 0) * 219) / 255;
  return Math.max(0, Math.round((luma - 20) / 4));
}

const opened: FrameSource[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((camera) => camera.close()));
});

export const logged: string[] = [];
const logger = {
  log: (level: LogLevel, code: string, fields?: object) => logged.push(`${level} ${code} ${JSON.stringify(fields)}`),
};

export function open(source: CameraSource, options: Partial<CameraOptions> = {}): FrameSource {
  const camera = openCamera('cam-1', source, { clock: systemClock, timers: systemTimers, logger, ...options });
  opened.push(camera);
  return camera;
}

/** Fetches until the source ends or `most` frames are there. */
export async function fetchFrames(camera: FrameSource, most = Number.POSITIVE_INFINITY): Promise<Frame[]> {
  const frames: Frame[] = [];
  while (frames.length < most) {
    const frame = await camera.next(frames.at(-1)?.sequence ?? 0);
    if (!frame) break;
    frames.push(frame);
  }
  return frames;
}

export const pause = (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs));

/** Waits for something that must happen; the test's own time limit ends a wait in vain. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await pause(20);
}

/** Numbers of the processes whose command line contains the text; zombies have none. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(text);
      } catch {
        return false; // gone between the listing and the look
      }
    })
    .map(Number);
}
