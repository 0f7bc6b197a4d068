/** `menshen eval` as a person runs it: on a folder of labelled pictures, interrupted, resumed, with broken files in it. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReport } from '#menshen/evaluate/index.js';
import { memoryBackedFolder } from '#menshen/platform/index.js';
import { hasSamples } from '../inference/default-pack.js';
import { projectFolder } from '../support/files.js';

const memory = memoryBackedFolder('menshen-evaluation');
if (memory === undefined)
  console.log('skipped: resuming an evaluation; there is no memory-backed storage here that cannot be swapped out.');
const picturesEach = 4;
let folder: string;

/** Derived data: each group photograph stands for a person, in copies of different brightness. */
async function makeFaces(): Promise<void> {
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const person = join(folder, 'faces', `person-${number}`);
    mkdirSync(person, { recursive: true });
    const original = readFileSync(join(projectFolder, 'var', 'demo', 'pictures', `sample${number}.jpg`));
    for (let copy = 0; copy < picturesEach; copy += 1) {
      const bright = sharp(original)
        .resize(640)
        .modulate({ brightness: 0.8 + 0.1 * copy });
      await bright.jpeg().toFile(join(person, `${copy}.jpg`));
    }
  }
  writeFileSync(join(folder, 'faces', 'person-1', 'broken.jpg'), 'this is no picture');
  const grey = sharp({ create: { width: 200, height: 200, channels: 3, background: 'grey' } });
  await grey.jpeg().toFile(join(folder, 'faces', 'person-2', 'nobody.jpg'));
}

interface Ended {
  readonly pid: number | undefined;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `killAfter` ends it outright, workers and all, once that many pictures are done. */
function evaluate(words: readonly string[], killAfter?: number): Promise<Ended> {
  const program = join(projectFolder, 'dist', 'main.js');
  const child = spawn(process.execPath, [program, 'eval', '--workers', '1', ...words], { cwd: folder });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const watch = setInterval(() => {
    if (killAfter !== undefined && resultsOf(child.pid) >= killAfter) child.kill('SIGKILL');
  }, 20);
  return new Promise((resolve) => {
    child.on('close', (exitCode) => {
      clearInterval(watch);
      resolve({ pid: child.pid, exitCode, stdout, stderr });
    });
  });
}

/** Results in the memory folder of a run's process; every sealed vector takes more than 2 kB. */
function resultsOf(pid: number | undefined): number {
  const runs = memory === undefined ? [] : readdirSync(memory).map((run) => join(memory, run));
  const own = runs.find((run) => contentOf(join(run, 'owner')).toString() === String(pid));
  return own === undefined ? 0 : Math.floor(contentOf(join(own, 'results')).length / 2200);
}

/** Empty when it is not there (any more). */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

describe.skipIf(!hasSamples)('menshen eval', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-eval-'));
    await makeFaces();
    await evaluate(['faces', '--out', 'whole', '--fresh']);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.skipIf(memory === undefined)(
    'goes on where a killed run stopped, and forgets everything when it ends',
    async () => {
      const killed = await evaluate(['faces', '--out', 'resumed'], 3);
      const left = resultsOf(killed.pid);
      const resumed = await evaluate(['faces', '--out', 'resumed']);
      expect(killed.exitCode).toBe(null);
      expect(left).toBeGreaterThanOrEqual(3);
      expect(resumed.stdout).toMatch(/Going on where an interrupted run stopped \(\d+ done\)/);
      expect([resumed.exitCode, resultsOf(resumed.pid)]).toEqual([0, 0]);
    },
  );

  it.skipIf(memory === undefined)('gives the same figures interrupted or not', () => {
    const [resumed, whole] = ['resumed', 'whole'].map((out) =>
      readReport(readFileSync(join(folder, out, 'report.json'), 'utf8')),
    );
    expect(resumed?.recognition).toEqual(whole?.recognition);
  });

  it('counts a broken picture and one without a face as failures to acquire', () => {
    const report = readReport(readFileSync(join(folder, 'whole', 'report.json'), 'utf8'));
    const { rate, reasons } = report.recognition?.failureToAcquire ?? {};
    expect([rate?.errors, rate?.trials]).toEqual([2, 6 * picturesEach + 2]);
    expect(reasons?.map(({ reason }) => reason).sort()).toEqual(['no-face-found', 'picture-unreadable']);
  });

  it('writes no vector into a report, and a page that loads nothing', () => {
    const json = readFileSync(join(folder, 'whole', 'report.json'), 'utf8');
    const page = readFileSync(join(folder, 'whole', 'report.html'), 'utf8');
    const longest = Math.max(0, ...[...json.matchAll(/\[[-\d.,e\s]*\]/g)].map(([list]) => list.split(',').length));
    expect(longest).toBeLessThan(128);
    expect(page).not.toMatch(/<script|src=|href="http|@import|url\(/);
  });

  it.each([
    ['a folder that is not there', 2, ['nowhere'], /cannot be read as a folder/],
    ['two folders of faces', 2, ['faces', 'faces'], /one folder of faces at a time/],
    ['no worker', 2, ['faces', '--workers', '0'], /whole number from 1/],
    ['a pack that is not there', 3, ['faces', '--pack', 'nowhere'], /manifest\.json/],
  ])('refuses %s with exit code %i and says why', async (_what, code, words, why) => {
    const { exitCode, stderr } = await evaluate(words);
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(why)]);
  });
});
