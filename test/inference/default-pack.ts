import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '#menshen/core/index.js';
import { decodeStill } from '#menshen/pixels/index.js';

const root = join(import.meta.dirname, '..', '..');

export const packDirectory = join(root, 'models', 'default');
const manifest = JSON.parse(readFileSync(join(packDirectory, 'manifest.json'), 'utf8'));
export const hasModels = manifest.files.every(({ file }: { file: string }) => existsSync(join(packDirectory, file)));
if (!hasModels) console.log('skipped: the model files are not there; `npm run setup` fetches them.');

const pictures = join(root, 'var', 'demo', 'pictures');
export const hasSamples = hasModels && existsSync(join(pictures, 'sample1.jpg'));
if (!hasSamples) console.log('skipped: the sample photographs are not there; `npm run setup` fetches them.');

/** One of the six public group photographs, 1 to 6. */
export function samplePicture(number: number): Promise<Picture> {
  return decodeStill(readFileSync(join(pictures, `sample${number}.jpg`)));
}

export function cosineSimilarity(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
