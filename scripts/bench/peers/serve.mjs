import { readFileSync } from 'node:fs';
import path from 'node:path';

export const [packages = '', framesFolder = '', frameCount = '0'] = process.argv.slice(2);
export const width = 640;
export const height = 480;

/** Frames of one turn: a gate works on them one after the other, and what another process did in between must not count. */
const framesOfTurn = 3;

/**
 * Answers each frame number with the milliseconds that the last of a few frames from it on took; a face that is not
 * found is a fault, not a fast frame.
 *
 * @param {(rgb: Uint8Array) => Promise<boolean>} seesFace
 */
export function serve(seesFace) {
  const frames = Array.from({ length: Number(frameCount) }, (_, index) =>
    readFileSync(path.join(framesFolder, `${index}.rgb`)),
  );
  process.on('message', async (first) => {
    let ms = 0;
    for (let frame = Number(first); frame < Number(first) + framesOfTurn; frame += 1) {
      const rgb = new Uint8Array(frames[frame % frames.length] ?? []);
      const startedMs = performance.now();
      const found = await seesFace(rgb);
      ms = performance.now() - startedMs;
      if (!found) throw new Error(`no face in frame ${frame}`);
    }
    process.send?.(ms);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(0);
}
