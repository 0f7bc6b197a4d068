import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { asMenshenError, type Picture } from '../core/index.js';
import { decodeStill } from '../pixels/index.js';
import type { StillsSource } from './camera-source.js';
import { type Feed, unreadable, waitUntil } from './feed.js';

const stillExtensions = new Set(['.jpg', '.jpeg', '.png', '.webp']);
const usualFramesPerSecond = 5;

/** Shows the stills of a folder one after the other. A broken one is skipped and named. */
export function stillsFeed(source: StillsSource): Feed {
  const periodMs = 1000 / (source.framesPerSecond ?? usualFramesPerSecond);
  return async function* show(context) {
    const startedAtMs = context.clock.monotonicMs();
    const names = await stillsIn(source.folder);
    const broken = new Set<string>();
    let turn = 0;
    do {
      let shown = 0;
      for (const [index, name] of names.entries()) {
        await waitUntil(context, startedAtMs + turn++ * periodMs);
        if (context.signal.aborted) return;
        const picture = await pictureOf(join(source.folder, name));
        if (typeof picture === 'string') {
          broken.add(`${name} (${picture})`);
          context.remark(`Skipped in the folder of stills: ${[...broken].join(', ')}. Replace or remove them.`);
          continue;
        }
        shown += 1;
        yield { ...picture, positionMs: index * periodMs };
      }
      if (shown === 0) {
        throw unreadable(
          `No still in "${source.folder}" can be read. Put JPEG or PNG files of a camera's pictures there.`,
        );
      }
    } while (source.repeat === 'loop');
  };
}

async function stillsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(`The folder of stills "${folder}" cannot be read. Correct the path or its permissions.`, error);
  });
  const isStill = (name: string) => stillExtensions.has(extname(name).toLowerCase());
  const names = entries.filter((entry) => entry.isFile() && isStill(entry.name)).map((entry) => entry.name);
  return names.sort((a, b) => (a < b ? -1 : 1));
}

/** The picture, or in a few words why there is none. */
async function pictureOf(path: string): Promise<Picture | string> {
  try {
    return await decodeStill(await readFile(path));
  } catch (error) {
    const known = asMenshenError(error);
    if (known.code === 'picture-refused') return 'too large or too small';
    if (known.code === 'picture-unreadable') return 'damaged';
    return 'cannot be read';
  }
}
