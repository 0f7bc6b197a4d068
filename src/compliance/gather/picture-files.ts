import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** How pictures and videos begin: JPEG, PNG, GIF, BMP, TIFF (two), WebP, AVI, MP4 and HEIC, Matroska. */
const beginnings: readonly (readonly [offset: number, hex: string])[] = [
  [0, 'ffd8ff'],
  [0, '89504e47'],
  [0, '47494638'],
  [0, '424d'],
  [0, '49492a00'],
  [0, '4d4d002a'],
  [8, '57454250'],
  [8, '41564920'],
  [4, '66747970'],
  [0, '1a45dfa3'],
];
const longestBeginning = 12;

/** Files below a folder that are pictures or videos by their first bytes, whatever their names (D17a). */
export function pictureFiles(folder: string, below = ''): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(below, entry.name);
      if (entry.isDirectory()) return pictureFiles(folder, path);
      return entry.isFile() && isPicture(join(folder, path)) ? [path] : [];
    })
    .sort();
}

function isPicture(path: string): boolean {
  const head = headOf(path);
  return beginnings.some(([offset, hex]) => head.subarray(offset, offset + hex.length / 2).toString('hex') === hex);
}

function headOf(path: string): Buffer {
  const head = Buffer.alloc(longestBeginning);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (thrown) {
    // The database's side files come and go.
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return Buffer.alloc(0);
    throw thrown;
  }
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}
