import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { build } from 'esbuild';
import { fontStyles } from './kiosk/fonts.mjs';
import { recordedPrompts, shippedCharacters } from './kiosk/languages.mjs';

/** The page is for a weak processor: a build that grows beyond this fails. */
const MAX_SCRIPT_BYTES = 150 * 1024;

/**
 * Bundles the page for the gate's screen into `dist/kiosk`: one script, its styles and the fonts, each also
 * compressed. The texts are the service's, which reads them from `config/languages`. It is put together beside the old one and takes its place whole.
 *
 * @param {string} root the project's folder
 * @returns {Promise<{ scriptBytes: number, styleBytes: number }>}
 */
export async function buildKiosk(root) {
  const to = path.join(root, 'dist', 'kiosk');
  const part = `${to}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const bundle = await bundled(root, part);
  const fonts = await fontStyles(root, await shippedCharacters(root));
  for (const { from, file } of fonts.files) await copyTo(from, path.join(part, 'fonts', file));
  await put(path.join(part, 'fonts.css'), fonts.first);
  await put(path.join(part, 'fonts-more.css'), fonts.more);
  await addVoice(root, part);
  const page = await readFile(path.join(root, 'src', 'kiosk', 'index.html'), 'utf8');
  await put(
    path.join(part, 'index.html'),
    page.replace('{script}', bundle.script.name).replace('{styles}', bundle.styles.name),
  );
  await copyFile(path.join(root, 'node_modules', 'preact', 'LICENSE'), path.join(part, 'LICENSE-preact.txt'));
  await compress(part);
  await rm(to, { recursive: true, force: true });
  await rename(part, to);
  return { scriptBytes: bundle.script.bytes, styleBytes: bundle.styles.bytes };
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
 * @param {string} root
 * @param {string} outdir
 */
async function bundled(root, outdir) {
  const source = path.join(root, 'src', 'kiosk');
  const { outputFiles } = await build({
    entryPoints: [path.join(source, 'main.tsx'), path.join(source, 'styles', 'kiosk.css')],
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
  if (script.bytes > MAX_SCRIPT_BYTES)
    throw new Error(`the page's script has ${script.bytes} bytes, more than the ${MAX_SCRIPT_BYTES} it may have`);
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
  const { scriptBytes, styleBytes } = await buildKiosk(
    path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'),
  );
  process.stdout.write(`dist/kiosk: ${scriptBytes} bytes of script, ${styleBytes} bytes of styles\n`);
}
