// Measures comparison thresholds with the product's own code on a folder of labelled faces.
//
//   node scripts/measure-thresholds.mjs DIR [--write] [--pack models/default] [--name NAME]
//
// DIR holds images/<identity>/<identity>_NNNN.jpg and pairs.txt (the LFW formats). Nothing of a face is kept: vectors
// live in this process only. With --write the tables replace the manifest's `thresholds`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  fewestErrors,
  matchRate,
  meanOf,
  resampledRates,
  similarity,
  thresholdsFor,
} from './comparison-statistics.mjs';
import { embedAll, peopleIn } from './labelled-faces.mjs';

/** @typedef {import('./labelled-faces.mjs').Vectors} Vectors */
/** @typedef {import('./comparison-statistics.mjs').ThresholdPoint} ThresholdPoint */

const picturesPerReference = 3;
// Caps, so that a few often-photographed people do not stand for everybody.
const impostorPicturesPerPerson = 4;
const fusedPerPerson = 6;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    pack: { type: 'string', default: 'models/default' },
    name: { type: 'string', default: 'lfw-a' },
  },
});
const directory = positionals[0];
if (!directory) {
  console.error('Say where the faces are: node scripts/measure-thresholds.mjs DIR [--write]');
  process.exit(2);
}
await measure(directory);

/** @param {string} root */
async function measure(root) {
  const people = peopleIn(root);
  const vectors = await embedAll(root, [...people.values()].flat(), flags.pack);
  const tables = [singleSingle(people, vectors), referenceSingle(people, vectors), referenceFused(people, vectors)];
  for (const { evaluation, points } of tables) {
    console.log(`${evaluation.kind}: ${evaluation.comparisons} non-mated comparisons`);
    for (const { fmr, cosineSimilarity } of points) console.log(`  FMR ${fmr}: ${cosineSimilarity}`);
  }
  reportPairs(root, vectors, tables[0]?.points ?? []);
  if (flags.write) writeTables(tables);
}

/**
 * @param {Map<string, string[]>} people
 * @param {Vectors} vectors
 */
function singleSingle(people, vectors) {
  const first = [...people.values()].flatMap(([picture]) => vectors.get(picture ?? '') ?? []);
  const scores = new Float32Array((first.length * (first.length - 1)) / 2);
  let count = 0;
  first.forEach((one, index) => {
    for (const other of first.slice(index + 1)) scores[count++] = similarity(one, other);
  });
  const population = `${flags.name}: the first picture of each of ${first.length} people, every pair of people`;
  return table('single-single', population, scores, 'Comparisons share pictures, so they are not independent.');
}

/**
 * @param {Map<string, string[]>} people
 * @param {Vectors} vectors
 */
function referenceSingle(people, vectors) {
  const enrolled = [...people].filter(([, pictures]) => pictures.length > picturesPerReference);
  const impostors = [...people].flatMap(([identity, pictures]) =>
    pictures
      .slice(0, impostorPicturesPerPerson)
      .flatMap((picture) => ({ identity, vector: vectors.get(picture) ?? new Float32Array(0) })),
  );
  /** @type {number[]} */
  const nonMated = [];
  /** @type {number[]} */
  const mated = [];
  for (const [identity, pictures] of enrolled) {
    const reference = meanOf(pictures.slice(0, picturesPerReference).flatMap((picture) => vectors.get(picture) ?? []));
    for (const probe of impostors) if (probe.identity !== identity) nonMated.push(similarity(reference, probe.vector));
    const [probe] = pictures.slice(picturesPerReference).flatMap((picture) => vectors.get(picture) ?? []);
    if (probe) mated.push(similarity(reference, probe));
  }
  const population =
    `${flags.name}: references of ${picturesPerReference} pictures of ${enrolled.length} people against up to ` +
    `${impostorPicturesPerPerson} pictures of every other of ${people.size} people`;
  const scores = Float32Array.from(nonMated);
  const single = table(
    'reference-single',
    population,
    scores,
    'Comparisons share pictures, so they are not independent.',
  );
  for (const { fmr, cosineSimilarity } of single.points) {
    const matched = mated.filter((score) => score >= cosineSimilarity).length;
    console.log(`reference-single: ${matched} of ${mated.length} people's next picture match at FMR ${fmr}`);
  }
  return single;
}

