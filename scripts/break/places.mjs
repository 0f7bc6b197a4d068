import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { Needles } from './needles.mjs';

const readBytes = 4 * 1024 * 1024;

/**
 * Which needles lie in which file below the folders; sockets and what goes away meanwhile are passed over.
 *
 * @param {readonly string[]} folders
 * @param {readonly import('./encodings.mjs').Needle[]} needles
 * @returns {{ place: string, who: string, as: string }[]}
 */
export function searchFiles(folders, needles) {
  return folders.flatMap(filesBelow).flatMap((file) => {
    const counts = countsIn(file, needles);
    return needles.flatMap(({ who, as }, index) => ((counts[index] ?? 0) > 0 ? [{ place: file, who, as }] : []));
  });
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** @param {string} file @param {readonly import('./encodings.mjs').Needle[]} needles */
function countsIn(file, needles) {
  const wanted = new Needles(needles.map(({ bytes }) => bytes));
  const overlap = wanted.longest - 1;
  const buffer = Buffer.alloc(overlap + readBytes);
  const descriptor = openSync(file, 'r');
  try {
    let carried = 0;
    for (let at = 0, size = statSync(file).size; at < size; ) {
      const got = readSync(descriptor, buffer, carried, readBytes, at);
      if (got === 0) break;
      const filled = carried + got;
      wanted.countIn(buffer.subarray(0, filled), carried);
      carried = Math.min(overlap, filled);
      buffer.copyWithin(0, filled - carried, filled);
      at += got;
    }
    return wanted.counts;
  } finally {
    closeSync(descriptor);
  }
}
