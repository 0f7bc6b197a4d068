import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { MenshenError } from '../../core/index.js';
import type { Dataset, FoundFile } from './dataset.js';
import { faceDataset } from './faces.js';
import { presentationDataset } from './presentations.js';

const stillEndings = ['.jpg', '.jpeg', '.png', '.webp'];
const videoEndings = ['.mp4', '.mov', '.mkv', '.webm', '.avi', '.mpg', '.mpeg', '.ts', '.mjpeg'];
/** person folder / picture, or attack / species / recording; deeper trees are something else. */
const deepest = 4;

/**
 * Reads the listing of a folder of labelled faces: LFW's layout (with `pairs.txt`), a folder per person, or recordings
 * and stills named bona fide / attack species. Opens no picture.
 *
 * @throws MenshenError `dataset-invalid` with what was expected.
 */
export function openDataset(folder: string): Dataset {
  const root = resolve(folder);
  const found = filesBelow(root, root, 0).sort((one, other) => (one.file < other.file ? -1 : 1));
  if (found.length === 0) {
    throw new MenshenError('dataset-invalid', `${root} holds no pictures and no recordings. Name another folder.`);
  }
  const common = { name: basename(root), root, fingerprint: fingerprintOf(found) };
  return presentationDataset(common, found) ?? faceDataset(common, found);
}

function filesBelow(root: string, folder: string, depth: number): FoundFile[] {
  return entriesOf(folder).flatMap((entry): FoundFile[] => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return depth < deepest ? filesBelow(root, path, depth + 1) : [];
    const media = mediaOf(entry.name);
    if (!entry.isFile() || media === undefined) return [];
    const file = relative(root, path).split('\\').join('/');
    return [{ file, bytes: statSync(path).size, media }];
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new MenshenError('dataset-invalid', `${folder} cannot be read as a folder. Correct its name or its rights.`, {
      cause,
    });
  }
}

function mediaOf(name: string): FoundFile['media'] | undefined {
  const ending = extname(name).toLowerCase();
  if (stillEndings.includes(ending)) return 'still';
  return videoEndings.includes(ending) ? 'video' : undefined;
}

function fingerprintOf(found: readonly FoundFile[]): string {
  const digest = createHash('sha256');
  for (const { file, bytes } of found) digest.update(`${file}\0${bytes}\n`);
  return digest.digest('hex');
}
