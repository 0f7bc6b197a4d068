import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * @param {string} file
 * @param {string} algorithm
 * @param {import('node:crypto').BinaryToTextEncoding} encoding
 */
export async function hashOfFile(file, algorithm = 'sha256', encoding = 'hex') {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest(encoding);
}

/** @param {string | Buffer} content */
export function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * One hash over the names and contents of files, so that a renamed or deleted file changes it too.
 *
 * @param {string} root
 * @param {string[]} files relative to root
 */
export async function hashOfFiles(root, files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const content = await ifThere(() => readFile(path.join(root, file)));
    hash.update(`${file.replaceAll('\\', '/')}\0${content === undefined ? 'absent' : sha256(content)}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} folder relative to root
 * @returns {Promise<string[]>} every file below it, relative to root, sorted; none when it is not there
 */
export async function filesBelow(root, folder) {
  const entries = await ifThere(() => readdir(path.join(root, folder), { recursive: true, withFileTypes: true }));
  return (entries ?? [])
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/**
 * @template T
 * @param {string} file
 * @returns {Promise<T | undefined>} undefined when it is not there or was cut off
 */
export async function readJson(file) {
  const text = await ifThere(() => readFile(file, 'utf8'));
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // A half-written file can only be one from before an interruption: as good as absent.
    return undefined;
  }
}

/**
 * Written whole or not at all.
 *
 * @param {string} file
 * @param {unknown} value
 */
export async function writeJson(file, value) {
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.part`;
  const handle = await open(part, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
}

/**
 * Puts a checked file where it belongs. Copies first, since the target may be on another disk, then renames.
 *
 * @param {string} from
 * @param {string} to
 * @param {number} mode
 */
export async function place(from, to, mode) {
  await mkdir(path.dirname(to), { recursive: true });
  const part = `${to}.part`;
  await copyFile(from, part);
  const handle = await open(part, 'r+');
  try {
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, to);
}

/**
 * @param {string} file
 * @returns {Promise<string | undefined>} changes when the file is written again; undefined when it is not there
 */
export async function fingerprint(file) {
  const found = await ifThere(() => stat(file));
  return found?.isFile() ? `${found.size}:${Math.round(found.mtimeMs)}` : undefined;
}

/**
 * @template T
 * @param {() => Promise<T>} read
 * @returns {Promise<T | undefined>}
 */
export async function ifThere(read) {
  try {
    return await read();
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    // ESRCH: a process ended while its entry under /proc was read.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH') return undefined;
    throw error;
  }
}
