import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { lastLines, SetupFailure } from './failure.mjs';
import { ifThere } from './files.mjs';
import { runNpm } from './npm.mjs';
import { compilerLacks, compilerRemedy } from './preflight.mjs';

/** @type {import('./context.mjs').Step} */
export const sqlite = {
  title: 'database library (better-sqlite3)',
  needsBytes: 100 * 1024 ** 2,
  check: checkSqlite,
  run: makeSqlite,
  // Compiled, it takes a minute of one core, and no other step opens a database.
  beside: true,
};

// Loaded and used in a process of its own: a library for another Node or libc may take the process down with it.
const TRIAL = "const D = require('better-sqlite3'); new D(':memory:').prepare('select 1').get();";

/** @param {import('./context.mjs').Context} context */
async function checkSqlite(context) {
  const { code } = await trial(context);
  return { ready: code === 0, detail: code === 0 ? 'loads' : 'its compiled part is absent or of another Node' };
}

/** @param {import('./context.mjs').Context} context */
async function makeSqlite(context) {
  const lacks = compilerLacks(context);
  const otherwise = lacks.length === 0 ? 'or else compiled (a minute or two)' : 'there is no compiler to fall back on';
  context.progress.working(`its prebuilt file is fetched, ${otherwise}`);
  const made = await runNpm(context, ['rebuild', 'better-sqlite3', '--ignore-scripts=false', '--foreground-scripts'], {
    env: await headersBeside(),
    onLine: (line) => {
      if (/^prebuild-install warn|No prebuilt/i.test(line)) context.progress.working('no prebuilt file: compiling');
    },
  });
  const tried = await trial(context);
  if (tried.code !== 0) throw sqliteFailure(context, lacks, made, tried.output);
  return 'database library made';
}

/** @param {import('./context.mjs').Context} context */
function trial(context) {
  return context.children.run(process.execPath, ['-e', TRIAL], { cwd: context.root, env: context.env });
}

/**
 * node-gyp downloads Node's headers unless it is told where they are; most installations have them beside the program.
 * A folder named in npm's configuration may hold those of another Node, and then the result compiles and never loads.
 *
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
async function headersBeside() {
  const folder = path.resolve(path.dirname(process.execPath), '..');
  const header = await ifThere(() => readFile(path.join(folder, 'include', 'node', 'node_version.h'), 'utf8'));
  const number = (/** @type {string} */ name) =>
    new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(header ?? '')?.[1];
  const version = `${number('MAJOR')}.${number('MINOR')}.${number('PATCH')}`;
  return version === process.versions.node ? { npm_config_nodedir: folder } : {};
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {string[]} lacks
 * @param {import('./child.mjs').RunResult} made
 * @param {string} loading what Node said when it could not load the result
 */
function sqliteFailure(context, lacks, made, loading) {
  const { output } = made;
  const lines = lastLines(output);
  if (/ENOSPC|No space left/.test(output))
    return new SetupFailure('diskFull', 'The disk is full. Free some space, then run it again.');
  if (made.code === 0)
    return new SetupFailure(
      'internal',
      "better-sqlite3 was made, but this Node cannot load it. If npm's `nodedir` names the headers of another Node, " +
        'remove it (`npm config get nodedir`), then run it again.',
      loading
        .split(/\r?\n/)
        .filter((line) => /error|version/i.test(line))
        .slice(0, 5),
    );
  if (lacks.length > 0)
    return new SetupFailure(
      'noCompiler',
      `better-sqlite3's prebuilt file could not be had, and this machine lacks ${lacks.join(', ')} to compile it. ` +
        `Connect the machine, or ${asCommand(compilerRemedy(context))}, then run it again.`,
      lines,
    );
  if (/gyp ERR! .*(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|fetch failed|network)/i.test(output))
    return new SetupFailure(
      'noNetwork',
      "better-sqlite3 must be compiled, and Node's headers for that can be neither found beside Node nor downloaded. " +
        'Install them (Debian: `apt-get install libnode-dev`; or use the Node from nodejs.org, which has them), then run it again.',
      lines,
    );
  return new SetupFailure(
    'noCompiler',
    `better-sqlite3 could not be compiled. Check the compiler (${compilerRemedy(context)}), then run it again.`,
    lines,
  );
}

/** @param {string} remedy */
function asCommand(remedy) {
  return remedy.startsWith('`') ? `run ${remedy}` : remedy;
}
