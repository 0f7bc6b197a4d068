import { spawn } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { say } from './tools.mjs';

/** Folders whose parts are worth a line of their own. */
const openedFolders = new Set([
  '.',
  'app',
  'app/node_modules',
  'app/node_modules/@img',
  'app/var',
  'usr',
  'usr/lib',
  'usr/local',
]);
const shownParts = 12;

/**
 * @param {string} title
 * @param {import('./build.mjs').OpenImage} image
 */
export async function printSize(title, { root }) {
  const parts = partsOf(root, '.').sort((a, b) => b.bytes - a.bytes);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  say(
    `\nsize of the ${title} image: ${mebibytes(bytes)} MiB on disk, ${mebibytes(await gzippedBytes(root))} MiB gzipped`,
  );
  for (const { name, bytes: own } of parts.slice(0, shownParts)) say(`  ${mebibytes(own).padStart(7)} MiB  ${name}`);
  const rest = parts.slice(shownParts).reduce((sum, part) => sum + part.bytes, 0);
  say(`  ${mebibytes(rest).padStart(7)} MiB  ${Math.max(0, parts.length - shownParts)} smaller parts`);
}

/**
 * @param {string} root
 * @param {string} folder below root
 * @returns {{ name: string, bytes: number }[]}
 */
function partsOf(root, folder) {
  return readdirSync(path.join(root, folder)).flatMap((entry) => {
    const name = path.join(folder, entry);
    return openedFolders.has(name) ? partsOf(root, name) : [{ name, bytes: bytesOf(path.join(root, name)) }];
  });
}

/**
 * @param {string} file
 * @returns {number}
 */
function bytesOf(file) {
  const found = lstatSync(file);
  if (!found.isDirectory()) return found.size;
  return readdirSync(file).reduce((sum, entry) => sum + bytesOf(path.join(file, entry)), 0);
}

/**
 * About what is transferred when the image is pulled.
 *
 * @param {string} root
 * @returns {Promise<number>}
 */
async function gzippedBytes(root) {
  const tar = spawn('tar', ['--create', '--file=-', '--directory', root, '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let bytes = 0;
  for await (const chunk of tar.stdout.pipe(createGzip())) bytes += chunk.length;
  return bytes;
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return (bytes / 1024 ** 2).toFixed(1);
}
