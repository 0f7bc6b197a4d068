import { cpSync, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the terminal reads while it runs. Everything else in the build stage stays there. */
const parts = [
  'package.json',
  'LICENSE',
  'dist',
  'config',
  'models',
  'native/build/menshen.node',
  'docker/health-check.mjs',
  'docker/make-folders.mjs',
  'var/tools/ffmpeg',
];

/** Dependencies that only installing, setting up or building uses: what they pull in is left out as well. */
const installOnly = new Map([
  // What is used of the last two stands in dist/libraries.
  ['', ['node-api-headers', 'tar', 'typebox', '@fastify/type-provider-typebox']],
  ['node_modules/better-sqlite3', ['prebuild-install']],
  ['node_modules/onnxruntime-node', ['adm-zip', 'global-agent']],
]);

/** Where a package carries more than its running part, what is kept of it; paths begin with one of these. */
const onlyPartsOf = new Map([
  ['pdfkit', ['package.json', 'LICENSE', 'js/pdfkit.node.mjs', 'js/pdfkit.js', 'js/data', 'js/standard-fonts']],
  ['fontkit', ['package.json', 'LICENSE', 'dist/main.cjs', 'dist/module.mjs']],
  // The sign's letters; the style sheets are for web pages.
  ['@fontsource-variable/noto-sans-sc', ['package.json', 'LICENSE', 'files', 'unicode.json']],
  ['better-sqlite3', ['package.json', 'LICENSE', 'lib', 'build/Release/better_sqlite3.node']],
  [
    'onnxruntime-node',
    ['package.json', 'LICENSE', 'ThirdPartyNotices.txt', 'dist', `bin/napi-v6/${process.platform}/${process.arch}`],
  ],
]);

const notRead = /\.(d\.[cm]?ts|[cm]?tsx?|map|md|markdown|flow|c|cc|cpp|h|hpp|gypi?|exe|tsbuildinfo)$/i;
const notReadFolders = new Set([
  'test',
  'tests',
  '__tests__',
  'docs',
  'example',
  'examples',
  'benchmark',
  'benchmarks',
]);
const legal = /^(licen[cs]e|notice|copying|third-?party)/i;

/**
 * Copies the parts and the packages that the running terminal can reach.
 *
 * @param {string} from the project, set up
 * @param {string} to
 * @returns {{ name: string, bytes: number, leftOutBytes: number }[]} one row for each part and package, largest first
 */
export function assembleApp(from, to) {
  const rows = parts
    .filter((part) => existsSync(path.join(from, part)))
    .map((part) => ({ name: part, ...copy(path.join(from, part), path.join(to, part), readWhileRunning) }));
  const lock = JSON.parse(readFileSync(path.join(from, 'package-lock.json'), 'utf8'));
  const isThere = (/** @type {string} */ place) => existsSync(path.join(from, place, 'package.json'));
  for (const place of reachablePackages(lock.packages, isThere)) {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const keep = (/** @type {string} */ file) => file.split('/')[0] !== 'node_modules' && keptOf(name, file);
    rows.push({ name: place, ...copy(path.join(from, place), path.join(to, place), keep) });
  }
  return rows.sort((a, b) => b.bytes - a.bytes);
}

/**
 * @typedef {object} Locked one entry of package-lock.json
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * Walks the lock file as Node resolves: from the package's own folder upwards.
 *
 * @param {Record<string, Locked>} packages of package-lock.json
 * @param {(place: string) => boolean} isThere optional packages of other platforms are locked and not installed
 * @returns {string[]} places like `node_modules/fastify`, sorted
 */
export function reachablePackages(packages, isThere) {
  /** @type {Set<string>} */
  const reached = new Set();
  const walk = (/** @type {string} */ place) => {
    const { dependencies = {}, optionalDependencies = {} } = packages[place] ?? {};
    const names = [...Object.keys(dependencies), ...Object.keys(optionalDependencies)];
    for (const name of names.filter((one) => !installOnly.get(place)?.includes(one))) {
      const found = placesOf(place, name).find((one) => one in packages && isThere(one));
      if (found === undefined || reached.has(found)) continue;
      reached.add(found);
      walk(found);
    }
  };
  walk('');
  return [...reached].sort();
}

/**
 * @param {string} from
 * @param {string} name
 * @returns {string[]}
 */
function placesOf(from, name) {
  const levels = from === '' ? [] : from.split('/node_modules/');
  const above = levels.map((_, index) => levels.slice(0, levels.length - index).join('/node_modules/'));
  return [...above.map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`];
}

/**
 * @param {string} name of the package
 * @param {string} file below the package, with `/`
 */
function keptOf(name, file) {
  const only = onlyPartsOf.get(name);
  const chosen = only === undefined || only.some((part) => file === part || file.startsWith(`${part}/`));
  return chosen && readWhileRunning(file);
}

/** @param {string} file */
function readWhileRunning(file) {
  const segments = file.split('/');
  const base = segments.at(-1) ?? '';
  if (legal.test(base)) return true;
  const inside = segments.slice(0, 1).some((segment) => notReadFolders.has(segment) || segment === '.github');
  return !inside && !notRead.test(base);
}

/**
 * @param {string} from
 * @param {string} to
 * @param {(file: string) => boolean} keep asked with paths below `from`, or with the name when `from` is a file
 */
function copy(from, to, keep) {
  if (lstatSync(from).isFile()) {
    cpSync(from, to);
    return { bytes: lstatSync(from).size, leftOutBytes: 0 };
  }
  let bytes = 0;
  let leftOutBytes = 0;
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const below = path.relative(from, file);
    const { size } = lstatSync(file);
    if (keep(below)) {
      cpSync(file, path.join(to, below), { verbatimSymlinks: true });
      bytes += size;
    } else if (!below.startsWith('node_modules/')) {
      leftOutBytes += size;
    }
  }
  return { bytes, leftOutBytes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [from = '/app', to = '/image/app'] = process.argv.slice(2);
  const rows = assembleApp(from, to);
  const mebibytes = (/** @type {number} */ bytes) => (bytes / 1024 ** 2).toFixed(1).padStart(7);
  process.stdout.write('    MiB  left out\n');
  for (const { name, bytes, leftOutBytes } of rows.slice(0, 16))
    process.stdout.write(`${mebibytes(bytes)}  ${mebibytes(leftOutBytes)}  ${name}\n`);
  const sum = rows.reduce((total, { bytes }) => total + bytes, 0);
  process.stdout.write(`${mebibytes(sum)}           ${rows.length} parts in all\n`);
}
