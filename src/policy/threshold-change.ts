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
  const bodyHash = hashOf(body);
  const before = store.documents.newest('threshold');
  if (before?.hash === bodyHash) {
    // Of a store from before a second person was asked, or of a restored one.
    if (store.state.read(confirmedState) === undefined) store.state.write(confirmedState, bodyHash);
    return false;
  }
  store.transaction(() => {
    // The first ones, and those of before a second person was asked, are what changes are measured against.
    if (store.state.read(confirmedState) === undefined) store.state.write(confirmedState, before?.hash ?? bodyHash);
    const version = store.documents.add('threshold', bodyHash, body, nowMs);
    // Written here alone.
    if (before !== undefined)
      audit.append('threshold.changed', changeBody(version, JSON.parse(before.body) as ThresholdsInUse, now));
  });
  return before !== undefined;
}

/** Thresholds that would decide, and to which two people have not said yes yet. */
export interface UnconfirmedThresholds {
  /** Of the new ones; the same as in the record of the change. */
  readonly hash: string;
  /** What decided before; undefined when the record of it is gone. */
  readonly old: ThresholdsInUse | undefined;
  readonly new: ThresholdsInUse;
}

/**
 * What two people have still to confirm (D19b): thresholds other than the confirmed ones. A store that has seen none yet
 * begins with what it is given; going back to the confirmed ones needs nobody.
 */
export function unconfirmedThresholds(store: Store, now: ThresholdsInUse): UnconfirmedThresholds | undefined {
  const newest = store.documents.newest('threshold');
  const confirmed = store.state.read(confirmedState) ?? newest?.hash;
  const bodyHash = hashOf(canonicalJson(now));
  if (confirmed === undefined || confirmed === bodyHash) return undefined;
  for (let version = newest?.version ?? 0; version > 0; version -= 1) {
    const kept = store.documents.get('threshold', version);
    // Written by `recordThresholdChange` alone.
    if (kept?.hash === confirmed) return { hash: bodyHash, old: JSON.parse(kept.body) as ThresholdsInUse, new: now };
  }
  return { hash: bodyHash, old: undefined, new: now };
}

/**
 * Two people said yes to these thresholds, named by their hash.
 *
 * @throws MenshenError `conflict` when others would decide by now: nobody has seen those.
 */
export function confirmThresholds(
  store: Store,
  audit: AuditPort,
  standing: UnconfirmedThresholds | undefined,
  order: { readonly hash: string; readonly by: string },
): void {
  // Carried out before, and cut before that was noted.
  if (store.state.read(confirmedState) === order.hash) return;
  if (standing?.hash !== order.hash)
    throw new MenshenError(
      'conflict',
      'Other thresholds than the proposed ones would decide by now. Propose them anew.',
    );
  const { similarity, falseMatchRate, evaluation, attackEvaluation } = standing.new;
  store.withReserve(() =>
    store.transaction(() => {
      store.state.write(confirmedState, order.hash);
      audit.append('threshold.confirmed', {
        ...{ hash: order.hash, by: order.by, similarity, falseMatchRate, evaluation, attackEvaluation },
      });
    }),
  );
}

const confirmedState = 'threshold-confirmed';
const hashOf = (body: string): string => Buffer.from(hash(body)).toString('hex');

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
