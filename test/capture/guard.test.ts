import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { findOnPath, runGuarded, spawnGuarded } from '#menshen/platform/index.js';
import { climbingVideo, ffmpegOrSkip, processesWith, until } from './cameras.js';

const root = new URL('../../dist/', import.meta.url).href;
const ffmpegPath = await ffmpegOrSkip();
const owners: ChildProcess[] = [];
afterEach(() => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
});

/** A process of its own that runs the script. */
function owner(script: string): ChildProcess {
  const started = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  owners.push(started);
  return started;
}

const guarding = (programArguments: readonly string[]) => `
  import { spawnGuarded } from '${root}platform/index.js';
  const [command, ...rest] = ${JSON.stringify(programArguments)};
  spawnGuarded(command, rest);
  setInterval(() => undefined, 1000);`;

describe('a guarded program', () => {
  test('passes on its output and its exit code', async () => {
    const output = await runGuarded('sh', ['-c', 'echo out; echo err >&2; exit 7'], { timeoutMs: 10_000 });
    expect(output).toEqual({ exitCode: 7, stdout: 'out\n', stderrLines: ['err'] });
  });

  test('gets its arguments as they are', async () => {
    const odd = ['$(id)', '; exit 3', "it's", '*', ''];
    const { stdout } = await runGuarded('printf', ['[%s]', ...odd], { timeoutMs: 10_000 });
    expect(stdout).toBe(odd.map((text) => `[${text}]`).join(''));
  });

  test('gets no variable that could make it write a file', async () => {
    process.env.FFREPORT = 'file=/tmp/report.log';
    const { stdout } = await runGuarded('env', [], { timeoutMs: 10_000 });
    delete process.env.FFREPORT;
    expect(stdout).not.toContain('FFREPORT');
  });

  test('ends with 127 when it is not there', async () => {
    expect((await runGuarded('/nowhere/program', [], { timeoutMs: 10_000 })).exitCode).toBe(127);
  });

  test('is killed when it refuses to end', async () => {
    const child = spawnGuarded('sh', ['-c', "trap '' TERM; while :; do sleep 7601; done"], { graceMs: 100 });
    await until(() => processesWith('7601').length > 0);
    await child.close();
    // Killed is not yet gone: the system takes a moment to clear the last of the group away.
    await until(() => processesWith('7601').length === 0);
    expect(processesWith('7601')).toEqual([]);
  });

  test('is killed when its guard is killed', async () => {
    const child = spawnGuarded('sleep', ['7602']);
    await until(() => processesWith('sleep\x007602').length > 0);
    process.kill(child.pid ?? 0, 'SIGKILL');
    child.stdout.resume();
    expect((await child.ended).exitCode).toBe(137);
    await until(() => processesWith('7602').length === 0);
  });

  test('is killed when a silent one’s owner is killed', async () => {
    const process = owner(guarding(['sleep', '7603']));
    await until(() => processesWith('sleep\x007603').length > 0);
    process.kill('SIGKILL');
    await until(() => processesWith('7603').length === 0);
  });

  test('is killed with its owner even when it refuses polite signals', async () => {
    const process = owner(guarding(['sh', '-c', "trap '' TERM HUP INT; while :; do sleep 7604; done"]));
    await until(() => processesWith('sleep\x007604').length > 0);
    process.kill('SIGKILL');
    await until(() => processesWith('7604').length === 0);
  });

  test('leaves no watcher behind when it ends by itself', async () => {
    await runGuarded('true', ['7605'], { timeoutMs: 10_000 });
    expect(processesWith('7605')).toEqual([]);
  });

  test('has its scratch folder removed when it ends', async () => {
    const scratchFolder = mkdtempSync(join(tmpdir(), 'menshen-scratch-'));
    await runGuarded('touch', [join(scratchFolder, 'file')], { timeoutMs: 10_000, scratchFolder });
    expect(() => rmSync(scratchFolder)).toThrow(/ENOENT/);
  });

  test('never shows what is to be redacted', async () => {
    const redact = (line: string) => line.replaceAll('secret', '***');
    const { stderrLines } = await runGuarded('sh', ['-c', 'printf sec >&2; sleep 0.1; echo ret >&2'], {
      timeoutMs: 10_000,
      redact,
    });
    expect(stderrLines).toEqual(['***']);
  });
});

test.skipIf(!ffmpegPath)('no decoder is left when a process with an open camera is killed', async () => {
  const path = await climbingVideo(ffmpegPath ?? '', 'orphan.mp4', 20);
  const process = owner(`
    import { openCamera } from '${root}capture/index.js';
    import { systemClock as clock, systemTimers as timers } from '${root}platform/index.js';
    const source = { kind: 'recording', path: ${JSON.stringify(path)}, pace: 'fast', repeat: 'loop', width: 640, height: 480 };
    openCamera('cam-1', source, { clock, timers, everyFrame: true });
    setInterval(() => undefined, 1000);`);
  await until(() => processesWith(path).some((pid) => pid !== process.pid && processesWith('rawvideo').includes(pid)));
  process.kill('SIGKILL');
  await until(() => processesWith(path).length === 0);
});

test('a program is found on the PATH only as a whole name', () => {
  expect(findOnPath('sh')).toMatch(/^\/.*\/sh$/);
  expect(findOnPath('no-such-program')).toBeUndefined();
});
