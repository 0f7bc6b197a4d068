import { type ChildProcess, fork } from 'node:child_process';
import { type ErrorCode, errorRegistry, MenshenError, type Randomness } from '../../core/index.js';
import { beginKeyAgreement, seal } from '../../crypto/index.js';
import type { FromWorker, Task, TaskResult, ToWorker } from './protocol.js';

export interface WorkerOptions {
  readonly packFolder: string;
  readonly ffmpegPath?: string;
  /** The run's key; every worker gets it sealed. */
  readonly key: Uint8Array;
  readonly randomness: Randomness;
}

/** A task that ends its worker this often is given up as a failure to acquire. */
const mostAttempts = 2;

interface Attempt {
  readonly task: Task;
  readonly count: number;
}

/**
 * Works off the tasks with `workers` processes of one inference thread each, in no particular order. A worker that dies
 * is replaced; the task that killed it twice is reported as failed.
 *
 * @throws MenshenError what a worker says it cannot go on for, such as `model-pack-invalid`.
 */
export async function runTasks(
  tasks: readonly Task[],
  workers: number,
  options: WorkerOptions,
  onResult: (result: TaskResult, peakMiB: number) => void,
): Promise<void> {
  const queue: Attempt[] = tasks.map((task) => ({ task, count: 0 })).reverse();
  const crew = Array.from({ length: Math.min(workers, tasks.length) }, () => new Crew(queue, options, onResult));
  try {
    await Promise.all(crew.map((member) => member.work()));
  } finally {
    for (const member of crew) member.stop();
  }
}

/** One place at the bench: a worker process, and its successors. */
class Crew {
  readonly #queue: Attempt[];
  readonly #options: WorkerOptions;
  readonly #onResult: (result: TaskResult, peakMiB: number) => void;
  #child: ChildProcess | undefined;
  #stopped = false;

  constructor(queue: Attempt[], options: WorkerOptions, onResult: (result: TaskResult, peakMiB: number) => void) {
    this.#queue = queue;
    this.#options = options;
    this.#onResult = onResult;
  }

  async work(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stopped) await this.#employ();
  }

  stop(): void {
    this.#stopped = true;
    this.#child?.kill('SIGKILL');
  }

  /** Until the queue is empty or the worker dies. */
  #employ(): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = fork(new URL('./worker.js', import.meta.url), [], {
        serialization: 'advanced',
        execArgv: [],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      this.#child = child;
      const agreement = beginKeyAgreement();
      let current: Attempt | undefined;
      let opened = false;
      const next = () => {
        current = this.#queue.pop();
        if (current === undefined) child.disconnect();
        else send(child, { type: 'task', task: current.task });
      };
      child.on('message', (message: FromWorker) => {
        if (message.type === 'opened') {
          opened = true;
          send(child, { type: 'key', sealed: this.#sealedKey(agreement.agree(message.publicKey)) });
          next();
        } else if (message.type === 'done') {
          this.#onResult(message.result, message.peakMiB);
          next();
        } else {
          child.kill('SIGKILL');
          reject(new MenshenError(knownCode(message.code), message.detail));
        }
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (!opened && !this.#stopped) {
          const how = signal ?? `code ${code}`;
          reject(
            new MenshenError('inference-failed', `An evaluation worker ended while it opened the models (${how}).`),
          );
        }
        if (current !== undefined && !this.#stopped) this.#again(current);
        resolve();
      });
      const { packFolder, ffmpegPath } = this.#options;
      const settings = ffmpegPath === undefined ? { packFolder } : { packFolder, ffmpegPath };
      send(child, { type: 'open', ...settings, publicKey: agreement.publicKey });
    });
  }

  #sealedKey(agreed: Uint8Array): Uint8Array {
    return seal(agreed, this.#options.key, 'menshen:evaluation:key', this.#options.randomness);
  }

  #again({ task, count }: Attempt): void {
    if (count + 1 < mostAttempts) this.#queue.push({ task, count: count + 1 });
    else this.#onResult(gaveUp(task), 0);
  }
}

function gaveUp({ kind, file, path }: Task): TaskResult {
  const failure = 'the worker died over it twice';
  return kind === 'picture'
    ? { kind, file, path, failure, times: {} }
    : { kind, file, path, failure, frames: [], times: {} };
}

function knownCode(code: string): ErrorCode {
  return code in errorRegistry ? (code as ErrorCode) : 'internal';
}

function send(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message);
}
