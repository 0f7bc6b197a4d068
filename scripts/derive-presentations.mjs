// Makes derived presentations from recordings and stills that are named as `menshen eval` reads them:
//
//   node scripts/derive-presentations.mjs FOLDER OUT [--with-originals]
//
// Everything in FOLDER again in poorer light, noisier, nearer, farther and so on, and, from what is bona fide, simulated
// attacks: shown on a monitor, a tablet, a telephone, printed, cut out. What comes after `~` in a file's name says how it
// was made (`anna-bona-fide~dim-0.35.mp4`, `anna-print~simulated-paper.mp4`); an evaluation keeps such files apart.
// --with-originals copies FOLDER's own files beside them, so that one evaluation shows both. What is already in OUT stays.
//
// A simulation stands for no attack: it shows what a cue answers to, and no error rate may be taken from it.
import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { attackNameOf, derivedNameOf, isDerived } from './derive-presentations/names.mjs';
import { checkedOutFolder } from './derive-presentations/out-folder.mjs';
import { makerOf } from './derive-presentations/run-ffmpeg.mjs';
import { simulations } from './derive-presentations/simulations.mjs';
import { showingOf } from './derive-presentations/subjects.mjs';
import { versions } from './derive-presentations/versions.mjs';

/** @typedef {{ file: string, make: (to: string) => Promise<void> }} Job */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @param {{ folder: string, out: string, withOriginals?: boolean, log: (line: string) => void }} options
 * @returns {Promise<{ made: number, kept: number }>}
 */
export async function derivePresentations({ folder, out, withOriginals = false, log }) {
  const into = await checkedOutFolder({ root, folder, out });
  const { openDataset } = await import('../dist/evaluate/index.js');
  const dataset = openDataset(folder);
  if (dataset.kind !== 'presentations')
    throw new Error(`${folder} holds no presentations: name recordings after them.`);
  const { findFfmpeg } = await import('../dist/platform/index.js');
  const maker = await makerOf((await findFfmpeg()).path);
  const originals = dataset.presentations.filter(({ file }) => !isDerived(file));
  const work = await mkdtemp(path.join(tmpdir(), 'menshen-derive-'));
  const forget = forgetWhenStopped(work);
  try {
    const jobs = originals.flatMap((presentation) => [
      ...(withOriginals ? [copyOf(dataset.root, presentation)] : []),
      ...versionsOf(dataset.root, presentation, maker, work),
      ...(presentation.species === 'bona-fide' ? attacksOn(dataset.root, presentation, maker, work) : []),
    ]);
    return await run(jobs, into, log);
  } finally {
    forget.disarm();
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Faces lie in the work folder: they go when somebody stops the run, too.
 *
 * @param {string} work
 */
function forgetWhenStopped(work) {
  const stop = () => {
    rmSync(work, { recursive: true, force: true });
    process.exit(1);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, stop);
  return {
    disarm() {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}

/** @typedef {import('../dist/evaluate/datasets/dataset.js').LabelledPresentation} Presentation */
/** @typedef {import('./derive-presentations/run-ffmpeg.mjs').Maker} Maker */

/**
 * @param {string} from
 * @param {Presentation} presentation
 * @returns {Job}
 */
function copyOf(from, { file }) {
  return { file, make: (to) => copyFile(path.join(from, file), to) };
}

/**
 * @param {string} from
 * @param {Presentation} presentation
 * @param {Maker} maker
 * @param {string} work
 * @returns {Job[]}
 */
function versionsOf(from, { file, still }, maker, work) {
  const source = path.join(from, file);
  return versions
    .filter(({ framesPerSecond }) => !still || framesPerSecond === undefined)
    .map(({ name, ...how }) => ({
      file: derivedNameOf(file, name),
      make: async (to) => maker.filtered({ source: still ? await upright(source, work) : source, still, ...how, to }),
    }));
}

/**
 * A still as it is to be seen: a telephone's says in its Exif data which side is up, and not every ffmpeg reads that.
 *
 * @param {string} source
 * @param {string} work
 */
async function upright(source, work) {
  const to = path.join(work, 'upright.png');
  await sharp(await readFile(source))
    .rotate()
    .png()
    .toFile(to);
  return to;
}

/**
 * @param {string} from
 * @param {Presentation} presentation
 * @param {Maker} maker
 * @param {string} work
 * @returns {Job[]}
 */
function attacksOn(from, { file, still }, maker, work) {
  const source = path.join(from, file);
  /** @type {ReturnType<typeof showingOf> | undefined} */
  let showing;
  return simulations.map(({ species, name, stage }) => ({
    file: derivedNameOf(attackNameOf(file, species), name, '.mp4'),
    make: async (to) => {
      showing ??= showingOf({ root, source, still, maker, work });
      await maker.staged(await stage(await showing), to);
    },
  }));
}

/**
 * @param {readonly Job[]} jobs
 * @param {string} into
 * @param {(line: string) => void} log
 */
async function run(jobs, into, log) {
  let made = 0;
  for (const [index, { file, make }] of jobs.entries()) {
    const to = path.join(into, file);
    if (await isThere(to)) continue;
    await mkdir(path.dirname(to), { recursive: true });
    // An interrupted run leaves no half recording under its name: nobody reads a hidden file, and the next run replaces it.
    const unfinished = path.join(path.dirname(to), `.unfinished-${path.basename(to)}`);
    const startedAt = Date.now();
    try {
      await make(unfinished);
      await rename(unfinished, to);
    } finally {
      await rm(unfinished, { force: true });
    }
    made += 1;
    log(`${index + 1} of ${jobs.length}: ${file} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
  return { made, kept: jobs.length - made };
}

/** @param {string} file */
async function isThere(file) {
  return stat(file).then(
    () => true,
    () => false,
  );
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const [folder, out, ...others] = words.filter((word) => word !== '--with-originals');
  if (folder === undefined || out === undefined || others.length > 0 || out.startsWith('-')) {
    console.error('Usage: node scripts/derive-presentations.mjs FOLDER OUT [--with-originals]');
    process.exitCode = 2;
  } else {
    const withOriginals = words.includes('--with-originals');
    await derivePresentations({ folder, out, withOriginals, log: (line) => console.log(line) }).then(
      ({ made, kept }) => console.log(`${made} made, ${kept} already there: ${out}`),
      (error) => {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
      },
    );
  }
}
