import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeProject, npmPid, type Project, removeProject, runSetup, startSetup } from './project.js';

const neverUsedPid = 2 ** 22 + 1;

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => removeProject(project));

describe('a set-up that was cut off', () => {
  it('by kill -9 is completed by the next one', async () => {
    await killedWhileInstalling();
    const { code, output } = await runSetup(project);
    expect(code, output).toBe(0);
  });

  it('by kill -9 leaves no npm behind that writes into the next one', async () => {
    const npm = await killedWhileInstalling();
    await runSetup(project);
    expect(await endsSoon(npm)).toBe(true);
  });

  it('by Ctrl-C ends with exit code 130', async () => {
    const { code } = await interruptedWhileInstalling();
    expect(code).toBe(130);
  });

  it('by Ctrl-C ends its npm and gives the lock back', async () => {
    const { npm } = await interruptedWhileInstalling();
    expect({ npm: await endsSoon(npm), lock: existsSync(lockFile()) }).toEqual({ npm: true, lock: false });
  });

  it('while a file was written is completed by the next one', async () => {
    mkdirSync(join(project.root, 'var', 'setup', 'tmp', 'default'), { recursive: true });
    writeFileSync(join(project.root, 'var', 'setup', 'tmp', 'default', 'half.tgz'), 'half');
    writeFileSync(join(project.root, 'models', 'default', 'first.onnx.part'), 'half');
    await runSetup(project);
    expect(existsSync(join(project.root, 'models', 'default', 'first.onnx.part'))).toBe(false);
  });
});

describe('the lock', () => {
  it('keeps a second set-up out with exit code 16', async () => {
    const first = startSetup(project, [], { FAKE_NPM: 'ci:hangs' });
    await npmPid(project, 'ci');
    const { code } = await runSetup(project);
    first.process.kill('SIGTERM');
    await first.ended;
    expect(code).toBe(16);
  });

  it('of a dead process is taken over', async () => {
    writeLock({ pid: neverUsedPid, started: '1' });
    const { code, output } = await runSetup(project);
    expect(code, output).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'of a dead process whose id another process has now is taken over',
    async () => {
      writeLock({ pid: process.pid, started: 'before' });
      const { code, output } = await runSetup(project);
      expect(code, output).toBe(0);
    },
  );

  it('that was cut off while it was written is taken over', async () => {
    mkdirSync(join(project.root, 'var', 'setup'), { recursive: true });
    writeFileSync(lockFile(), '{"token":');
    const { code, output } = await runSetup(project);
    expect(code, output).toBe(0);
  });

  it('of another machine that was heard of just now is respected', async () => {
    writeLock({ pid: neverUsedPid, started: '1' }, 'another-machine');
    const { code } = await runSetup(project);
    expect(code).toBe(16);
  });
});

function lockFile(): string {
  return join(project.root, 'var', 'setup', 'lock');
}

function writeLock(process: { pid: number; started: string }, host = hostname()): void {
  mkdirSync(join(project.root, 'var', 'setup'), { recursive: true });
  writeFileSync(lockFile(), JSON.stringify({ token: 'other', host, process, children: [] }));
}

async function killedWhileInstalling(): Promise<number> {
  const run = startSetup(project, [], { FAKE_NPM: 'ci:hangs' });
  const npm = await npmPid(project, 'ci');
  while (!readFileSync(lockFile(), 'utf8').includes(`"pid":${npm}`)) await sleep(20);
  run.process.kill('SIGKILL');
  await run.ended;
  return npm;
}

async function interruptedWhileInstalling() {
  const run = startSetup(project, [], { FAKE_NPM: 'ci:hangs' });
  const npm = await npmPid(project, 'ci');
  run.process.kill('SIGINT');
  const { code } = await run.ended;
  return { npm, code };
}

async function endsSoon(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (!isRunning(pid)) return true;
    await sleep(50);
  }
  return false;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    // ESRCH is the answer looked for.
    return false;
  }
  // A dead child whose parent never asked for its end is listed as a zombie.
  return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
}
