import { spawn } from 'node:child_process';
import path from 'node:path';
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { projectRoot } = await import('./setup/context.mjs');
const { setUpOrExit } = await import('./setup/run.mjs');

await setUpOrExit({ scope: 'dependencies' });
const tool = (/** @type {string[]} */ ...parts) => path.join(projectRoot, 'node_modules', ...parts);
const typescript = tool('typescript', 'bin', 'tsc');
/** @typedef {{ name: string, args: string[] }} Check */
/**
 * One after the other in each lane, the lanes beside each other.
 *
 * @type {Check[][]}
 */
const lanes = [
  [
    // Not --noEmit: the tests' types are those of dist/, which a fresh clone does not have yet.
    { name: 'types of src', args: [typescript, '-p', '.'] },
    { name: 'types of test and scripts', args: [typescript, '-p', 'test'] },
  ],
  [
    { name: 'format and lint', args: [tool('@biomejs', 'biome', 'bin', 'biome'), 'check'] },
    { name: 'types of the screen’s page', args: [typescript, '-p', path.join('src', 'kiosk')] },
    { name: 'types of the client in browsers', args: [typescript, '-p', path.join('src', 'client')] },
    { name: 'types of the operator’s page', args: [typescript, '-p', path.join('src', 'console')] },
    {
      name: 'walls between rooms',
      args: [tool('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), 'src', '--config', '.dependency-cruiser.cjs'],
    },
  ],
];
const results = (await Promise.all(lanes.map(inTurn))).flat();
process.stdout.write('\n');
for (const { name, passed } of results) process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${name}\n`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

/** @param {Check[]} lane */
async function inTurn(lane) {
  const done = [];
  for (const { name, args } of lane) done.push({ name, passed: await passes(name, args) });
  return done;
}

/** What a check says is written when it has ended, so that it stands under its name. @param {string} name @param {string[]} args */
async function passes(name, args) {
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  process.stdout.write(`\n== ${name}\n${said}`);
  return code === 0;
}
