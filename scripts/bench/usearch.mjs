import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fetchPackages } from './fetch-packages.mjs';

/** The last line that runs on Node 20. */
const wanted = 'usearch@~2.25.1';

/**
 * @typedef {object} PeerGallery
 * @property {string} name
 * @property {(slot: number, vector: Float32Array) => void} put
 * @property {(probe: Float32Array) => unknown} bestMatch
 *
 * @typedef {{ open: (size: number, dimensions: number) => PeerGallery, remove: () => void }} ExactSearch
 */

/**
 * A peer to measure against, never a dependency. Its install script is not run; its ready-made library is used.
 *
 * @returns {ExactSearch}
 */
export function fetchUsearch() {
  const { folder, remove } = fetchPackages([wanted]);
  try {
    const name = 'usearch';
    const usearch = createRequire(path.join(folder, 'package.json'))(name);
    const { version } = JSON.parse(readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8'));
    return { open: opener(usearch, version), remove };
  } catch (fault) {
    remove();
    throw fault;
  }
}

/** @param {any} usearch @param {string} version @returns {ExactSearch['open']} */
function opener(usearch, version) {
  return (size, dimensions) => {
    const rows = new Float32Array(size * dimensions);
    return {
      name: `usearch ${version}, exact float32`,
      put: (slot, vector) => rows.set(vector, slot * dimensions),
      // Vectors are of unit length: the inner product is the cosine, and the cheaper of its two metrics. One thread.
      bestMatch: (probe) => usearch.exactSearch(rows, probe, dimensions, 1, usearch.MetricKind.IP, 1),
    };
  };
}
