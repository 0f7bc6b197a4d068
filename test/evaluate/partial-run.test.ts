/** What an interrupted evaluation leaves behind, and for how long. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openPartialRun, type PartialRun } from '#menshen/evaluate/acquire/partial-run.js';
import { memoryBackedFolder, systemClock, systemRandomness } from '#menshen/platform/index.js';

const base = memoryBackedFolder('menshen-evaluation');
if (base === undefined) console.log('skipped: there is no memory-backed storage here that cannot be swapped out.');

const dayMs = 86_400_000;
const runs: PartialRun[] = [];
const open = (identity: string, fresh = false): PartialRun => {
  const run = openPartialRun({ identity: [identity], fresh, clock: systemClock, randomness: systemRandomness });
  runs.push(run);
  return run;
};
const result = (file: string) => ({ kind: 'picture', file, path: `/${file}`, times: {} }) as const;

describe.skipIf(base === undefined)('an evaluation that was interrupted', () => {
  afterEach(() => {
    for (const run of runs.splice(0)) run.discard();
  });

  /** The folder that opening the run made. */
  function folderOf(identity: string): string {
    const before = new Set(readdirSync(base ?? ''));
    open(identity);
    return join(base ?? '', readdirSync(base ?? '').find((name) => !before.has(name)) ?? 'none');
  }

  function makeOld(folder: string, owner: number): void {
    writeFileSync(join(folder, 'owner'), String(owner));
    const then = (Date.now() - 2 * dayMs) / 1000;
    utimesSync(folder, then, then);
  }

  it('finds its results and its key again', () => {
    const identity = randomUUID();
    const first = open(identity);
    first.append(result('a.jpg'));
    const key = [...first.key];
    const again = open(identity);
    expect([again.earlier, [...again.key]]).toEqual([[result('a.jpg')], key]);
  });

  it('loses half a record that a kill left, and goes on behind the whole ones', () => {
    const identity = randomUUID();
    const folder = folderOf(identity);
    open(identity).append(result('a.jpg'));
    const path = join(folder, 'results');
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.concat([whole, whole.subarray(0, whole.length - 3)]));
    open(identity).append(result('b.jpg'));
    expect(open(identity).earlier).toEqual([result('a.jpg'), result('b.jpg')]);
  });

  it('is forgotten when a new one is asked for', () => {
    const identity = randomUUID();
    open(identity).append(result('a.jpg'));
    expect(open(identity, true).earlier).toEqual([]);
  });

  it('is forgotten by the next evaluation a day later', () => {
    const folder = folderOf(randomUUID());
    makeOld(folder, 2 ** 30);
    open(randomUUID());
    expect(existsSync(folder)).toBe(false);
  });

  it('is left alone, however old, while the process that works on it lives', () => {
    const folder = folderOf(randomUUID());
    makeOld(folder, process.ppid);
    open(randomUUID());
    expect(existsSync(folder)).toBe(true);
  });

  it('is not worked on by two processes', () => {
    const identity = randomUUID();
    makeOld(folderOf(identity), process.ppid);
    expect(() => open(identity)).toThrow(/evaluates the same files/);
  });

  it('leaves nothing once it is discarded, its key overwritten', () => {
    const identity = randomUUID();
    const folder = folderOf(identity);
    const run = open(identity);
    run.discard();
    expect([existsSync(folder), run.key.every((byte) => byte === 0)]).toEqual([false, true]);
  });

  it('takes nothing more once it is discarded, and says so', () => {
    const run = open(randomUUID());
    const before = run.resumable;
    run.discard();
    run.append(result('a.jpg'));
    expect([before, run.resumable]).toEqual([true, false]);
  });
});
