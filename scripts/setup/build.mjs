import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { lastLines, SetupFailure } from './failure.mjs';
import { filesBelow, hashOfFiles, readJson, writeJson } from './files.mjs';

/** They run in a browser: they are bundled, not compiled. */
const PAGE_SOURCES = ['kiosk', 'console', 'pages'].map((name) => path.join('src', name));
const BUNDLES = ['kiosk', 'console', 'libraries'].map((name) => path.join('dist', name));
const BUNDLERS = ['build-pages.mjs', 'build-libraries.mjs'].map((name) => path.join('scripts', name));

/** @type {import('./context.mjs').Step} */
export const build = {
  title: 'build (TypeScript, pages)',
  needsBytes: 20 * 1024 ** 2,
  check: checkBuild,
  run: makeBuild,
};

/** @param {import('./context.mjs').Context} context */
async function checkBuild(context) {
  const stamp = /** @type {{ inputs: string, page?: string[] } | undefined} */ (await readJson(stampFile(context)));
  const { absent } = await outputsOf(context);
  const page = stamp?.page ?? [];
  if (absent.length > 0 || page.length === 0 || page.some((file) => !existsSync(path.join(context.root, file))))
    return { ready: false, detail: 'dist/ is absent or incomplete' };
  const ready = stamp?.inputs === (await inputsOf(context));
  return { ready, detail: ready ? 'dist/ is current' : 'the sources changed' };
}

/** @param {import('./context.mjs').Context} context */
async function makeBuild(context) {
  const inputs = await inputsOf(context);
  const { absent, left } = await outputsOf(context);
  await rm(stampFile(context), { force: true });
  // tsc's own note says what it wrote, not what is still there: with it, a deleted output would never come back.
  if (absent.length > 0) await rm(path.join(context.root, 'dist', '.tsbuildinfo'), { force: true });
  // tsc never deletes: what a removed source left behind would still be found by an import.
  for (const file of left) await rm(path.join(context.root, file), { force: true });
  context.progress.working('compiling src/ to dist/');
  const compiler = path.join('node_modules', 'typescript', 'bin', 'tsc');
  const compiled = await context.children.run(process.execPath, [compiler, '-p', '.'], {
    cwd: context.root,
    env: context.env,
  });
  if (compiled.code !== 0) throw buildFailure(compiled.output);
  await bundle(context);
  const page = await Promise.all(BUNDLES.map((folder) => filesBelow(context.root, folder)));
  await writeJson(stampFile(context), { inputs, page: page.flat() });
  return 'built dist/';
}

/** @param {import('./context.mjs').Context} context */
async function bundle(context) {
  context.progress.working('bundling the pages to dist/');
  for (const bundler of BUNDLERS) {
    const bundled = await context.children.run(process.execPath, [bundler], { cwd: context.root, env: context.env });
    if (bundled.code !== 0) throw buildFailure(bundled.output);
  }
}

/** @param {string} output */
function buildFailure(output) {
  if (/ENOSPC/.test(output))
    return new SetupFailure('diskFull', 'The disk is full. Free some space, then run it again.');
  return new SetupFailure(
    'internal',
    'The sources do not compile. Correct them, then run it again.',
    lastLines(output),
  );
}

/** @param {import('./context.mjs').Context} context */
async function inputsOf(context) {
  const sources = await Promise.all(
    ['src', path.join('config', 'languages'), path.join('config', 'voice'), path.join('scripts', 'kiosk')].map(
      (folder) => filesBelow(context.root, folder),
    ),
  );
  const others = [...BUNDLERS, 'tsconfig.json', 'package.json', 'package-lock.json'];
  return hashOfFiles(context.root, [...sources.flat(), ...others]);
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<{ absent: string[], left: string[] }>} outputs that a source has not, and that have no source
 */
async function outputsOf(context) {
  const stems = (await filesBelow(context.root, 'src'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !isBelow(file, ...PAGE_SOURCES))
    .map((file) => path.join('dist', path.relative('src', file)).replace(/\.ts$/, ''));
  const absent = stems.filter((stem) => !existsSync(path.join(context.root, `${stem}.js`)));
  const known = new Set(stems);
  const made = (await filesBelow(context.root, 'dist')).filter(
    (file) =>
      /\.(js|js\.map|d\.ts)$/.test(file) && !isBelow(file, ...BUNDLES, ...BUNDLES.map((page) => `${page}.part`)),
  );
  return { absent, left: made.filter((file) => !known.has(file.replace(/\.(js|js\.map|d\.ts)$/, ''))) };
}

/**
 * @param {string} file
 * @param {string[]} folders
 */
function isBelow(file, ...folders) {
  return folders.some((folder) => file.startsWith(folder + path.sep));
}

/** @param {import('./context.mjs').Context} context */
function stampFile(context) {
  return path.join(context.root, 'dist', '.menshen-build.json');
}
