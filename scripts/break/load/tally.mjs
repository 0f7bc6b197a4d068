import { quantile } from '../../bench/targets.mjs';

/** Answers by kind of question: how long, how many were refused for a stated reason, and what was wrong. */
export class LoadTally {
  constructor() {
    /** @type {Map<string, { ms: number[], stated: Record<string, number> }>} */
    this.kinds = new Map();
  }

  /** @param {string} kind @param {number} ms */
  answered(kind, ms) {
    this.of(kind).ms.push(ms);
  }

  /** A refusal that is documented for a terminal that is busy: the panel asks again. @param {string} kind @param {string} code */
  stated(kind, code) {
    const { stated } = this.of(kind);
    stated[code] = (stated[code] ?? 0) + 1;
  }

  /** @param {string} kind */
  of(kind) {
    const held = this.kinds.get(kind) ?? { ms: [], stated: {} };
    this.kinds.set(kind, held);
    return held;
  }

  told() {
    return Object.fromEntries(
      [...this.kinds].map(([kind, { ms, stated }]) => [
        kind,
        {
          ...{ answers: ms.length, p50Ms: round(quantile(ms, 0.5)), p99Ms: round(quantile(ms, 0.99)) },
          ...{ longestMs: round(ms.reduce((longest, value) => Math.max(longest, value), 0)), stated },
        },
      ]),
    );
  }
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
