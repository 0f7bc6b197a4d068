import { createRequire } from 'node:module';
import path from 'node:path';
import { addonStatus, openGallery } from '../../dist/addon/index.js';
import { projectRoot } from '../setup/context.mjs';
import { interleaved, row, skippedRow } from './measure.mjs';
import { fetchUsearch } from './usearch.mjs';

const dimensions = 512;
const sizes = [1_000, 10_000, 100_000];
const rounds = 41;
/** At 70 % of the memory's speed, a search takes this many times as long as reading its bytes. */
const memoryTarget = { atMost: 1 / 0.7 };
const peerTarget = { atLeast: 4 };
const largest = 100_000;

/**
 * One probe against the whole gallery, on one thread: the native search (bytes, then float32) interleaved with a streaming
 * read of as many bytes as it reads, with usearch when asked for, and with its TypeScript twin (float32).
 *
 * @param {boolean} withPeer
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function comparisonRows(withPeer) {
  const { usearch, why } = withPeer ? fetchedUsearch() : { usearch: undefined, why: undefined };
  try {
    const rows = [];
    for (const size of sizes) rows.push(...(await rowsOf(size, usearch)));
    if (why !== undefined) rows.push(skippedRow('best match, usearch', why));
    return rows;
  } finally {
    usearch?.remove();
  }
}

function fetchedUsearch() {
  try {
    return { usearch: fetchUsearch(), why: undefined };
  } catch (fault) {
    return { usearch: undefined, why: String(fault) };
  }
}

/** @param {number} size @param {import('./usearch.mjs').ExactSearch} [usearch] */
async function rowsOf(size, usearch) {
  const twin = openGallery(dimensions, { implementation: 'typescript' });
  const native = addonStatus().reason === undefined ? openGallery(dimensions, { implementation: 'native' }) : undefined;
  const memory = native && nativeRows();
  const peer = usearch?.open(size, dimensions);
  for (let slot = 0; slot < size; slot += 1) {
    const vector = randomUnit();
    twin.add(String(slot), vector);
    native?.add(String(slot), vector);
    memory?.put(slot, vector);
    peer?.put(slot, vector);
  }
  const probe = randomUnit();
  const search = () => native?.bestMatch(probe);
  // In pairs: in the wake of something ten times as long, what is short is interrupted more often than its share.
  const besideMemory = await interleaved({ search, read: () => memory?.readThrough() }, { rounds });
  const besidePeer = peer && (await interleaved({ search, peer: () => peer.bestMatch(probe) }, { rounds }));
  const besideTwin = await interleaved({ search, twin: () => twin.bestMatch(probe) }, { rounds });
  const bytesEach = Math.round((native?.memory().totalBytes ?? 0) / size);
  for (const opened of [twin, native, memory]) opened?.close();
  const slow = `best match of ${size}, TypeScript, float32`;
  if (!native) return [row(slow, besideTwin.twin)];
  const isLargest = size === largest;
  const read = { what: `reading the bytes of ${size} templates`, ms: besideMemory.read };
  const fast = `best match of ${size}, native, ${bytesEach} bytes each`;
  const rows = [
    row(read.what, read.ms),
    row(fast, besideMemory.search, read, isLargest ? memoryTarget : undefined),
    row(slow, besideTwin.twin, { what: fast, ms: besideTwin.search }),
  ];
  if (peer && besidePeer) {
    const baseline = { what: fast, ms: besidePeer.search };
    rows.push(
      row(`best match of ${size}, ${peer.name}`, besidePeer.peer, baseline, isLargest ? peerTarget : undefined),
    );
  }
  return rows;
}

/** The native store itself: reading for reading's sake is nothing that the product's door offers. */
function nativeRows() {
  const addon = createRequire(import.meta.url)(path.join(projectRoot, 'native', 'build', 'menshen.node'));
  return new addon.Gallery(dimensions, addon.kernels[0]);
}

/** Derived data: random directions, no face. */
function randomUnit() {
  const vector = Float32Array.from({ length: dimensions }, normal);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
