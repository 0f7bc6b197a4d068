import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes the folder to write into. Faces never come into the repository, whatever links lead there, and never among the
 * recordings they come from.
 *
 * @param {{ root: string, folder: string, out: string }} folders
 * @returns {Promise<string>} its real path
 */
export async function checkedOutFolder({ root, folder, out }) {
  const wanted = await realPathOf(path.resolve(out));
  const refusals = [
    { not: await realPathOf(root), why: 'the repository: no recording of a face belongs there' },
    { not: await realPathOf(path.resolve(folder)), why: 'the folder of the recordings themselves' },
  ];
  for (const { not, why } of refusals) {
    if (isInside(wanted, not))
      throw new Error(`${out} lies in ${why}. Name a folder elsewhere, such as a temporary one.`);
  }
  await mkdir(wanted, { recursive: true, mode: 0o700 });
  return wanted;
}

/**
 * Of a folder that may not be there yet: what is there is resolved, the rest appended.
 *
 * @param {string} wanted absolute
 * @returns {Promise<string>}
 */
async function realPathOf(wanted) {
  try {
    return await realpath(wanted);
  } catch (error) {
    const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
    if (!missing || path.dirname(wanted) === wanted) throw error;
    return path.join(await realPathOf(path.dirname(wanted)), path.basename(wanted));
  }
}

/**
 * @param {string} inner
 * @param {string} outer
 */
function isInside(inner, outer) {
  const way = path.relative(outer, inner);
  return way === '' || !(way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way));
}
