import { type Clock, MenshenError, type Randomness } from '../core/index.js';
import { loadModelPack, type ModelPack, runtimeVersion } from '../inference/index.js';
import { codeFingerprint, machineInWords, peakResidentMiB, productVersion } from '../platform/index.js';
import { type Acquired, type AcquireProgress, acquire } from './acquire/acquire.js';
import type { Dataset, FaceDataset, PresentationDataset } from './datasets/dataset.js';
import { openDataset } from './datasets/open-dataset.js';
import { makeReport } from './report/report.js';
import type { DataSet, EvaluationReport, TimedStep } from './report/schema.js';
import { evaluatePad } from './statistics/pad.js';
import type { OnProgress } from './statistics/progress.js';
import { evaluateRecognition } from './statistics/recognition.js';

export interface EvaluationOptions {
  /** At most one of faces and one of recordings. */
  readonly folders: readonly string[];
  readonly packFolder: string;
  /** Instead of the folder's own name, in every population. */
  readonly name?: string;
  readonly workers: number;
  /** Forgets what an interrupted run left, and begins anew. */
  readonly fresh: boolean;
  /** The same seed and files give the same figures. */
  readonly seed: number;
  /** Which code this is, where somebody knows. */
  readonly commit?: string;
  readonly ffmpegPath?: string;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly onAcquire: (progress: AcquireProgress) => void;
  readonly onStep: OnProgress;
}

/**
 * Measures a model pack with the product's own code on folders of labelled faces and of presentations.
 *
 * Nothing of a face outlives it: vectors are wiped, progress is forgotten when it ends.
 *
 * @throws MenshenError `dataset-invalid`, `model-pack-invalid`, `model-pack-altered`, `conflict`, `evaluation-invalid`.
 */
export async function runEvaluation(options: EvaluationOptions): Promise<EvaluationReport> {
  const datasets = options.folders.map((folder) => openDataset(folder));
  const faces = onlyOne<FaceDataset>(datasets, 'faces');
  const presentations = onlyOne<PresentationDataset>(datasets, 'presentations');
  const pack = await loadModelPack(options.packFolder);
  const watch = new Watch(options.clock);
  const identity = [codeFingerprint(), pack.embeddingModelId, ...datasets.map(({ fingerprint }) => fingerprint)];
  const acquired = await acquire(datasets, { ...options, identity, onProgress: options.onAcquire });
  const steps = [...acquisitionSteps(acquired, watch.lap())];
  try {
    const recognition = faces && (await recognitionOf(faces, acquired, pack, options));
    if (faces) steps.push(statisticsStep('compare and count', acquired.faces.get(faces)?.length ?? 0, watch.lap()));
    const pad = presentations && padOf(presentations, acquired, pack, options);
    return makeReport({
      date: new Date(options.clock.wallMs()).toISOString().slice(0, 10),
      product: {
        version: productVersion(),
        ...(options.commit === undefined ? {} : { commit: options.commit }),
      },
      pack: packFacts(pack),
      machine: `${machineInWords()}, ONNX Runtime ${runtimeVersion()}, ${options.workers} worker(s) of one thread each`,
      dataSets: datasets.map((dataset) => factsOf(dataset, acquired, options.name)),
      ...(recognition === undefined ? {} : { recognition }),
      ...(pad === undefined ? {} : { pad }),
      steps,
    });
  } finally {
    acquired.wipe();
  }
}

function onlyOne<D extends Dataset>(datasets: readonly Dataset[], kind: D['kind']): D | undefined {
  const found = datasets.filter((dataset): dataset is D => dataset.kind === kind);
  if (found.length > 1) {
    const names = found.map(({ name }) => name).join(', ');
    throw new MenshenError('dataset-invalid', `${names}: evaluate one folder of ${kind} at a time.`);
  }
  return found[0];
}

function recognitionOf(
  faces: FaceDataset,
  acquired: Acquired,
  { impostorModel }: ModelPack,
  { name, seed, onStep }: EvaluationOptions,
) {
  return evaluateRecognition({
    name: name ?? faces.name,
    samples: acquired.faces.get(faces) ?? [],
    ...(faces.pairs === undefined ? {} : { pairs: faces.pairs }),
    ...(impostorModel === undefined ? {} : { impostorModel }),
    seed,
    onProgress: onStep,
  });
}

function padOf(dataset: PresentationDataset, acquired: Acquired, pack: ModelPack, { seed }: EvaluationOptions) {
  return evaluatePad({
    name: dataset.name,
    recordings: acquired.presentations.get(dataset) ?? [],
    settings: { ...pack.manifest.padThresholds, strict: false },
    seed,
  });
}

function packFacts({ manifest, embeddingModelId }: ModelPack) {
  const files = manifest.files.map(({ role, sha256 }) => ({ role, sha256 }));
  const facts = { id: manifest.id, version: manifest.version, modelId: embeddingModelId, files };
  return manifest.impostorModel === undefined ? facts : { ...facts, impostorModel: manifest.impostorModel.sha256 };
}

function factsOf(dataset: Dataset, acquired: Acquired, name: string | undefined): DataSet {
  const { fingerprint } = dataset;
  if (dataset.kind === 'faces') {
    const people = new Set(dataset.pictures.map(({ person }) => person)).size;
    return { name: name ?? dataset.name, people, pictures: dataset.pictures.length, fingerprint };
  }
  const { presentations } = dataset;
  const stills = presentations.filter(({ still }) => still).length;
  const people = new Set(presentations.map(({ person, file }) => person ?? file)).size;
  const unread = acquired.unreadable.map(({ file, reason }) => `${file}: ${reason}`);
  return {
    name: dataset.name,
    people,
    pictures: stills,
    recordings: presentations.length - stills,
    fingerprint,
    ...(unread.length === 0 ? {} : { note: `left out, could not be read: ${unread.join('; ')}` }),
  };
}

function acquisitionSteps({ times, peakWorkerMiB }: Acquired, wallMs: number): TimedStep[] {
  const perStep = [...times].map(([step, measured]) => {
    const sorted = [...measured].sort((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const note = 'one thread; the sum over all workers';
    const sumMs = sorted.reduce((sum, ms) => sum + ms, 0);
    return { step, items: sorted.length, wallMs: sumMs, medianMs: at(0.5), p95Ms: at(0.95), note };
  });
  const items = Math.max(0, ...perStep.map((step) => step.items));
  const whole = { step: 'acquire', items, wallMs, note: 'as it ran here; what an interrupted run left is not in it' };
  return [peakWorkerMiB > 0 ? { ...whole, peakMemoryMiB: peakWorkerMiB } : whole, ...perStep];
}

function statisticsStep(step: string, items: number, wallMs: number): TimedStep {
  return { step, items, wallMs, peakMemoryMiB: peakResidentMiB() };
}

class Watch {
  readonly #clock: Clock;
  #sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  lap(): number {
    const nowMs = this.#clock.monotonicMs();
    const passedMs = nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    return passedMs;
  }
}
