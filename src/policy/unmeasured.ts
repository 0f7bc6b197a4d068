import { fmrForIdentification, type Threshold, type ThresholdOptions, thresholdFor } from '../compare/index.js';
import type { Config } from '../config/index.js';
import { MenshenError, type ThresholdTable } from '../core/index.js';

/** Whether the site accepted, by name, false match rates that nobody measured. */
export function thresholdOptions({ face }: Config): ThresholdOptions {
  return { unmeasuredAccepted: face.unmeasuredFalseMatchRate !== undefined };
}

export interface UnmeasuredInUse {
  readonly acceptedBy: string;
  readonly on: string;
  readonly statement: string;
  readonly wantedFmr: number;
  /** The evaluation that does not go down to it. */
  readonly evaluation: string;
}

/** What stands on an extrapolated threshold now, with the name of who accepted it; undefined while everything is measured. */
export function unmeasuredInUse(
  config: Config,
  thresholds: readonly ThresholdTable[],
  gallerySize: number,
): UnmeasuredInUse | undefined {
  const accepted = config.face.unmeasuredFalseMatchRate;
  if (accepted === undefined) return undefined;
  const { method, falseMatchRate, falsePositiveIdentificationRate } = config.face;
  // 1:N sites verify a named person too, at the rate of 1:1.
  const identification = method === '1:N' ? [fmrForIdentification(falsePositiveIdentificationRate, gallerySize)] : [];
  const used = [falseMatchRate, ...identification].flatMap((fmr) => extrapolated(thresholds, fmr));
  const [strictest] = used.sort((a, b) => a.fmr - b.fmr);
  if (strictest === undefined) return undefined;
  return { ...accepted, wantedFmr: strictest.fmr, evaluation: strictest.evaluation.id };
}

function extrapolated(thresholds: readonly ThresholdTable[], fmr: number): Threshold[] {
  try {
    const threshold = thresholdFor(thresholds, 'reference-fused', fmr, { unmeasuredAccepted: true });
    return threshold.extrapolated === true ? [threshold] : [];
  } catch (thrown) {
    // Beyond what can be accepted: face mode says so itself (`threshold-unsupported`).
    if (thrown instanceof MenshenError && thrown.code === 'threshold-unsupported') return [];
    throw thrown;
  }
}
