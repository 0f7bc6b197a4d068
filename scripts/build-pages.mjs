import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { build } from 'esbuild';
import { fontStyles } from './kiosk/fonts.mjs';
import { recordedPrompts, shippedCharacters } from './kiosk/languages.mjs';

/**
 * @typedef {object} Page
 * @property {string} name of its folder below `src` and `dist`, and of its style sheet
 * @property {number} maxScriptBytes a build that grows beyond this fails
 * @property {boolean} [hasFonts] carries the fonts; the other page takes them from it
 * @property {boolean} [hasVoice] takes recorded prompts
 */

/** @type {readonly Page[]} */
const pages = [
  // For the gate's display and its weak processor.
  { name: 'kiosk', maxScriptBytes: 150 * 1024, hasFonts: true, hasVoice: true },
  // For an operator's browser.
  { name: 'console', maxScriptBytes: 80 * 1024 },
];

/**
 * @typedef {object} Built
 * @property {string} name
 * @property {number} scriptBytes
 * @property {number} maxScriptBytes
 * @property {number} styleBytes
 */

/**
 * Bundles the pages into `dist/<name>`: one script, its styles and the fonts, each also compressed. The texts are the
 * service's, which reads them from `config/languages`. Each page is put together beside the old one and takes its place
 * whole.
 *
 * @param {string} root the project's folder
 * @returns {Promise<readonly Built[]>}
 */
export async function buildPages(root) {
  const built = [];
  for (const page of pages) built.push(await buildPage(root, page));
  return built;
}

/**
 * @param {string} root
 * @param {Page} page
 * @returns {Promise<Built>}
 */
async function buildPage(root, { name, maxScriptBytes, hasFonts = false, hasVoice = false }) {
  const to = path.join(root, 'dist', name);
  const part = `${to}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const bundle = await bundled(path.join(root, 'src', name), name, part);
  if (bundle.script.bytes > maxScriptBytes)
    throw new Error(
      `${name}: its script has ${bundle.script.bytes} bytes, more than the ${maxScriptBytes} it may have`,
    );
  if (hasFonts) await addFonts(root, part);
  if (hasVoice) await addVoice(root, part);
  const page = await readFile(path.join(root, 'src', name, 'index.html'), 'utf8');
  await put(
    path.join(part, 'index.html'),
    page.replace('{script}', bundle.script.name).replace('{styles}', bundle.styles.name),
  );
  await copyFile(path.join(root, 'node_modules', 'preact', 'LICENSE'), path.join(part, 'LICENSE-preact.txt'));
  await compress(part);
  await rm(to, { recursive: true, force: true });
  await rename(part, to);
  return { name, scriptBytes: bundle.script.bytes, maxScriptBytes, styleBytes: bundle.styles.bytes };
}

/**
 * @param {string} root
 * @param {string} to
 */
async function addFonts(root, to) {
  const fonts = await fontStyles(root, await shippedCharacters(root));
  for (const { from, file } of fonts.files) await copyTo(from, path.join(to, 'fonts', file));
  await put(path.join(to, 'fonts.css'), fonts.first);
  await put(path.join(to, 'fonts-more.css'), fonts.more);
}

/**
 * @param {string} root
 * @param {string} to
 */
async function addVoice(root, to) {
  const prompts = await recordedPrompts(root);
  /** @type {Record<string, Record<string, string>>} */
  const byLanguage = {};
  for (const { tag, key, from, file } of prompts) {
    byLanguage[tag] = { ...byLanguage[tag], [key]: file };
    await copyTo(from, path.join(to, file));
  }
  await put(path.join(to, 'voice.json'), JSON.stringify(byLanguage));
}

/**
 * @param {string} source
 * @param {string} name
 * @param {string} outdir
 */
async function bundled(source, name, outdir) {
  const { outputFiles } = await build({
    entryPoints: [path.join(source, 'main.tsx'), path.join(source, 'styles', `${name}.css`)],
    outdir,
    outbase: source,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome90', 'firefox90', 'safari15'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    tsconfig: path.join(source, 'tsconfig.json'),
    write: false,
    logLevel: 'warning',
  });
  const written = await Promise.all(
    outputFiles.map(async ({ path: file, contents }) => {
      await put(file, contents);
      return { name: path.basename(file), bytes: contents.byteLength };
    }),
  );
  const script = written.find(({ name }) => name.endsWith('.js'));
  const styles = written.find(({ name }) => name.endsWith('.css'));
  if (script === undefined || styles === undefined) throw new Error('esbuild gave no script or no styles');
  return { script, styles };
}

/**
 * A processor of a gate has better things to do than to compress the same file again.
 *
 * @param {string} folder
 */
async function compress(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = entries.filter((entry) => entry.isFile() && /\.(js|css|html|json)$/.test(entry.name));
  const brotli = promisify(brotliCompress);
  await Promise.all(
    texts.map(async (entry) => {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
      await writeFile(`${file}.br`, await brotli(await readFile(file), options));
    }),
  );
}

/**
 * @param {string} file
 * @param {string | Uint8Array} content
 */
async function put(file, content) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

/**
 * @param {string} from
 * @param {string} to
 */
async function copyTo(from, to) {
  if (!existsSync(from)) throw new Error(`${from} is not there`);
  await mkdir(path.dirname(to), { recursive: true });
  await copyFile(from, to);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  for (const { name, scriptBytes, maxScriptBytes, styleBytes } of await buildPages(root))
    process.stdout.write(
      `dist/${name}: ${scriptBytes} bytes of script (at most ${maxScriptBytes}), ${styleBytes} bytes of styles\n`,
    );
}
