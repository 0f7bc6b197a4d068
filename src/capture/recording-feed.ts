import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FoundFfmpeg } from '../platform/index.js';
import type { RecordingSource } from './camera-source.js';
import { type Feed, type FeedContext, unavailable, unreadable, waitUntil } from './feed.js';
import { type FrameShape, recordingArguments } from './ffmpeg-arguments.js';
import type { FeedFrame } from './newest-frame.js';
import { probeRecording, shapeOf } from './probe.js';
import { endedFromOutside, startDecoder } from './raw-frames.js';

/** A container may round its duration, and its sound may be a little longer than its pictures. */
const durationToleranceMs = 1000;

interface Round {
  readonly path: string;
  readonly shape: FrameShape;
  readonly durationMs: number | undefined;
  readonly ffmpeg: FoundFfmpeg;
  readonly paced: boolean;
}

/** Plays a video file. Every round is a fresh decoder, so a frame's position never drifts however often it loops. */
export function recordingFeed(source: RecordingSource): Feed {
  return async function* play(context) {
    const path = resolve(source.path);
    await refuseUnreadable(path);
    const ffmpeg = await context.ffmpeg();
    const facts = await probeRecording(path, ffmpeg, context.signal);
    const shape = shapeOf(source, facts);
    const round = { path, shape, ffmpeg, durationMs: facts.durationMs, paced: source.pace === 'real-time' };
    do yield* playOnce(round, context);
    while (source.repeat === 'loop' && !context.signal.aborted);
  };
}

async function refuseUnreadable(path: string): Promise<void> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const what = error.code === 'EACCES' ? 'may not be read' : 'is not there';
    throw unreadable(`The recording "${path}" ${what}. Correct the path or its permissions.`, error);
  });
  if (!facts.isFile()) throw unreadable(`"${path}" is not a file. Name the video file itself.`);
  if (facts.size === 0) throw unreadable(`The recording "${path}" is empty. Copy or record it again.`);
  await access(path, constants.R_OK).catch((error: unknown) => {
    throw unreadable(`The recording "${path}" may not be read. Correct its permissions.`, error);
  });
}

async function* playOnce(round: Round, context: FeedContext): AsyncGenerator<FeedFrame, void, void> {
  const { shape } = round;
  const decoder = startDecoder(round.ffmpeg.path, recordingArguments(round.path, shape, round.ffmpeg), shape, context);
  let count = 0;
  let startedAtMs: number | undefined;
  for await (const rgb of decoder.pictures()) {
    const positionMs = (count * 1000) / shape.framesPerSecond;
    startedAtMs ??= context.clock.monotonicMs();
    if (round.paced) await waitUntil(context, startedAtMs + positionMs);
    count += 1;
    yield { width: shape.width, height: shape.height, rgb, positionMs };
  }
  if (context.signal.aborted) return;
  const { exitCode, lines } = await decoder.outcome();
  if (endedFromOutside(exitCode))
    throw unavailable(`The video program was ended from outside while it played "${round.path}".`);
  if (count === 0) throw unreadable(`No picture of "${round.path}" can be decoded. Copy or record it again.`);
  const readMs = (count * 1000) / shape.framesPerSecond;
  if (lines.length > 0 && round.durationMs !== undefined && readMs < round.durationMs - durationToleranceMs) {
    throw unreadable(
      `The recording "${round.path}" is cut short: ${seconds(readMs)} of ${seconds(round.durationMs)} can be read. Copy or record it again.`,
    );
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
