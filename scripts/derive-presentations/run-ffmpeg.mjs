import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { codecOf } from '../demo-recording/encode.mjs';

const run = promisify(execFile);

/**
 * What a simulation hands to ffmpeg: its inputs in order, and a graph that ends in `[out]`.
 *
 * @typedef {{ inputs: readonly string[][], graph: string, framesPerSecond: number, seconds: number }} Stage
 *
 * @typedef {object} Filtering
 * @property {string} source
 * @property {boolean} still
 * @property {string} filter
 * @property {string} to
 * @property {number} [quality] x264's rate factor
 * @property {number} [framesPerSecond]
 *
 * @typedef {object} Maker
 * @property {(wanted: Filtering) => Promise<void>} filtered
 * @property {(stage: Stage, to: string) => Promise<void>} staged
 * @property {(source: string, seconds: number, to: string) => Promise<void>} frameOf one frame as a PNG
 */

/** Little loss, though not none: the version at 15 frames a second changes nothing else and shows what encoding does. */
const usualQuality = 18;
/** At which the default pack looks: more would be left out again. */
const usualFramesPerSecond = 10;

/** Where hardly anything is lost, the fastest preset only makes files larger; else what a camera's own encoder can do. */
const presetFor = (/** @type {number} */ quality) => (quality <= usualQuality ? 'ultrafast' : 'veryfast');

/**
 * @param {string} ffmpeg the program's path
 * @returns {Promise<Maker>}
 */
export async function makerOf(ffmpeg) {
  const codec = await codecOf(ffmpeg);
  /** @param {readonly string[]} words */
  const call = async (words) => {
    const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y'];
    await run(ffmpeg, [...quiet, ...words], { maxBuffer: 1 << 20 }).catch(({ stderr, message }) => {
      throw new Error(
        `ffmpeg failed: ${String(stderr || message)
          .trim()
          .slice(-1000)}`,
      );
    });
  };
  const video = (/** @type {number} */ quality) => [
    // MPEG-4's scale from 2 to 31 stands beside x264's from 18 to 51.
    ...(codec === 'libx264' ? ['-c:v', codec, '-preset', presetFor(quality), '-crf', String(quality)] : []),
    ...(codec === 'mpeg4' ? ['-c:v', codec, '-q:v', String(Math.round(2 + (quality - 16) * 0.9))] : []),
    ...['-pix_fmt', 'yuv420p', '-an', '-movflags', '+faststart', '-f', 'mp4'],
  ];
  return {
    filtered: ({ source, still, filter, to, quality = usualQuality, framesPerSecond = usualFramesPerSecond }) => {
      const jpegQuality = String(Math.max(2, Math.round((quality - 14) * 0.9)));
      const output = still ? ['-frames:v', '1', '-q:v', jpegQuality, '-f', 'mjpeg'] : video(quality);
      const filters = [...(still ? [] : [`fps=${framesPerSecond}`]), 'format=rgb24', filter].join(',');
      return call(['-i', `file:${source}`, '-vf', filters, ...output, `file:${to}`]);
    },
    staged: ({ inputs, graph, framesPerSecond, seconds }, to) =>
      call([
        ...inputs.flat(),
        ...['-filter_complex', graph, '-map', '[out]', '-r', String(framesPerSecond), '-t', String(seconds)],
        ...[...video(usualQuality), `file:${to}`],
      ]),
    frameOf: (source, seconds, to) =>
      call([
        '-ss',
        String(seconds),
        '-i',
        `file:${source}`,
        '-frames:v',
        '1',
        '-c:v',
        'png',
        '-f',
        'image2',
        `file:${to}`,
      ]),
  };
}
