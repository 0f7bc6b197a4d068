import type { RecognitionFigures } from '../figures.js';
import type { FaceSet } from './face-set.js';
import type { Random } from './random.js';
import { rateOf } from './rates.js';
import { unitInterval } from './resampling.js';

/** Pictures that gave no vector, and why. */
export function failureToAcquire(
  { samples, acquired }: FaceSet,
  resamplings: number,
  random: Random,
): RecognitionFigures['failureToAcquire'] {
  const people = samples.map((pictures, person) => ({
    errors: pictures.length - (acquired[person]?.length ?? 0),
    trials: pictures.length,
  }));
  const sum = (of: 'errors' | 'trials') => people.reduce((total, counts) => total + counts[of], 0);
  const rate = rateOf({
    errors: sum('errors'),
    trials: sum('trials'),
    units: people.length,
    unitName: 'people',
    interval: unitInterval(people, resamplings, random),
  });
  const reasons = new Map<string, number>();
  for (const { vector, failure } of samples.flat()) {
    if (vector !== undefined) continue;
    const reason = failure || 'not stated';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { rate, reasons: [...reasons].map(([reason, pictures]) => ({ reason, pictures })) };
}
