import type { MenshenError } from '../core/index.js';
import { type FoundFfmpeg, runGuarded } from '../platform/index.js';
import type { RecordingSource } from './camera-source.js';
import { unavailable, unreadable } from './feed.js';
import { type FrameShape, probeArguments } from './ffmpeg-arguments.js';
import { endedFromOutside } from './raw-frames.js';

export interface RecordingFacts {
  /** As it is shown: rotation and pixel aspect applied. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** The container's claim; absent when it makes none. */
  readonly durationMs?: number;
}

const probeTimeoutMs = 20_000;
/** What a recording without a size or rate of its own choosing is brought down to. */
const largest = { sidePx: 1920, framesPerSecond: 30 };
/** For containers that say nothing about their rate. */
const usualFramesPerSecond = 25;

/**
 * Asks ffmpeg what a file holds.
 *
 * @throws MenshenError recording-unreadable when it is not a video
 */
export async function probeRecording(path: string, ffmpeg: FoundFfmpeg, signal: AbortSignal): Promise<RecordingFacts> {
  const { exitCode, stderrLines } = await runGuarded(ffmpeg.path, probeArguments(path), {
    timeoutMs: probeTimeoutMs,
    signal,
  });
  if (signal.aborted) throw unavailable('The recording was closed while it was opened.');
  if (endedFromOutside(exitCode))
    throw unavailable(`The video program was ended from outside while it opened "${path}".`);
  const facts = readFacts(stderrLines);
  if (!facts) throw notAVideo(path, stderrLines);
  return facts;
}

/** The size and rate of the frames that a recording delivers. */
export function shapeOf(source: RecordingSource, facts: RecordingFacts): FrameShape {
  const shrink = Math.min(1, largest.sidePx / Math.max(facts.width, facts.height));
  const aspect = facts.width / facts.height;
  const width = source.width ?? (source.height ? source.height * aspect : facts.width * shrink);
  const height = source.height ?? (source.width ? source.width / aspect : facts.height * shrink);
  return {
    width: Math.max(1, Math.round(width)),
    height: Math.max(1, Math.round(height)),
    framesPerSecond: source.framesPerSecond ?? Math.min(facts.framesPerSecond, largest.framesPerSecond),
  };
}

function notAVideo(path: string, lines: readonly string[]): MenshenError {
  if (lines.some((line) => /moov atom not found|File ended prematurely|partial file/i.test(line))) {
    return unreadable(
      `The recording "${path}" is cut short, or no video at all: its table of contents is missing. Copy or record it again.`,
    );
  }
  return unreadable(`"${path}" is not a video that can be read. Use an MP4, MKV, WebM or AVI file.`);
}

/** Exported for its tests: reads the listing that `ffmpeg -i` prints. */
export function readFacts(lines: readonly string[]): RecordingFacts | undefined {
  const at = lines.findIndex((line) => /^\s*Stream #0:\d+.*: Video: /.test(line));
  const stream = lines[at];
  const size = stream && /, (\d{2,5})x(\d{2,5})(?: \[SAR (\d+):(\d+))?/.exec(stream);
  if (!size) return undefined;
  const pixelAspect = size[3] && size[4] && Number(size[4]) > 0 ? Number(size[3]) / Number(size[4]) || 1 : 1;
  const width = Math.round(Number(size[1]) * pixelAspect);
  const height = Number(size[2]);
  const turned = isTurned(lines.slice(at + 1));
  const durationMs = durationOf(lines);
  return {
    width: turned ? height : width,
    height: turned ? width : height,
    framesPerSecond: rateOf(stream),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}

function rateOf(stream: string): number {
  const rate = /, ([\d.]+) fps/.exec(stream) ?? /, ([\d.]+) tbr/.exec(stream);
  const framesPerSecond = Number(rate?.[1]);
  return framesPerSecond > 0 ? framesPerSecond : usualFramesPerSecond;
}

function durationOf(lines: readonly string[]): number | undefined {
  const line = lines.find((candidate) => /^\s*Duration: \d/.test(candidate));
  const clock = line && /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(line);
  if (!clock) return undefined;
  return Math.round((Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000);
}

function isTurned(linesOfStream: readonly string[]): boolean {
  const line = linesOfStream.find((candidate) => /displaymatrix: rotation of/.test(candidate));
  const degrees = Number(/rotation of (-?[\d.]+)/.exec(line ?? '')?.[1] ?? 0);
  return Math.abs(Math.round(degrees / 90)) % 2 === 1;
}
