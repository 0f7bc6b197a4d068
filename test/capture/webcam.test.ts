import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchFrames, open, processesWith, until, workFolder } from './cameras.js';

const usualPath = process.env.PATH;
const programs = join(workFolder, 'programs');
const picture = join(workFolder, 'shot-source.jpg');
const orders = join(workFolder, 'orders.txt');

/** Puts a program in place of fswebcam; the script finds the file to write as $last. */
function fakeFswebcam(script: string): void {
  const file = join(programs, 'fswebcam');
  writeFileSync(file, `#!/bin/sh\nfor last; do :; done\necho "$@" >> ${orders}\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.PATH = `${programs}:${usualPath}`;
}

const foldersInMemory = () => readdirSync('/dev/shm').filter((name) => name.startsWith('menshen-webcam-'));

const hasMemoryFolder = existsSync('/dev/shm');
if (!hasMemoryFolder) console.log('skipped: there is no /dev/shm');

describe.skipIf(!hasMemoryFolder)('a webcam that takes snapshots', () => {
  beforeAll(async () => {
    mkdirSync(programs);
    const background = { r: 10, g: 200, b: 30 };
    await sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .jpeg()
      .toFile(picture);
  });
  afterAll(() => {
    process.env.PATH = usualPath;
  });

  test('gives its pictures', async () => {
    fakeFswebcam(`cp ${picture} "$last"`);
    const camera = open({ kind: 'webcam', device: '/dev/video3', width: 320, height: 240, framesPerSecond: 20 });
    const frames = await fetchFrames(camera, 3);
    expect(frames.map((frame) => [frame.width, frame.height, (frame.rgb[1] ?? 0) > 190])).toEqual(
      frames.map(() => [64, 48, true]),
    );
  });

  test('writes only into a folder in memory that nobody else can open', async () => {
    fakeFswebcam(`cp ${picture} "$last"`);
    const camera = open({ kind: 'webcam' });
    await camera.next(0);
    const [name] = foldersInMemory();
    expect(statSync(join('/dev/shm', name ?? '')).mode & 0o777).toBe(0o700);
  });

  test('leaves nothing behind when it is closed', async () => {
    fakeFswebcam(`cp ${picture} "$last"`);
    const camera = open({ kind: 'webcam', framesPerSecond: 20 });
    await fetchFrames(camera, 3);
    await camera.close();
    expect(foldersInMemory()).toEqual([]);
    expect(processesWith('webcam-child.js')).toEqual([]);
  });

  test('leaves no program behind when it hangs', async () => {
    fakeFswebcam('exec sleep 7654.321');
    const camera = open({ kind: 'webcam' });
    await until(() => processesWith('7654.321').length > 0);
    await camera.close();
    expect(processesWith('7654.321')).toEqual([]);
  });

  test('leaves neither picture nor program behind when the process is killed', async () => {
    fakeFswebcam(`cp ${picture} "$last"; exec sleep 7655.321`);
    const owner = spawnOwner();
    await until(() => processesWith('7655.321').length > 0);
    owner.kill('SIGKILL');
    await until(() => processesWith('7655.321').length === 0 && foldersInMemory().length === 0);
  });

  test('is named with the remedy when fswebcam is missing', async () => {
    process.env.PATH = '/nowhere';
    const camera = open({ kind: 'webcam' });
    await until(() => camera.health().problem !== undefined);
    process.env.PATH = usualPath;
    expect(camera.health().problem).toMatch(/fswebcam is missing.*apt install fswebcam/);
  });

  test('is named with the remedy when it is not there', async () => {
    fakeFswebcam('echo "Error opening device: /dev/video9: No such file or directory" >&2');
    const camera = open({ kind: 'webcam', device: '/dev/video9' });
    await until(() => camera.health().problem !== undefined);
    expect(camera.health().problem).toMatch(/\/dev\/video9 gives no picture\. Plug it in/);
    expect(foldersInMemory()).toEqual([]);
  });

  test('skips nothing but is opened again when a picture is damaged', async () => {
    fakeFswebcam(`head -c 100 ${picture} > "$last"`);
    const camera = open({ kind: 'webcam' }, { timing: { firstBackOffMs: 10 } });
    await until(() => camera.health().reopened > 0);
    expect(camera.health().framesDelivered).toBe(0);
  });
});

function spawnOwner() {
  const root = new URL('../../dist/', import.meta.url).href;
  const script = `
    import { openCamera } from '${root}capture/index.js';
    import { systemClock as clock, systemTimers as timers } from '${root}platform/index.js';
    openCamera('cam-1', { kind: 'webcam' }, { clock, timers });
    setInterval(() => undefined, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
}
