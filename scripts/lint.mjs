import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { projectRoot } = await import('./setup/context.mjs');
const { setUpOrExit } = await import('./setup/run.mjs');

await setUpOrExit({ scope: 'dependencies' });
const tool = (/** @type {string[]} */ ...parts) => path.join(projectRoot, 'node_modules', ...parts);
const typescript = tool('typescript', 'bin', 'tsc');
/** @type {[string, string[]][]} */
const checks = [
  ['format and lint', [tool('@biomejs', 'biome', 'bin', 'biome'), 'check']],
  // Not --noEmit: the tests' types are those of dist/, which a fresh clone does not have yet.
  ['types of src', [typescript, '-p', '.']],
  ['types of the screen’s page', [typescript, '-p', path.join('src', 'kiosk')]],
  ['types of the client in browsers', [typescript, '-p', path.join('src', 'client')]],
  ['types of the operator’s page', [typescript, '-p', path.join('src', 'console')]],
  ['types of test and scripts', [typescript, '-p', 'test']],
  [
    'walls between rooms',
    [tool('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), 'src', '--config', '.dependency-cruiser.cjs'],
  ],
];
const results = checks.map(([name, args]) => {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, args, { cwd: projectRoot, stdio: 'inherit' });
  return { name, passed: status === 0 };
});
process.stdout.write('\n');
for (const { name, passed } of results) process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${name}\n`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
