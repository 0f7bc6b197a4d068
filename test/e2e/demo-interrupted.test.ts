/** The story of `npm run demo` starts daemons; told to end in the middle of it, it leaves none behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { until } from '../support/daemon.js';
import { projectFolder } from '../support/files.js';
import { collected } from './site.js';

const name = 'interrupted-by-a-test';
afterAll(() => rmSync(join(projectFolder, 'var', 'demo', 'run', name), { recursive: true, force: true }));

const script = (file: string): string => JSON.stringify(join(projectFolder, 'scripts', 'demo', file));

/** A story that begins as the real one does and never ends. */
const story = `
  import { untilInterrupted } from ${script('interruption.mjs')};
  import { DemoTerminal } from ${script('terminal.mjs')};
  process.exit(await untilInterrupted(async () => {
    const terminal = new DemoTerminal(${JSON.stringify(name)}, (config) => { config.face.enabled = false; });
    await terminal.menshen(['init']);
    await terminal.serve();
    console.log('daemon ' + terminal.daemon.pid);
    return new Promise(() => setInterval(() => undefined, 1000));
  }));
`;

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends the daemon of the story, and then the story',
  async (signal) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', story], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = collected(child.stdout);
    const daemon = await until('the daemon', () => Number(/daemon (\d+)/.exec(said.text)?.[1]) || undefined);
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    const left = isRunning(daemon);
    if (left) process.kill(daemon, 'SIGKILL');
    expect([code, left]).toEqual([128 + constants.signals[signal], false]);
  },
);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
