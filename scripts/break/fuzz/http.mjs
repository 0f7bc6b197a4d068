import path from 'node:path';
import { projectRoot } from '../../setup/context.mjs';
import { Dice } from '../parts/dice.mjs';
import { MemoryWatch } from '../parts/growth.mjs';
import { openTarget } from '../parts/target.mjs';
import { Findings } from '../parts/verdict.mjs';
import { compose } from './compose.mjs';
import { fuzzIsapi } from './isapi.mjs';
import { wrongInLog, wrongWith } from './judge.mjs';
import { Known } from './known.mjs';
import { routesOf } from './routes.mjs';
import { Ways } from './send.mjs';
import { Tally } from './tally.mjs';
import { Undone } from './undone.mjs';
import { Upkeep } from './upkeep.mjs';

const inFlight = 12;
/** So often the site is put in order again. */
const roundLength = 400;
/** Fewer say nothing about the share that is answered with success. */
const fewestToJudge = 500;
/** One for so many of the others: this dialect is small. */
const isapiShare = 10;

/**
 * Requests made from the OpenAPI document of a running service, in numbers; see `compose.mjs` for what is in them.
 *
 * @param {{ seed: number, requests: number, only?: number | undefined, from?: number | undefined, routes?: RegExp }} options
 * @returns {Promise<import('../parts/verdict.mjs').Outcome>}
 */
export async function fuzzHttp({ seed, requests, only, from = 0, routes: chosen }) {
  const target = await openTarget(forFuzzing);
  const { daemon } = target;
  const ways = new Ways(daemon.url, target.socketPath, inFlight);
  const memory = new MemoryWatch(daemon.pid, { everyMs: 250 });
  try {
    const { body: document } = await daemon.call('GET', '/openapi.json');
    const routes = routesOf(document).filter(({ path }) => chosen?.test(path) ?? true);
    const run = new Run({ seed, routes, ways, target });
    const numbers = only === undefined ? Array.from({ length: requests }, (_, at) => from + at) : [only];
    await run.all(numbers);
    if (only === undefined && chosen === undefined) await run.isapi(Math.max(100, requests / isapiShare));
    const growth = memory.stop(0.4);
    if (growth.grows) run.findings.add({ what: `the service’s memory grows: ${JSON.stringify(growth)}` });
    await run.afterwards();
    return { what: 'http', ...run.summary(growth) };
  } finally {
    memory.stop(0);
    ways.close();
    await daemon.stop();
  }
}

class Run {
  /** @param {{ seed: number, routes: import('./routes.mjs').Route[], ways: Ways, target: Awaited<ReturnType<typeof openTarget>> }} parts */
  constructor({ seed, routes, ways, target }) {
    this.seed = seed;
    this.routes = routes;
    this.ways = ways;
    this.target = target;
    this.known = new Known();
    for (const id of ['main', 'front']) this.known.add('doors', id);
    for (const id of ['M8.3', 'M1.1', 'P57']) this.known.add('compliance', id);
    this.upkeep = new Upkeep(ways, this.known, new Dice(seed, -1));
    this.findings = new Findings();
    this.tally = new Tally(routes);
    this.seenLog = 0;
    this.undone = new Undone();
  }

  /** @param {readonly number[]} numbers */
  async all(numbers) {
    let stopped = false;
    // Whoever stops a long run still hears what it came to.
    process.once('SIGINT', () => {
      stopped = true;
    });
    for (let begin = 0; begin < numbers.length && !stopped; begin += roundLength) {
      await this.upkeep.tend();
      const round = numbers.slice(begin, begin + roundLength).values();
      await Promise.all(
        Array.from({ length: inFlight }, async () => {
          for (const number of round) await this.one(number);
        }),
      );
      this.readLog(numbers[begin] ?? 0);
      if (process.stderr.isTTY) process.stderr.write(`\r${begin + roundLength} of ${numbers.length} `);
      if (this.target.daemon.child.exitCode !== null) {
        this.findings.add({
          what: `the service ended with ${this.target.daemon.child.exitCode}`,
          number: numbers[begin] ?? 0,
        });
        return;
      }
    }
  }

  /** @param {number} number */
  async one(number) {
    // Visits end by themselves and by every second call: there is always one to speak of.
    if (number % 80 === 0) await this.upkeep.keepScreen();
    const sent = compose({ seed: this.seed, number, routes: this.routes, known: this.known });
    const headers = { ...this.headersOf(sent), ...sent.headers };
    const local = sent.caller.startsWith('owner');
    const mayWait = waits.test(sent.path);
    const { answer, undone } = await this.undone.around(sent, () =>
      this.ways.send({ ...sent, headers }, { local, address: sent.address, mayWait }),
    );
    this.tally.count(sent, answer);
    if (answer.status < 300 && answer.status > 0) this.learn(sent, answer);
    const { site } = this.target;
    for (const what of wrongWith(sent, answer, { folder: site.folder, secrets: this.upkeep.secrets })) {
      if (undone && what.startsWith('no answer')) continue;
      this.findings.add(this.finding(what, { ...sent, headers }, answer), `${what} ${sent.route}`);
    }
  }

