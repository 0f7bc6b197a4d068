import { readFileSync } from 'node:fs';
import path from 'node:path';

export const [packages = '', framesFolder = '', frameCount = '0'] = process.argv.slice(2);
export const width = 640;
export const height = 480;

/**
 * Answers each frame number with the milliseconds that the frame took; a face that is not found is a fault, not a fast
 * frame.
 *
 * @param {(rgb: Uint8Array) => Promise<boolean>} seesFace
 */
export function serve(seesFace) {
  const frames = Array.from({ length: Number(frameCount) }, (_, index) =>
    readFileSync(path.join(framesFolder, `${index}.rgb`)),
  );
  process.on('message', async (index) => {
    const rgb = new Uint8Array(frames[Number(index)] ?? []);
    const startedMs = performance.now();
    const found = await seesFace(rgb);
    const ms = performance.now() - startedMs;
    if (!found) throw new Error(`no face in frame ${index}`);
    process.send?.(ms);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(0);
}
