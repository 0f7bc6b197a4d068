import { join } from 'node:path';
import type { Clock, Randomness } from '../../core/index.js';
import { unseal } from '../../crypto/index.js';
import type { Dataset, FaceDataset, PresentationDataset } from '../datasets/dataset.js';
import type { FaceSample, PresentationRecording } from '../samples.js';
import { openPartialRun } from './partial-run.js';
import { boundTo, type PictureResult, type StepTimes, type Task, type TaskResult } from './protocol.js';
import { runTasks } from './worker-pool.js';

export interface AcquireOptions {
  readonly packFolder: string;
  /** Says what else the results depend on: the models and the code that runs them. */
  readonly identity: readonly string[];
  readonly workers: number;
  readonly fresh: boolean;
  readonly ffmpegPath?: string;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly onProgress: (progress: AcquireProgress) => void;
}

export interface AcquireProgress {
  readonly done: number;
  readonly total: number;
  /** Of `done`, taken over from an interrupted run. */
  readonly resumed: number;
  /** False where what is done so far would be lost with this process. */
  readonly resumable: boolean;
}

export interface Acquired {
  readonly faces: ReadonlyMap<FaceDataset, readonly FaceSample[]>;
  readonly presentations: ReadonlyMap<PresentationDataset, readonly PresentationRecording[]>;
  /** Recordings and stills that could not be read; no figure counts them. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
  /** Every measured duration by step, milliseconds on one thread. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  /** The most memory one worker held; 0 when none was needed. */
  readonly peakWorkerMiB: number;
  /** Overwrites every vector and forgets the run's progress; belongs at the end, whatever happened. */
  wipe(): void;
}

/** Runs the product's models over the data sets, with a worker per core; goes on where an interrupted run stopped. */
export async function acquire(datasets: readonly Dataset[], options: AcquireOptions): Promise<Acquired> {
  const { identity, fresh, clock, randomness } = options;
  const run = openPartialRun({ identity, fresh, clock, randomness });
  const tasks = datasets.flatMap(tasksOf);
  const wanted = new Set(tasks.map(({ path }) => path));
  const results = new Map<string, TaskResult>();
  for (const result of run.earlier) if (wanted.has(result.path)) results.set(result.path, result);
  const resumed = results.size;
  const tell = () => options.onProgress({ done: results.size, total: tasks.length, resumed, resumable: run.resumable });
  let peakWorkerMiB = 0;
  tell();
  await runTasks(
    tasks.filter(({ path }) => !results.has(path)),
    options.workers,
    { ...options, key: run.key },
    (result, peakMiB) => {
      peakWorkerMiB = Math.max(peakWorkerMiB, peakMiB);
      results.set(result.path, result);
      run.append(result);
      tell();
    },
  );
  return { ...gathered(datasets, results, run), peakWorkerMiB };
}

function tasksOf(dataset: Dataset): Task[] {
  const pathOf = (file: string) => join(dataset.root, file);
  return dataset.kind === 'faces'
    ? dataset.pictures.map(({ file }) => ({ kind: 'picture', file, path: pathOf(file) }))
    : dataset.presentations.map(({ file, still }) => ({ kind: 'recording', file, path: pathOf(file), still }));
}

function gathered(
  datasets: readonly Dataset[],
  results: ReadonlyMap<string, TaskResult>,
  run: { readonly key: Uint8Array; discard(): void },
): Omit<Acquired, 'peakWorkerMiB'> {
  const faces = new Map<FaceDataset, FaceSample[]>();
  const presentations = new Map<PresentationDataset, PresentationRecording[]>();
  const times = new Map<string, number[]>();
  const resultOf = (dataset: Dataset, file: string) => results.get(join(dataset.root, file));
  for (const dataset of datasets) {
    if (dataset.kind === 'faces') faces.set(dataset, samplesOf(dataset, resultOf, run.key));
    else presentations.set(dataset, recordingsOf(dataset, resultOf));
  }
  for (const result of results.values()) addTimes(times, result.times);
  const unreadable = [...results.values()].flatMap(({ kind, file, failure }) =>
    kind === 'recording' && failure !== undefined ? [{ file, reason: failure }] : [],
  );
  return {
    faces,
    presentations,
    unreadable,
    times,
    wipe() {
      for (const samples of faces.values()) for (const { vector } of samples) vector?.fill(0);
      run.discard();
    },
  };
}

type ResultOf = (dataset: Dataset, file: string) => TaskResult | undefined;

function samplesOf(dataset: FaceDataset, resultOf: ResultOf, key: Uint8Array): FaceSample[] {
  return dataset.pictures.map(({ file, person }) => {
    const result = resultOf(dataset, file);
    if (result?.kind !== 'picture') return { file, person, failure: 'not looked at' };
    return { file, person, ...opened(result, key) };
  });
}

function opened({ file, sealed, failure, quality }: PictureResult, key: Uint8Array) {
  const seen = quality === undefined ? {} : { quality };
  if (sealed === undefined) return { ...seen, failure: failure ?? 'not acquired' };
  const plain = unseal(key, sealed, boundTo(file));
  return { ...seen, vector: new Float32Array(plain.buffer, plain.byteOffset, plain.byteLength / 4) };
}

function recordingsOf(dataset: PresentationDataset, resultOf: ResultOf): PresentationRecording[] {
  return dataset.presentations.flatMap(({ file, species, person, derived }) => {
    const result = resultOf(dataset, file);
    if (result?.kind !== 'recording' || result.failure !== undefined) return [];
    const known = { ...(person === undefined ? {} : { person }), ...(derived === undefined ? {} : { derived }) };
    return { file, species, frames: result.frames, ...known };
  });
}

function addTimes(times: Map<string, number[]>, measured: StepTimes): void {
  for (const [step, ms] of Object.entries(measured)) {
    const known = times.get(step);
    if (known === undefined) times.set(step, [ms]);
    else known.push(ms);
  }
}
