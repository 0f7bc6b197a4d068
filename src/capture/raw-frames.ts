import type { GuardedChild } from '../platform/index.js';
import { spawnGuarded } from '../platform/index.js';
import type { FeedContext } from './feed.js';
import type { FrameShape } from './ffmpeg-arguments.js';

/** A decoder that runs: its pictures one by one, and afterwards what it said. */
export interface Decoder {
  /** `width * height * 3` bytes each; whoever gets them owns them. Ends with the program's output. */
  pictures(): AsyncGenerator<Uint8Array, void, void>;
  /** After `pictures` has ended. */
  outcome(): Promise<{ readonly exitCode: number; readonly lines: readonly string[] }>;
}

/**
 * Whether these exit codes of ffmpeg mean that somebody else ended it: SIGKILL, SIGTERM, or its own answer to a polite
 * signal. Other codes above 128 are its error numbers.
 */
export function endedFromOutside(exitCode: number): boolean {
  return [137, 143, 255].includes(exitCode);
}

/** Starts ffmpeg; it ends at the latest when the context's signal fires or `pictures` is left. */
export function startDecoder(
  path: string,
  programArguments: readonly string[],
  shape: FrameShape,
  context: FeedContext,
  redact?: (line: string) => string,
): Decoder {
  const child = spawnGuarded(path, programArguments, redact ? { redact } : {});
  const stop = () => void child.close();
  context.signal.addEventListener('abort', stop, { once: true });
  if (context.signal.aborted) stop();
  return {
    async *pictures() {
      try {
        yield* cut(child, shape.width * shape.height * 3, context);
      } finally {
        context.signal.removeEventListener('abort', stop);
        // Left early: the output is never read to its end, so the program would never end either.
        if (!child.stdout.readableEnded) await child.close();
      }
    },
    outcome: async () => ({ exitCode: (await child.ended).exitCode, lines: child.stderrLines() }),
  };
}

/** Stands for "no picture of ours", so that the last wipe never touches one that was handed over. */
const nothing = new Uint8Array(0);

async function* cut(child: GuardedChild, length: number, context: FeedContext): AsyncGenerator<Uint8Array, void, void> {
  let picture = context.buffer(length);
  let filled = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let offset = 0; offset < chunk.length; ) {
        const part = chunk.subarray(offset, offset + length - filled);
        picture.set(part, filled);
        offset += part.length;
        filled += part.length;
        if (filled < length) continue;
        const whole = picture;
        picture = nothing;
        yield whole;
        picture = context.buffer(length);
        filled = 0;
      }
      chunk.fill(0);
    }
  } catch (error) {
    // Closing the child cuts the pipe under the reader; that is how it is told to stop.
    if (!context.signal.aborted) throw error;
  } finally {
    picture.fill(0);
  }
}
