import { residentMiB } from '../../bench/processes.mjs';

/**
 * Least squares through equally spaced samples, with the slope's 95 % interval. Neighbouring samples are alike, so the
 * interval comes from the slopes of blocks of samples around the line, not from single ones.
 *
 * @param {readonly number[]} samples
 * @returns {{ slope: number, interval: readonly [number, number], noise: number }} per sample
 */
export function lineThrough(samples) {
  const { slope, residuals } = fitted(samples);
  const noise = Math.sqrt(mean(residuals.map((value) => value ** 2)));
  const blocks = blocksOf(residuals, 10).map(mean);
  const blockNoise = Math.sqrt(mean(blocks.map((value) => value ** 2)));
  const length = Math.max(1, samples.length / blocks.length);
  const spread = Math.sqrt(blocks.reduce((sum, _, at) => sum + ((at - (blocks.length - 1) / 2) * length) ** 2, 0));
  // Student’s t of eight degrees of freedom.
  const half =
    spread === 0 ? 0 : (2.31 * blockNoise * Math.sqrt(blocks.length / Math.max(1, blocks.length - 2))) / spread;
  return { slope, interval: [slope - half, slope + half], noise };
}

/** @param {readonly number[]} samples */
function fitted(samples) {
  const meanAt = (samples.length - 1) / 2;
  const level = mean(samples);
  const spread = samples.reduce((sum, _, at) => sum + (at - meanAt) ** 2, 0);
  const slope =
    spread === 0 ? 0 : samples.reduce((sum, value, at) => sum + (at - meanAt) * (value - level), 0) / spread;
  return { slope, residuals: samples.map((value, at) => value - level - slope * (at - meanAt)) };
}

/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** @param {readonly number[]} values @param {number} count */
function blocksOf(values, count) {
  const length = Math.max(1, Math.floor(values.length / count));
  return Array.from({ length: Math.floor(values.length / length) }, (_, at) =>
    values.slice(at * length, (at + 1) * length),
  ).filter((block) => block.length > 0);
}

/** Samples the resident memory of a process until it is told to stop. */
export class MemoryWatch {
  /** @param {number} pid @param {{ everyMs: number }} options */
  constructor(pid, { everyMs }) {
    /** @type {number[]} */
    this.samplesMiB = [];
    this.everyMs = everyMs;
    this.timer = setInterval(() => this.samplesMiB.push(residentMiB(pid)), everyMs);
  }

  /**
   * @param {number} warmUpShare of the samples that do not count
   * @returns growth over the time watched, and whether it is more than the noise can explain
   */
  stop(warmUpShare) {
    clearInterval(this.timer);
    const counted = this.samplesMiB.slice(Math.floor(this.samplesMiB.length * warmUpShare));
    const { slope, interval, noise } = lineThrough(counted);
    const minutes = (counted.length * this.everyMs) / 60_000;
    const overall = (/** @type {number} */ perSample) => round(perSample * counted.length);
    const growthMiB = overall(slope);
    return {
      ...{ minutes: round(minutes), growthMiB, intervalMiB: interval.map(overall), noiseMiB: round(noise) },
      firstMiB: round(counted[0] ?? 0),
      lastMiB: round(counted.at(-1) ?? 0),
      // Too short to tell a slope from what a collector leaves lying about: nothing is claimed.
      grows: counted.length >= 400 && overall(interval[0]) > 0 && growthMiB > Math.max(2 * noise, 8),
    };
  }
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
