import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

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
 * Fetches usearch through npm into a folder of its own: a peer to measure against, never a dependency. Its install
 * script is not run; its ready-made library is used.
 *
 * @returns {ExactSearch}
 */
export function fetchUsearch() {
  const folder = mkdtempSync(path.join(tmpdir(), 'menshen-usearch-'));
  try {
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'];
    const run = spawnSync('npm', ['install', ...flags, wanted], { cwd: folder, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`npm could not fetch ${wanted}: ${run.stderr.trim().split('\n').at(-1)}`);
    const name = 'usearch';
    const usearch = createRequire(path.join(folder, 'package.json'))(name);
    const { version } = JSON.parse(readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8'));
    return { open: opener(usearch, version), remove: () => rmSync(folder, { recursive: true, force: true }) };
  } catch (fault) {
    rmSync(folder, { recursive: true, force: true });
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
