/** Breaks the product on purpose: `npm run break -- NAME [options]`, each NAME a module of `scripts/break/`. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');

const folder = fileURLToPath(new URL('./break/', import.meta.url));
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => path.basename(name, '.mjs'))
  .sort();
const [name = '', ...words] = process.argv.slice(2);
if (names.includes(name)) {
  await setUpOrExit();
  // A process of its own: what it breaks, leaks or leaves open ends with it.
  const { status } = spawnSync(process.execPath, [path.join(folder, `${name}.mjs`), ...words], { stdio: 'inherit' });
  process.exitCode = status ?? 70;
} else {
  process.stderr.write(`npm run break -- ${names.join('|')} [options]\n`);
  process.exitCode = 2;
}
