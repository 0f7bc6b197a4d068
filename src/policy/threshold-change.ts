import { thresholdFor } from '../compare/index.js';
import type { Config } from '../config/index.js';
import { type AuditBody, type AuditPort, MenshenError } from '../core/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { Store } from '../store/index.js';
import type { PackFacts } from '../vision/index.js';
import { thresholdOptions } from './unmeasured.js';

/** What decides about people: wanted rates, the threshold they come to, and the evaluation behind each (D19b). */
export interface ThresholdsInUse {
  readonly method: '1:1' | '1:N';
  readonly falseMatchRate: number;
  readonly falsePositiveIdentificationRate: number;
  readonly unmeasuredAcceptedBy: string | null;
  /** Null where no evaluation supports the wanted rate: face mode is off then (`threshold-unsupported`). */
  readonly similarity: number | null;
  readonly fmr: number | null;
  /** In words, because an evaluation without an error proves no rate of zero. */
  readonly fnmr: string;
  readonly evaluation: string | null;
  readonly bonaFideAtLeast: number;
  readonly attackAtMost: number;
  readonly attackEvaluation: string;
}

/** The thresholds of a configuration with the models that run. */
export function thresholdsInUse(config: Config, { thresholds, pad }: PackFacts): ThresholdsInUse {
  const { method, falseMatchRate, falsePositiveIdentificationRate, unmeasuredFalseMatchRate } = config.face;
  return {
    ...{ method, falseMatchRate, falsePositiveIdentificationRate },
    unmeasuredAcceptedBy: unmeasuredFalseMatchRate?.acceptedBy ?? null,
    ...measured(config, thresholds),
    ...{ bonaFideAtLeast: pad.bonaFideAtLeast, attackAtMost: pad.attackAtMost, attackEvaluation: pad.evaluation },
  };
}

/**
 * Puts on record that other thresholds decide than last time, with old and new value, error rates and evaluation (D19b).
 * The first ones a device runs with are kept for the comparison and are no change.
 *
 * @returns true when there was a change.
 */
export function recordThresholdChange(store: Store, audit: AuditPort, now: ThresholdsInUse, nowMs: number): boolean {
  const body = canonicalJson(now);
  const bodyHash = Buffer.from(hash(body)).toString('hex');
  const before = store.documents.newest('threshold');
  if (before?.hash === bodyHash) return false;
  store.transaction(() => {
    const version = store.documents.add('threshold', bodyHash, body, nowMs);
    // Written here alone.
    if (before !== undefined)
      audit.append('threshold.changed', changeBody(version, JSON.parse(before.body) as ThresholdsInUse, now));
  });
  return before !== undefined;
}

function changeBody(version: number, old: ThresholdsInUse, now: ThresholdsInUse): AuditBody {
  const names = Object.keys(now) as (keyof ThresholdsInUse)[];
  const changed = names.filter((name) => old[name] !== now[name]);
  // Rates and evaluation always, so that an entry can be read by itself; of the rest what changed.
  const always: readonly (keyof ThresholdsInUse)[] = ['similarity', 'fmr', 'fnmr', 'evaluation'];
  const told = names.filter((name) => always.includes(name) || changed.includes(name));
  const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return {
    version,
    changed: changed.join(' '),
    ...Object.fromEntries(
      told.flatMap((name) => [
        [`old${capital(name)}`, old[name]],
        [`new${capital(name)}`, now[name]],
      ]),
    ),
  };
}

function measured(
  config: Config,
  tables: PackFacts['thresholds'],
): Pick<ThresholdsInUse, 'similarity' | 'fmr' | 'fnmr' | 'evaluation'> {
  try {
    const threshold = thresholdFor(tables, 'reference-fused', config.face.falseMatchRate, thresholdOptions(config));
    const { similarity, fmr, evaluation } = threshold;
    const table = tables.find((candidate) => candidate.evaluation.id === evaluation.id);
    const point = table?.points.find((candidate) => candidate.fmr === fmr && candidate.similarity === similarity);
    return { similarity, fmr, evaluation: evaluation.id, fnmr: fnmrInWords(point?.fnmr) };
  } catch (thrown) {
    if (!(thrown instanceof MenshenError) || thrown.code !== 'threshold-unsupported') throw thrown;
    return { similarity: null, fmr: null, evaluation: null, fnmr: 'none: no evaluation supports the wanted rate' };
  }
}

function fnmrInWords(fnmr: { readonly errors: number; readonly trials: number } | undefined): string {
  if (fnmr === undefined) return 'not stated by the evaluation';
  return `${fnmr.errors} of ${fnmr.trials} mated comparisons`;
}
