import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** H.264 where this ffmpeg can, else the codec that every build has. */
export const codecs = {
  libx264: ['-c:v', 'libx264', '-preset', 'medium', '-crf', '21', '-g', '30'],
  mpeg4: ['-c:v', 'mpeg4', '-q:v', '3', '-g', '30'],
};

/**
 * @param {string} ffmpeg the program's path
 * @returns {Promise<keyof typeof codecs>}
 */
export async function codecOf(ffmpeg) {
  const { stdout } = await run(ffmpeg, ['-hide_banner', '-encoders']);
  return /\blibx264\b/.test(stdout) ? 'libx264' : 'mpeg4';
}

/**
 * Encodes raw R,G,B frames as they come. Ends when they end; nothing is left running when it fails.
 *
 * @param {Iterable<Uint8Array>} frames
 * @param {{ ffmpeg: string, codec: keyof typeof codecs, file: string, width: number, height: number,
 *   framesPerSecond: number }} wanted
 */
export async function encode(frames, { ffmpeg, codec, file, width, height, framesPerSecond }) {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', String(framesPerSecond)];
  const output = [...codecs[codec], '-pix_fmt', 'yuv420p', '-an', '-threads', '1', '-fflags', '+bitexact'];
  const child = spawn(
    ffmpeg,
    [
      '-hide_banner',
      '-loglevel',
      'error',
      '-y',
      ...input,
      '-i',
      'pipe:0',
      ...output,
      '-movflags',
      '+faststart',
      '-f',
      'mp4',
      file,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  const ended = once(child, 'close');
  // A broken pipe is told by how the program ended.
  child.stdin.on('error', () => child.kill());
  try {
    for (const frame of frames) {
      if (child.stdin.destroyed) break;
      if (!child.stdin.write(frame)) await Promise.race([once(child.stdin, 'drain'), ended]);
    }
    child.stdin.end();
  } catch (error) {
    child.kill();
    throw error;
  }
  const [exitCode, signal] = await ended;
  if (exitCode !== 0) throw new Error(`ffmpeg could not encode the recording (${signal ?? exitCode}): ${said.trim()}`);
}
