/** @typedef {{ fmr: number, cosineSimilarity: number }} ThresholdPoint */

const falseMatchRates = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5];
/** Rule of 30: with fewer errors than this behind it, a rate is not reported. */
export const fewestErrors = 30;
const resamplings = 1000;

/**
 * The measured points of a threshold table: a score at or above a point's similarity is a match. Rates that the number
 * of comparisons does not support are left out.
 *
 * @param {Float32Array} ranked non-mated similarities, highest first
 * @returns {ThresholdPoint[]}
 */
export function thresholdsFor(ranked) {
  return falseMatchRates.flatMap((fmr) => thresholdFor(fmr, ranked));
}

/**
 * @param {number} fmr
 * @param {Float32Array} ranked highest first
 * @returns {ThresholdPoint[]}
 */
function thresholdFor(fmr, ranked) {
  const errors = Math.floor(fmr * ranked.length);
  const last = ranked[errors - 1];
  if (errors < fewestErrors || last === undefined) return [];
  // Rounded up: a rounded-down threshold would let more through than was measured.
  return [{ fmr, cosineSimilarity: Math.ceil(last * 1e4) / 1e4 }];
}

/**
 * Match rates of resampled people, lowest first: pairs of the same person depend on each other.
 *
 * @param {readonly number[][]} people each one's mated similarities
 * @param {number} threshold
 */
export function resampledRates(people, threshold) {
  const rates = Array.from({ length: resamplings }, () => {
    const drawn = people.map(() => people[Math.floor(Math.random() * people.length)] ?? []);
    return matchRate(drawn.flat(), threshold);
  });
  return rates.sort((one, other) => one - other);
}

/**
 * @param {readonly number[]} scores
 * @param {number} threshold
 */
export function matchRate(scores, threshold) {
  return scores.filter((score) => score >= threshold).length / scores.length;
}

/** @param {readonly Float32Array[]} vectors */
export function meanOf(vectors) {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (const [index, value] of vector.entries()) sum[index] = (sum[index] ?? 0) + value;
  const length = Math.sqrt(similarity(sum, sum));
  return sum.map((value) => value / length);
}

/**
 * @param {Float32Array} one
 * @param {Float32Array} other
 */
export function similarity(one, other) {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}
