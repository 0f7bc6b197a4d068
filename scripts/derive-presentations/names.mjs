/**
 * How derived files are named: `<what it comes from>~<how it was made>`, beside the label that an evaluation reads.
 */

const bonaFide = /bona[-_ ]?fide|genuine/i;
const mark = '~';

/**
 * @param {string} file relative, with forward slashes
 * @param {string} derivation
 * @param {string} [extension] of the derived file, when it is another
 */
export function derivedNameOf(file, derivation, extension) {
  const [stem, own] = partsOf(file);
  return `${stem}${mark}${derivation}${extension ?? own}`;
}

/**
 * The name under which a simulated attack on what `file` shows is filed: `anna-bona-fide.mp4` as `anna-print.mp4`,
 * `bona-fide/anna.mp4` as `attack/print/anna.mp4`.
 *
 * @param {string} file relative, with forward slashes
 * @param {string} species
 */
export function attackNameOf(file, species) {
  const folders = file.split('/').slice(0, -1);
  const name = file.split('/').at(-1) ?? file;
  const named = name.replace(bonaFide, species);
  const filed = folders.map((folder) => (bonaFide.test(folder) ? `attack/${species}` : folder));
  return [...filed, named].join('/');
}

/** @param {string} file */
export function isDerived(file) {
  return partsOf(file)[0].split('/').at(-1)?.includes(mark) === true;
}

/**
 * @param {string} file
 * @returns {[string, string]}
 */
function partsOf(file) {
  const dot = file.lastIndexOf('.');
  return dot > file.lastIndexOf('/') + 1 ? [file.slice(0, dot), file.slice(dot)] : [file, ''];
}