/**
 * Both sides fused. The probe's pictures were taken on different days, a video's frames within a second: frames are more
 * alike, so fusing them steadies less. Taking the single probe's thresholds over would let more through than measured.
 *
 * @param {Map<string, string[]>} people
 * @param {Vectors} vectors
 */
function referenceFused(people, vectors) {
  const fused = [...people].flatMap(([identity, pictures]) => {
    const found = pictures.slice(0, fusedPerPerson * picturesPerReference).flatMap((name) => vectors.get(name) ?? []);
    const wholeGroups = Math.floor(found.length / picturesPerReference);
    return Array.from({ length: wholeGroups }, (_, group) => ({
      identity,
      vector: meanOf(found.slice(group * picturesPerReference, (group + 1) * picturesPerReference)),
    }));
  });
  const scores = fused.flatMap((one, index) =>
    fused
      .slice(index + 1)
      .filter(({ identity }) => identity !== one.identity)
      .map(({ vector }) => similarity(one.vector, vector)),
  );
  const peopleCount = new Set(fused.map(({ identity }) => identity)).size;
  const population =
    `${flags.name}: ${fused.length} means of ${picturesPerReference} pictures of ${peopleCount} people, every pair of ` +
    'means of different people';
  const note =
    'Probes fused from stills of different occasions stand for probes fused from video frames, which were not ' +
    'measured. Comparisons share pictures, so they are not independent.';
  return table('reference-fused', population, Float32Array.from(scores), note);
}

/**
 * @param {import('../dist/core/index.js').ComparisonKind} kind
 * @param {string} population
 * @param {Float32Array} nonMated
 * @param {string} note
 */
function table(kind, population, nonMated, note) {
  const date = new Date().toISOString().slice(0, 10);
  const ranked = nonMated.slice().sort().reverse();
  const points = thresholdsFor(ranked);
  const evaluation = { id: `${flags.name}-${kind}-${date}`, date, population, kind, comparisons: ranked.length, note };
  return { evaluation, points };
}

/**
 * True match rates on the listed pairs; the interval comes from resampling people, whose pairs depend on each other.
 *
 * @param {string} root
 * @param {Vectors} vectors
 * @param {readonly ThresholdPoint[]} points
 */
function reportPairs(root, vectors, points) {
  const byPerson = matedScoresByPerson(root, vectors);
  const all = [...byPerson.values()].flat();
  for (const { fmr, cosineSimilarity } of points) {
    const rate = matchRate(all, cosineSimilarity);
    const rates = resampledRates([...byPerson.values()], cosineSimilarity);
    const [low, high] = [0.025, 0.975].map((part) => rates[Math.floor(part * rates.length)] ?? Number.NaN);
    const interval = `${percent(low ?? Number.NaN)} to ${percent(high ?? Number.NaN)}`;
    const missed = Math.round((1 - rate) * all.length);
    const few = missed < fewestErrors ? '; insufficient: fewer than 30 errors' : '';
    console.log(`TMR at FMR ${fmr}: ${percent(rate)} (95 %: ${interval}; ${missed} of ${all.length} missed${few})`);
  }
}

/**
 * @param {string} root
 * @param {Vectors} vectors
 */
function matedScoresByPerson(root, vectors) {
  /** @type {Map<string, number[]>} */
  const scores = new Map();
  for (const line of readFileSync(join(root, 'pairs.txt'), 'utf8').split('\n').slice(1)) {
    const [identity, one, other, more] = line.trim().split('\t');
    if (!identity || !one || !other || more) continue;
    const [left, right] = [one, other].map((number) => vectors.get(`${identity}_${number.padStart(4, '0')}`));
    // A picture without a face can match nobody.
    const score = left && right ? similarity(left, right) : Number.NEGATIVE_INFINITY;
    scores.set(identity, [...(scores.get(identity) ?? []), score]);
  }
  return scores;
}

/** @param {number} rate */
function percent(rate) {
  return `${(100 * rate).toFixed(2)} %`;
}

/** @param {readonly object[]} tables */
function writeTables(tables) {
  const path = join(flags.pack, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.thresholds = tables;
  writeFileSync(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
  console.log(`written to ${path}`);
}
