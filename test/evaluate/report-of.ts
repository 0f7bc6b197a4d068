import {
  type EvaluationReport,
  evaluatePad,
  evaluateRecognition,
  type FaceSample,
  makeReport,
  type PresentationRecording,
} from '#menshen/evaluate/index.js';
import { madeUpSamples } from './people.js';
import { padSettings } from './recordings.js';

export interface ReportOptions {
  readonly samples?: readonly FaceSample[];
  readonly recordings?: readonly PresentationRecording[];
  readonly modelId?: string;
  /** SHA-256 of the impostor model the report says it was made with. */
  readonly impostorModel?: string | undefined;
}

/** A whole report over made-up people and recordings. */
export async function reportOf({
  samples,
  recordings = [],
  modelId = 'test@000000000000',
  impostorModel,
}: ReportOptions = {}): Promise<EvaluationReport> {
  const people = samples ?? madeUpSamples({ people: 120, pictures: 7, scatter: 0.6 });
  return makeReport({
    date: '2026-01-02',
    product: { version: '0.0.0' },
    pack: { id: 'test', modelId, files: [], ...(impostorModel === undefined ? {} : { impostorModel }) },
    machine: 'none: this is a test',
    dataSets: [{ name: 'made up', people: 120, pictures: people.length, fingerprint: 'none' }],
    recognition: await evaluateRecognition({ name: 'made up', samples: people, seed: 1, resamplings: 50 }),
    pad: evaluatePad({ name: 'made up', recordings, settings: padSettings, seed: 1, resamplings: 50 }),
    steps: [{ step: 'embedding', items: people.length, wallMs: 1000, medianMs: 2, note: 'made up' }],
  });
}