  /** @param {import('./compose.mjs').Composed} sent @returns {Record<string, string>} */
  headersOf({ caller }) {
    const { keys } = this.upkeep;
    const bearer = (/** @type {string | undefined} */ key) => ({ authorization: `Bearer ${key}` });
    if (caller === 'screen') return this.upkeep.pageHeaders();
    if (caller === 'owner' || caller === 'none') return {};
    if (caller === 'owner-as-operator') return bearer(keys.operator);
    if (caller === 'wrong') return bearer('mk_0000000000000000000000000000000000000000000');
    if (caller === 'odd') return { authorization: 'Basic \u00ff:\u00ff, Bearer' };
    return bearer(keys[caller]);
  }

  /** @param {import('./compose.mjs').Composed} sent @param {import('./send.mjs').Answer} answer */
  learn({ collection }, { headers, text }) {
    if (!String(headers['content-type']).startsWith('application/json') || text === '') return;
    this.known.learn(collection, JSON.parse(text));
  }

  /** @param {string} what @param {import('./compose.mjs').Composed} sent @param {import('./send.mjs').Answer} answer */
  finding(what, sent, answer) {
    const { number, route, method, path, headers, body, caller } = sent;
    const detail = {
      ...{ method, path: path.slice(0, 1000), caller, body: body?.toString('utf8').slice(0, 4000) },
      headers: Object.entries(headers).map(([key, value]) => `${key}: ${String(value).slice(0, 200)}`.slice(0, 300)),
      answer: {
        status: answer.status,
        headers: answer.headers,
        text: answer.text.slice(0, 2000),
        ms: Math.round(answer.ms),
      },
    };
    return { what: `${what} from ${route}`, number, detail };
  }

  /** @param {number} from first request of the round that these lines belong to */
  readLog(from) {
    const { log } = this.target.daemon;
    const end = log.lastIndexOf('\n') + 1;
    for (const what of wrongInLog(log.slice(this.seenLog, end), this.upkeep.secrets))
      this.findings.add(
        { what: `${what} (in the ${roundLength} requests from ${from})` },
        what.replaceAll(/[\d-]+/g, '').slice(0, 120),
      );
    this.seenLog = end;
  }

  /** The calls that the document does not name. @param {number} requests */
  async isapi(requests) {
    await this.upkeep.tend();
    const { ways, upkeep, findings, seed } = this;
    const { folder } = this.target.site;
    this.tally.isapi = await fuzzIsapi({ seed, requests, ways, upkeep, findings, folder });
    this.readLog(0);
  }

  /** It still answers, lets people in, and its audit chain holds; then its end is asked for, and that holds too. */
  async afterwards() {
    const health = await this.upkeep.owner('GET', '/v1/health');
    if (health.status !== 200 || health.body.records.works !== true)
      this.findings.add({ what: `afterwards health answers ${health.status} ${JSON.stringify(health.body)}` });
    const shut = await this.upkeep.notLetIn();
    if (shut !== undefined) this.findings.add({ what: `afterwards nobody is let in: ${shut}` });
    if (this.tally.requests >= fewestToJudge) for (const what of this.tally.tooLittle()) this.findings.add({ what });
    await this.verifyAudit('afterwards');
    const { site } = this.target;
    const ended = await this.upkeep.owner('POST', '/v1/decommissioning', { deviceId: 'demo-gate' });
    this.tally.decommissioned = ended.status;
    if (ended.status !== 200) this.findings.add({ what: `decommissioning answers ${ended.status}` });
    await this.verifyAudit('after decommissioning');
    this.readLog(0);
    return site;
  }

  /** @param {string} when */
  async verifyAudit(when) {
    const { status, body } = await this.upkeep.owner('GET', '/v1/audit/verification');
    this.tally.audit = body;
    if (status !== 200 || body?.intact !== true)
      this.findings.add({ what: `${when} the audit is ${status} ${JSON.stringify(body)}` });
  }

  /** @param {ReturnType<MemoryWatch['stop']>} growth */
  summary(growth) {
    const told = this.tally.told();
    const grown = `memory ${growth.firstMiB} to ${growth.lastMiB} MiB (slope ${growth.growthMiB} in ${growth.minutes} min, 95 % ${growth.intervalMiB.join(' to ')})`;
    return {
      line: `${told.line}; ${grown}`,
      findings: this.findings.list,
      detail: { seed: this.seed, growth, counts: Object.fromEntries(this.findings.counts), ...told.detail },
    };
  }
}

/** Pictures that stand still: whoever asks for faces gets as far, and the processor is left to the requests. @param {any} config */
function forFuzzing(config) {
  config.isapi = { enabled: true };
  config.cameras[0].source = { kind: 'stills', folder: path.join(projectRoot, 'var', 'demo', 'stills') };
}

/** What waits for a person, for time or for more to come. */
const waits = /waitMs=|\/enrolments?$|template-renewal|\/stream|\/v1\/events|kiosk\/api\/visits$/;
