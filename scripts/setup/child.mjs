import { spawn } from 'node:child_process';

/**
 * The programs that set-up started and that still run.
 *
 * @typedef {object} Children
 * @property {(program: string, args: string[], options: RunOptions) => Promise<RunResult>} run
 * @property {() => void} endAll
 */

/**
 * @typedef {object} RunOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {(line: string) => void} [onLine]
 */

/** @typedef {{ code: number, output: string }} RunResult `output` is both streams in the order they came */

const KEPT_OUTPUT_CHARS = 200_000;
const ownGroups = process.platform !== 'win32';

/**
 * @param {(pids: number[]) => Promise<void>} onChange told which children run, before a new one is waited for
 * @returns {Children}
 */
export function childKeeper(onChange) {
  /** @type {Set<number>} */
  const pids = new Set();
  return {
    async run(program, args, options) {
      // A group of its own, so that an interruption ends npm together with the compilers it started.
      const child = spawn(program, args, {
        cwd: options.cwd,
        env: options.env,
        detached: ownGroups,
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
      const ended = resultOf(child, options.onLine);
      const { pid } = child;
      if (pid !== undefined) pids.add(pid);
      try {
        await Promise.all([onChange([...pids]), ended]);
        return await ended;
      } finally {
        if (pid !== undefined) pids.delete(pid);
        await onChange([...pids]);
      }
    },
    endAll() {
      for (const pid of pids) endGroup(pid);
    },
  };
}

/**
 * Ends a child with everything it started.
 *
 * @param {number} pid of the group's leader
 */
export function endGroup(pid) {
  try {
    process.kill(ownGroups ? -pid : pid, 'SIGKILL');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {((line: string) => void) | undefined} onLine
 * @returns {Promise<RunResult>}
 */
function resultOf(child, onLine) {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARS);
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });
}
