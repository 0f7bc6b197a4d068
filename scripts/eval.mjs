/** `npm run eval -- FOLDER...`: sets up what is missing, then `menshen eval` on the default pack; report in var/evaluation. */
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { projectRoot } = await import('./setup/context.mjs');
const { setUpOrExit } = await import('./setup/run.mjs');

await setUpOrExit({ scope: 'production' });
const out = path.join(projectRoot, 'var', 'evaluation');
const ran = spawnSync(
  process.execPath,
  [path.join(projectRoot, 'dist', 'main.js'), 'eval', '--out', out, ...commitFlags(), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = ran.status ?? 1;

/** The commit, where this is a clone with git beside it; marked when files differ from it. */
function commitFlags() {
  try {
    const git = (/** @type {string[]} */ ...args) =>
      execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes';
    return ['--commit', `${git('rev-parse', '--short=12', 'HEAD')}${changed}`];
  } catch {
    return [];
  }
}
