import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Puts TypeBox, and what brings it to Fastify, into a few files, `dist/libraries`. As it comes it is some 680 modules, and opening them cost each start
 * of the service and of a command a quarter of a second of processor time. The rooms import `#typebox`
 * (package.json, "imports"), which is this. What is in the files is the libraries', unchanged.
 *
 * @param {string} root the project's folder
 */
export async function buildLibraries(root) {
  const to = path.join(root, 'dist', 'libraries');
  const part = `${to}.part`;
  const packages = path.join(root, 'node_modules');
  const typebox = path.join(packages, 'typebox');
  const provider = path.join(packages, '@fastify', 'type-provider-typebox');
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  await build({
    entryPoints: [
      { in: path.join(typebox, 'build', 'index.mjs'), out: 'typebox' },
      { in: path.join(typebox, 'build', 'value', 'index.mjs'), out: 'typebox-value' },
      { in: path.join(provider, 'dist', 'esm', 'index.mjs'), out: 'typebox-fastify' },
    ],
    outdir: part,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  await copyFile(path.join(typebox, 'license'), path.join(part, 'LICENSE-typebox.txt'));
  await copyFile(path.join(provider, 'LICENSE'), path.join(part, 'LICENSE-typebox-fastify.txt'));
  await rm(to, { recursive: true, force: true });
  await rename(part, to);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await buildLibraries(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'));
