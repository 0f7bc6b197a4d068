import { openGallery } from '../../dist/addon/index.js';
import { row } from './measure.mjs';

const dimensions = 512;
const sizes = [1_000, 10_000, 100_000];
const rounds = 15;

/**
 * One probe against the whole gallery: the native kernel beside its TypeScript twin.
 *
 * @returns {import('./measure.mjs').Row[]}
 */
export function comparisonRows() {
  return sizes.flatMap((size) => {
    const twin = { what: `best match of ${size}, TypeScript`, ms: timeSearch(size, 'typescript') };
    return [row(twin.what, twin.ms), row(`best match of ${size}, native`, timeSearch(size, 'native'), twin)];
  });
}

/** @param {number} size @param {'native' | 'typescript'} implementation */
function timeSearch(size, implementation) {
  const gallery = openGallery(dimensions, { implementation });
  for (let i = 0; i < size; i += 1) gallery.add(String(i), randomUnit());
  const probe = randomUnit();
  const times = [];
  for (let i = 0; i < rounds; i += 1) {
    const startedMs = performance.now();
    gallery.bestMatch(probe);
    times.push(performance.now() - startedMs);
  }
  gallery.close();
  times.sort((a, b) => a - b);
  return { min: times[0] ?? 0, median: times[Math.floor(rounds / 2)] ?? 0, max: times.at(-1) ?? 0 };
}

/** Derived data: random directions, no face. */
function randomUnit() {
  const vector = Float32Array.from({ length: dimensions }, () => Math.random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
