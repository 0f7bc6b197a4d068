/**
 * `npm run break -- crash|faults|forensics|fuzz|load [options]`: breaks the product on purpose and looks whether what must
 * hold holds. One line says how it ended; the details lie in var/break.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');
await setUpOrExit();

const [name = '', ...words] = process.argv.slice(2);
const script = fileURLToPath(new URL(`./break/${name}.mjs`, import.meta.url));
if (['fuzz', 'load'].includes(name) && existsSync(script)) {
  // A process of its own: what it breaks, leaks or leaves open ends with it.
  const { status } = spawnSync(process.execPath, [script, ...words], { stdio: 'inherit' });
  process.exitCode = status ?? 70;
} else {
  const { breakOnPurpose } = await import('./break/run.mjs');
  process.exitCode = await breakOnPurpose(process.argv.slice(2));
}
