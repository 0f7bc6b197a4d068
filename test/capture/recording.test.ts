import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  climbingVideo,
  fetchFrames,
  ffmpegOrSkip,
  indexSeenIn,
  open,
  pause,
  processesWith,
  until,
  workFolder,
} from './cameras.js';

const ffmpegPath = await ffmpegOrSkip();
const neverTimers = { after: () => ({ cancel: () => undefined }), every: () => ({ cancel: () => undefined }) };

describe.skipIf(!ffmpegPath)('a recording', () => {
  let path = '';
  beforeAll(async () => {
    path = await climbingVideo(ffmpegPath ?? '', 'climbing.mp4', 20);
  });

  test('gives every frame in order to a consumer that asked for all of them', async () => {
    const camera = open({ kind: 'recording', path, pace: 'fast', repeat: 'once' }, { everyFrame: true });
    const frames = await fetchFrames(camera);
    expect(frames.map(indexSeenIn)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('says of each frame where in the recording it is', async () => {
    const camera = open({ kind: 'recording', path, pace: 'fast', repeat: 'once' }, { everyFrame: true });
    const frames = await fetchFrames(camera);
    expect(frames.map((frame) => frame.positionMs)).toEqual(frames.map((frame) => indexSeenIn(frame) * 100));
  });

  test('begins again at position zero when it loops', async () => {
    const camera = open({ kind: 'recording', path, pace: 'fast', repeat: 'loop' }, { everyFrame: true });
    const frames = await fetchFrames(camera, 45);
    expect(frames.map((frame) => frame.positionMs)).toEqual(frames.map((_, index) => (index % 20) * 100));
    expect(frames.map(indexSeenIn)).toEqual(frames.map((_, index) => index % 20));
  });

  test('ends after its last frame when it plays once', async () => {
    const camera = open({ kind: 'recording', path, pace: 'fast', repeat: 'once' }, { everyFrame: true });
    await fetchFrames(camera);
    expect(camera.health()).toMatchObject({ state: 'ended', framesDelivered: 20, framesSkipped: 0, reopened: 0 });
    await expect(camera.next(0)).resolves.toBeUndefined();
  });

  test('never shows a frame before its time when it plays in real time', async () => {
    const camera = open({ kind: 'recording', path, pace: 'real-time', repeat: 'once' }, { everyFrame: true });
    const frames = await fetchFrames(camera);
    const [first] = frames;
    const early = frames.filter(
      (frame) => frame.capturedAtMs - (first?.capturedAtMs ?? 0) < (frame.positionMs ?? 0) - 2,
    );
    expect(frames).toHaveLength(20);
    expect(early).toEqual([]);
  });

  test('waits for no clock when it plays fast', async () => {
    const camera = open(
      { kind: 'recording', path, pace: 'fast', repeat: 'once' },
      { everyFrame: true, timers: neverTimers },
    );
    expect(await fetchFrames(camera)).toHaveLength(20);
  });

  test('gives a slow consumer the newest frame and no backlog', async () => {
    const camera = open({ kind: 'recording', path, pace: 'fast', repeat: 'once' });
    await until(() => camera.health().state === 'ended');
    const frames = await fetchFrames(camera);
    expect(frames.map((frame) => [frame.sequence, indexSeenIn(frame)])).toEqual([[20, 19]]);
    expect(camera.health()).toMatchObject({ framesDelivered: 1, framesSkipped: 19, positionMs: 1900 });
  });

  test('never changes a frame that was fetched', async () => {
    const camera = open({ kind: 'recording', path, pace: 'real-time', repeat: 'loop' });
    const [frame] = await fetchFrames(camera, 1);
    const before = frame && indexSeenIn(frame);
    await pause(500);
    expect(frame && indexSeenIn(frame)).toBe(before);
  });

  test('is scaled to the wanted size with its aspect kept', async () => {
    const size = { width: 64, height: 64, framesPerSecond: 5 };
    const camera = open({ kind: 'recording', path, pace: 'fast', repeat: 'once', ...size }, { everyFrame: true });
    const frames = await fetchFrames(camera);
    const [first] = frames;
    const row = (y: number) => first?.rgb.subarray(y * 64 * 3, (y + 1) * 64 * 3);
    expect(frames.map((frame) => frame.positionMs)).toEqual(frames.map((_, index) => index * 200));
    expect(Math.max(...(row(3) ?? []))).toBe(0);
    expect(Math.min(...(row(12) ?? []))).toBeGreaterThan(0);
  });

  test('stops waiting when the consumer gives up', async () => {
    const camera = open({ kind: 'recording', path, pace: 'real-time', repeat: 'loop' });
    await expect(camera.next(1_000_000, AbortSignal.timeout(50))).resolves.toBeUndefined();
  });

  test('lets go of everything when it is closed', async () => {
    const own = join(workFolder, 'closed-soon.mp4');
    copyFileSync(path, own);
    const camera = open({ kind: 'recording', path: own, pace: 'real-time', repeat: 'loop' });
    await camera.next(0);
    const waiting = camera.next(1_000_000);
    await camera.close();
    await expect(waiting).resolves.toBeUndefined();
    expect(processesWith(own)).toEqual([]);
    expect(camera.health().state).toBe('ended');
  });

  test('is opened again when its program is killed', async () => {
    const own = join(workFolder, 'killed.mp4');
    copyFileSync(path, own);
    const camera = open({ kind: 'recording', path: own, pace: 'real-time', repeat: 'loop', width: 640, height: 480 });
    const first = await camera.next(0);
    for (const pid of processesWith(own)) process.kill(pid, 'SIGKILL');
    await until(() => camera.health().state === 'failed');
    expect(camera.health().problem).toMatch(/ended from outside/);
    const next = await camera.next((first?.sequence ?? 0) + 15);
    expect(next).toBeDefined();
    expect(camera.health()).toMatchObject({ state: 'live', reopened: 1 });
    expect(camera.health().problem).toBeUndefined();
  });
});

describe.skipIf(!ffmpegPath)('a recording that cannot be read', () => {
  const problemOf = async (path: string): Promise<string | undefined> => {
    const camera = open({ kind: 'recording', path, pace: 'fast', repeat: 'loop' }, { everyFrame: true });
    await fetchFrames(camera);
    expect(camera.health().state).toBe('failed');
    return camera.health().problem;
  };

  test('is named when it is missing', async () => {
    expect(await problemOf(join(workFolder, 'nowhere.mp4'))).toMatch(/nowhere\.mp4" is not there/);
  });

  test('is named when it is empty', async () => {
    const path = join(workFolder, 'empty.mp4');
    writeFileSync(path, '');
    expect(await problemOf(path)).toMatch(/empty\.mp4" is empty/);
  });

  test.each(['letter.mp4', 'letter.txt', 'playlist.m3u8'])('is named when it is not a video (%s)', async (name) => {
    const path = join(workFolder, name);
    writeFileSync(path, '#EXTM3U\n#EXTINF:5,\n/etc/passwd\n'.repeat(50));
    expect(await problemOf(path)).toMatch(/is not a video|table of contents is missing/);
  });

  test('is named when its table of contents is cut off', async () => {
    const whole = await climbingVideo(ffmpegPath ?? '', 'whole.mp4', 20);
    const path = join(workFolder, 'cut.mp4');
    writeFileSync(path, readFileSync(whole).subarray(0, -1500));
    expect(await problemOf(path)).toMatch(/cut\.mp4" is cut short/);
  });

  test('is named when its later part is cut off', async () => {
    const whole = await climbingVideo(ffmpegPath ?? '', 'whole.mkv', 50);
    const path = join(workFolder, 'cut.mkv');
    const bytes = readFileSync(whole);
    writeFileSync(path, bytes.subarray(0, bytes.length * 0.5));
    expect(await problemOf(path)).toMatch(/cut\.mkv" is cut short: \d\.\d s of 5\.0 s/);
  });

  test('is named when there is no ffmpeg to read it with', async () => {
    const path = await climbingVideo(ffmpegPath ?? '', 'fine.mp4', 2);
    const camera = open({ kind: 'recording', path, pace: 'fast', repeat: 'once' }, { ffmpegPath: '/nowhere/ffmpeg' });
    await expect(camera.next(0)).resolves.toBeUndefined();
    expect(camera.health().problem).toMatch(/"\/nowhere\/ffmpeg" does not run/);
  });
});

const realRecording = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/faces/pad/person1-bona-fide.mp4');
if (!existsSync(realRecording)) console.log(`skipped: there is no ${realRecording}`);

test.skipIf(!ffmpegPath || !existsSync(realRecording))('a telephone recording keeps its upright size', async () => {
  const camera = open({ kind: 'recording', path: realRecording, pace: 'fast', repeat: 'once' });
  const frame = await camera.next(0);
  expect([frame?.width, frame?.height]).toEqual([368, 656]);
});
