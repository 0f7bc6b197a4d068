import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, MenshenError, type Randomness } from '../../core/index.js';
import { keyBytes } from '../../crypto/index.js';
import { memoryBackedFolder, ownProcessId, processRuns } from '../../platform/index.js';
import type { TaskResult } from './protocol.js';
import { openResultFile, type ResultFile } from './result-file.js';

const forgottenAfterMs = 24 * 3_600_000;

/**
 * The results of a run so far, so that an interrupted one goes on where it stopped. They live in the machine's memory,
 * vectors as ciphertext, and go when the run ends, when the machine restarts, or at the first run a day later: nothing
 * of a face is kept. Where there is no such memory a run cannot be resumed, and says so.
 */
export interface PartialRun {
  /** 32 bytes; seals every vector. */
  readonly key: Uint8Array;
  /** Turns false when the memory is full: the run goes on, and its progress ends with it. */
  readonly resumable: boolean;
  /** Of an interrupted run. */
  readonly earlier: readonly TaskResult[];
  append(result: TaskResult): void;
  discard(): void;
}

export interface PartialRunOptions {
  /** Everything that the results depend on; another identity is another run. */
  readonly identity: readonly string[];
  /** Forgets what an interrupted run left. */
  readonly fresh: boolean;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

/** @throws MenshenError `conflict` when another process works on the same run. */
export function openPartialRun(options: PartialRunOptions): PartialRun {
  const base = memoryBackedFolder('menshen-evaluation');
  if (base === undefined) return withoutMemory(options.randomness);
  forgetOld(base, options.clock.wallMs());
  const name = createHash('sha256').update(options.identity.join('\0')).digest('hex').slice(0, 24);
  const folder = join(base, name);
  refuseSecondRun(folder);
  if (options.fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'owner'), String(ownProcessId), { mode: 0o600 });
  return inMemory(folder, options.randomness);
}

function inMemory(folder: string, randomness: Randomness): PartialRun {
  const keyFile = join(folder, 'key');
  if (!existsSync(keyFile)) writeFileSync(keyFile, randomness.bytes(keyBytes), { mode: 0o600, flag: 'wx' });
  const key = new Uint8Array(readFileSync(keyFile));
  const results: ResultFile = openResultFile(join(folder, 'results'));
  return {
    key,
    get resumable() {
      return results.writable;
    },
    earlier: results.earlier,
    append: (result) => results.append(result),
    discard() {
      key.fill(0);
      results.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function withoutMemory(randomness: Randomness): PartialRun {
  const key = randomness.bytes(keyBytes);
  return { key, resumable: false, earlier: [], append: () => undefined, discard: () => void key.fill(0) };
}

function forgetOld(base: string, nowMs: number): void {
  for (const name of readdirSync(base)) {
    const folder = join(base, name);
    const old = nowMs - statSync(folder).mtimeMs > forgottenAfterMs;
    if (old && ownerOf(folder) === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The other process that works on a run, while it lives. */
function ownerOf(folder: string): number | undefined {
  const owner = join(folder, 'owner');
  if (!existsSync(owner)) return undefined;
  const pid = Number(readFileSync(owner, 'utf8'));
  return pid > 0 && pid !== ownProcessId && processRuns(pid) ? pid : undefined;
}

function refuseSecondRun(folder: string): void {
  const pid = ownerOf(folder);
  if (pid === undefined) return;
  throw new MenshenError('conflict', `Process ${pid} evaluates the same files with the same models. Wait for it.`);
}
