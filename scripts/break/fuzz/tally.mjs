import { wasCut } from './judge.mjs';

/** Not half of the requests are right, and many of those are from callers who may not. */
const fewestSuccesses = 0.15;
const fewestReached = 0.35;
const mostCut = 0.01;
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;

/** What was asked, and what came back, in numbers. */
export class Tally {
  /** @param {readonly import('./routes.mjs').Route[]} routes */
  constructor(routes) {
    /** @type {Map<string, Record<string, number>>} */
    this.byRoute = new Map(routes.map(({ method, path }) => [`${method} ${path}`, {}]));
    /** @type {Record<string, number>} */
    this.byStatus = {};
    /** @type {Record<string, number>} */
    this.byCaller = {};
    /** @type {{ route: string, ms: number, number: number }[]} */
    this.slowest = [];
    this.requests = 0;
    /** Answers that never came because the connection was cut. */
    this.cut = 0;
    /** @type {{ requests: number, byStatus: Record<string, number> } | undefined} */
    this.isapi = undefined;
    /** @type {unknown} */
    this.audit = undefined;
    /** @type {number | undefined} */
    this.decommissioned = undefined;
    this.begunMs = performance.now();
  }

  /** @param {import('./compose.mjs').Composed} sent @param {import('./send.mjs').Answer} answer */
  count({ route, caller, number }, answer) {
    const { status, end, ms } = answer;
    this.requests += 1;
    if (wasCut(answer)) this.cut += 1;
    const key = status === 0 ? end : String(status);
    const counts = this.byRoute.get(route) ?? {};
    counts[key] = (counts[key] ?? 0) + 1;
    this.byRoute.set(route, counts);
    this.byStatus[key] = (this.byStatus[key] ?? 0) + 1;
    this.byCaller[caller] = (this.byCaller[caller] ?? 0) + 1;
    this.slowest.push({ route, ms: Math.round(ms), number });
    if (this.slowest.length > 200) this.slowest = this.slowest.sort((a, b) => b.ms - a.ms).slice(0, 20);
  }

  /** Of all requests. @param {RegExp} statuses */
  shareOf(statuses) {
    const sum = Object.entries(this.byStatus).reduce((all, [key, count]) => all + (statuses.test(key) ? count : 0), 0);
    return sum / Math.max(1, this.requests);
  }

  /** Calls that were answered with success. */
  reached() {
    return [...this.byRoute.values()].filter((counts) => Object.keys(counts).some((key) => /^2/.test(key))).length;
  }

  /** What would make the rest mean nothing. @returns {string[]} */
  tooLittle() {
    const [success, reached, calls] = [this.shareOf(/^2/), this.reached(), this.byRoute.size];
    return [
      ...(success < fewestSuccesses ? [`only ${percent(success)} of the requests were answered with success`] : []),
      ...(this.requests >= 5 * calls && reached < calls * fewestReached
        ? [`only ${reached} of ${calls} calls were ever answered with success`]
        : []),
      ...(this.cut > Math.max(5, this.requests * mostCut) ? [`${this.cut} connections were cut`] : []),
    ];
  }

  told() {
    const unreached = [...this.byRoute].filter(([, counts]) => !Object.keys(counts).some((key) => /^2/.test(key)));
    const share = (/** @type {RegExp} */ pattern) => percent(this.shareOf(pattern));
    const seconds = (performance.now() - this.begunMs) / 1000;
    return {
      line:
        `${this.requests} requests over ${this.byRoute.size} calls in ${Math.round(seconds)} s; 2xx ${share(/^2/)}, ` +
        `4xx ${share(/^4/)} (429 ${share(/^429$/)}), 5xx ${share(/^5/)}; ${this.reached()} calls answered with success${this.isapi === undefined ? '' : `; ISAPI ${JSON.stringify(this.isapi.byStatus)}`}`,
      detail: {
        ...{ requests: this.requests, seconds: Math.round(seconds), byStatus: this.byStatus, byCaller: this.byCaller },
        neverSuccessful: unreached.map(([route, counts]) => ({ route, counts })),
        slowest: this.slowest.sort((a, b) => b.ms - a.ms).slice(0, 20),
        ...{
          cut: this.cut,
          isapi: this.isapi,
          audit: this.audit,
          decommissioned: this.decommissioned,
          byRoute: Object.fromEntries(this.byRoute),
        },
      },
    };
  }
}
