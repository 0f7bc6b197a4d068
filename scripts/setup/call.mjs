import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { lastLines, SetupFailure } from './failure.mjs';

const MARK = 'menshen-set-up-result ';

/**
 * Calls one exported function of a script in a process of its own, so that an interruption can end what it started
 * and a long computation does not hold up the clock beside the step. Its `log` lines are shown as they come.
 *
 * @param {import('./context.mjs').Context} context
 * @param {string} script relative to the project's folder
 * @param {string} name of the export, called with `{ log }`
 * @returns {Promise<unknown>} what it returned, as JSON gives it back
 */
export async function callInChild(context, script, name) {
  const url = JSON.stringify(pathToFileURL(path.join(context.root, script)).href);
  const program = `const result = await (await import(${url})).${name}({ log: (line) => console.log(line) });
    console.log(${JSON.stringify(MARK)} + JSON.stringify(result ?? null));`;
  const called = await context.children.run(process.execPath, ['--input-type=module', '-e', program], {
    cwd: context.root,
    env: context.env,
    onLine: (line) => {
      if (!line.startsWith(MARK)) context.progress.say(line);
    },
  });
  const result = called.output.split(/\r?\n/).find((line) => line.startsWith(MARK));
  if (called.code === 0 && result !== undefined) return JSON.parse(result.slice(MARK.length));
  throw new SetupFailure('internal', `${script} broke off.`, lastLines(called.output));
}
