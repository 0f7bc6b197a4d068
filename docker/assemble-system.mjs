import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const [image = '/image'] = process.argv.slice(2);
const node = realpathSync(process.execPath);
/** The guard that ends ffmpeg with its terminal is a few lines of shell; ffmpeg is here where the build chose Debian's. */
const programs = ['/usr/bin/sh', '/usr/bin/rm', '/usr/bin/ffmpeg'].filter((file) => existsSync(file));

mirrorFolderLinks();
place(node, '/usr/local/bin/node');
// Symbols for a debugger; what addons link against stays. Where strip is missing the image is larger, and works.
spawnSync('strip', ['--strip-unneeded', path.join(image, 'usr/local/bin/node')]);
for (const file of programs) place(file, file);
const libraries = sharedLibraries([node, ...programs, ...binariesBelow(path.join(image, 'app'))]);
for (const library of libraries) place(library, library);
accountFor([...programs, ...libraries]);
if (existsSync('/usr/local/LICENSE')) place('/usr/local/LICENSE', '/usr/local/LICENSE');
writeUserDatabase();
process.stdout.write(`${libraries.length} shared libraries:\n${libraries.map((file) => `  ${file}\n`).join('')}`);

/** `/lib` and `/lib64` are links on a merged-usr system, and the program loader's path goes through them. */
function mirrorFolderLinks() {
  mkdirSync(path.join(image, 'usr'), { recursive: true });
  for (const name of ['lib', 'lib64', 'bin', 'sbin']) {
    if (!lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    mkdirSync(path.join(image, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, path.join(image, name));
  }
}

/**
 * @param {string} folder
 * @returns {string[]} addons, libraries and programs
 */
function binariesBelow(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(\.node|\.so(\.\d+)*|^ffmpeg)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  if (!files.some((file) => file.endsWith('.node'))) throw new Error(`no addon is below ${folder}: assemble it first`);
  return files;
}

/**
 * What the loader finds outside the product's own folders, taken from the loader itself.
 *
 * @param {string[]} binaries
 * @returns {string[]} absolute paths, sorted
 */
function sharedLibraries(binaries) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const binary of binaries) {
    const { stdout, stderr, status } = spawnSync('ldd', [binary], { encoding: 'utf8' });
    if (status !== 0 && !/not a dynamic executable|statically linked/.test(stdout + stderr))
      throw new Error(`ldd ${binary} failed: ${stderr}`);
    const missing = /^\s*(\S+) => not found/m.exec(stdout);
    if (missing !== null) throw new Error(`${binary} needs ${missing[1]}, which this base image does not have`);
    for (const [, library = ''] of stdout.matchAll(/(?:=>|^)\s*(\/\S+) \(0x/gm))
      if (!library.startsWith(`${image}/`)) found.add(library);
  }
  return [...found].sort();
}

/**
 * @param {string} from
 * @param {string} to in the image
 */
function place(from, to) {
  const target = path.join(image, to);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(realpathSync(from), target);
  chmodSync(target, lstatSync(realpathSync(from)).mode & 0o755);
}

/**
 * Licences of what was copied, and the package database's entry in the place where scanners of images look.
 *
 * @param {string[]} files
 */
function accountFor(files) {
  const owners = files.flatMap((file) => {
    const { stdout } = spawnSync('dpkg-query', ['-S', `*/${path.basename(realpathSync(file))}`], { encoding: 'utf8' });
    return stdout.split('\n').flatMap((line) => /^([a-z0-9.+-]+)(?::\w+)?: /.exec(line)?.[1] ?? []);
  });
  const folder = path.join(image, 'var/lib/dpkg/status.d');
  mkdirSync(folder, { recursive: true });
  for (const owner of new Set(owners)) {
    const entry = spawnSync('dpkg-query', ['-s', owner], { encoding: 'utf8' });
    if (entry.status === 0) writeFileSync(path.join(folder, owner), entry.stdout);
    const licence = `/usr/share/doc/${owner}/copyright`;
    if (existsSync(licence)) place(licence, licence);
  }
}

function writeUserDatabase() {
  const etc = path.join(image, 'etc');
  mkdirSync(etc, { recursive: true });
  const nobodyElse = 'root:x:0:0::/:/sbin/nologin\nmenshen:x:10001:10001::/var/lib/menshen:/sbin/nologin\n';
  writeFileSync(path.join(etc, 'passwd'), nobodyElse);
  writeFileSync(path.join(etc, 'group'), 'root:x:0:\nmenshen:x:10001:\n');
  writeFileSync(path.join(etc, 'nsswitch.conf'), 'hosts: files dns\n');
  writeFileSync(path.join(etc, 'os-release'), readFileSync('/etc/os-release'));
}
