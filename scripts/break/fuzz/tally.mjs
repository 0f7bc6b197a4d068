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
    /** @type {unknown} */
    this.audit = undefined;
    /** @type {number | undefined} */
    this.decommissioned = undefined;
    this.begunMs = performance.now();
  }

  /** @param {import('./compose.mjs').Composed} sent @param {import('./send.mjs').Answer} answer */
  count({ route, caller, number }, { status, end, ms }) {
    this.requests += 1;
    const key = status === 0 ? end : String(status);
    const counts = this.byRoute.get(route) ?? {};
    counts[key] = (counts[key] ?? 0) + 1;
    this.byRoute.set(route, counts);
    this.byStatus[key] = (this.byStatus[key] ?? 0) + 1;
    this.byCaller[caller] = (this.byCaller[caller] ?? 0) + 1;
    this.slowest.push({ route, ms: Math.round(ms), number });
    if (this.slowest.length > 200) this.slowest = this.slowest.sort((a, b) => b.ms - a.ms).slice(0, 20);
  }

  told() {
    const reached = [...this.byRoute.values()].filter((counts) =>
      Object.keys(counts).some((key) => key < '3' && key !== 'left'),
    );
    const unreached = [...this.byRoute].filter(([, counts]) => !Object.keys(counts).some((key) => /^2/.test(key)));
    const share = (/** @type {RegExp} */ pattern) => {
      const sum = Object.entries(this.byStatus).reduce((all, [key, count]) => all + (pattern.test(key) ? count : 0), 0);
      return `${((100 * sum) / Math.max(1, this.requests)).toFixed(1)} %`;
    };
    const seconds = (performance.now() - this.begunMs) / 1000;
    return {
      line:
        `${this.requests} requests over ${this.byRoute.size} calls in ${Math.round(seconds)} s; 2xx ${share(/^2/)}, ` +
        `4xx ${share(/^4/)} (429 ${share(/^429$/)}), 5xx ${share(/^5/)}; ${reached.length} calls answered with success`,
      detail: {
        ...{ requests: this.requests, seconds: Math.round(seconds), byStatus: this.byStatus, byCaller: this.byCaller },
        neverSuccessful: unreached.map(([route, counts]) => ({ route, counts })),
        slowest: this.slowest.sort((a, b) => b.ms - a.ms).slice(0, 20),
        ...{ audit: this.audit, decommissioned: this.decommissioned, byRoute: Object.fromEntries(this.byRoute) },
      },
    };
  }
}
