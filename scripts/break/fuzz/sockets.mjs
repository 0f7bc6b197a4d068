import { connect } from 'node:net';
import { Dice } from '../parts/dice.mjs';
import { openTarget } from '../parts/target.mjs';
import { Findings } from '../parts/verdict.mjs';
import { wrongInLog } from './judge.mjs';

/** The service cuts a request that does not come to its end; its own limits are 10 s for headers and 30 s for all of it. */
const cutWithinMs = 50_000;
/** Of garbage: what was cut short gets none. */
const mostSilence = 0.5;
/** The people of this site gave theirs to something else: the enrolment itself says so. */
const enrolmentAnswer = '"consent-required"';

/**
 * What comes over a bare socket: garbage, two lengths, requests in a row, headers and bodies that never end, half-closed
 * connections. Each gets a refusal or silence, none a second meaning, and others are served meanwhile.
 *
 * @param {{ seed: number, garbage: number, slow: boolean }} options `slow` waits for the service to cut, over a minute
 * @returns {Promise<import('../parts/verdict.mjs').Outcome>}
 */
export async function fuzzSockets({ seed, garbage, slow }) {
  const target = await openTarget((config) => {
    config.cameras[0].source = { kind: 'recording', path: 'none.mp4' };
  });
  const { daemon, site } = target;
  const findings = new Findings();
  try {
    const bare = new Bare(daemon.url, site.panel);
    await controls(bare, findings);
    const cut = slow ? slowOnes(bare, findings) : Promise.resolve([]);
    const shapes = await smuggling(bare, findings);
    const answers = await garbled(bare, { seed, garbage, findings });
    await inARow(bare, findings);
    await leavers(new Bare(daemon.url, site.operator), await somebody(daemon), findings);
    const cutAfterMs = await cut;
    await served(daemon, findings, 'afterwards');
    for (const what of wrongInLog(daemon.log, [site.panel, site.operator]).filter((each) => !each.includes('camera')))
      findings.add({ what });
    const told = cutAfterMs.map(({ what, ms }) => `${what} ${(ms / 1000).toFixed(0)} s`).join(', ');
    return {
      what: 'sockets',
      line: `${shapes} ambiguous requests, ${answers.length} of garbage, ${told === '' ? 'slow ones not waited for' : `slow ones cut after: ${told}`}`,
      findings: findings.list,
      detail: { cutAfterMs, answers: countsOf(answers) },
    };
  } finally {
    await daemon.stop();
  }
}

class Bare {
  /** @param {string} text */
  leave(text) {
    return new Promise((resolve) => {
      const socket = connect(this.where, () => socket.write(text, () => socket.destroy()));
      socket.once('error', () => undefined);
      socket.once('close', resolve);
    });
  }

  /** @param {string} url @param {string} key */
  constructor(url, key) {
    this.where = { host: new URL(url).hostname, port: Number(new URL(url).port) };
    this.head = `Host: ${this.where.host}:${this.where.port}\r\nAuthorization: Bearer ${key}\r\n`;
  }

  /**
   * Writes and reads until the other side closes, or until it has been silent for a while.
   *
   * @param {string | Buffer} text
   * @param {{ halfClose?: boolean, quietMs?: number, drip?: string }} [how] `drip` is sent every second
   * @returns {Promise<{ text: string, closed: boolean, ms: number }>}
   */
  say(text, { halfClose = false, quietMs = 1500, drip } = {}) {
    return new Promise((resolve) => {
      const begunMs = performance.now();
      const socket = connect(this.where);
      let heard = '';
      const end = (/** @type {boolean} */ closed) => {
        clearTimeout(timer);
        clearInterval(dripping);
        socket.destroy();
        resolve({ text: heard, closed, ms: performance.now() - begunMs });
      };
      const timer = setTimeout(() => end(false), quietMs);
      const dripping = setInterval(() => drip !== undefined && !socket.destroyed && socket.write(drip), 1000);
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1');
        if (drip === undefined) timer.refresh();
      });
      socket.once('error', () => end(true));
      socket.once('close', () => end(true));
      if (halfClose) socket.end(text);
      else socket.write(text);
    });
  }
}

/** @param {string} text */
const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

/** What is searched for, and what is spoilt below, is answered where it stands alone. @param {Bare} bare @param {Findings} findings */
async function controls(bare, findings) {
  const device = await bare.say(`GET /v1/device HTTP/1.1\r\n${bare.head}\r\n`, { quietMs: 500 });
  if (!device.text.includes('"publicKey"'))
    findings.add({ what: 'control: no answer about the device', detail: device });
  const begun = await bare.say(begin(bare), { quietMs: 500 });
  if (statuses(begun.text).join() !== '400') findings.add({ what: 'control: garbage’s request', detail: begun });
}

/** One that lacks what it must have. @param {Bare} bare */
const begin = (bare) =>
  `POST /v1/verifications?a=b HTTP/1.1\r\n${bare.head}Content-Type: application/json\r\nContent-Length: 18\r\n\r\n{"doorId":"main" }`;

/** A request hidden in the body of another must never be answered. @param {Bare} bare @param {Findings} findings */
async function smuggling(bare, findings) {
  const hidden = `GET /v1/device HTTP/1.1\r\n${bare.head}\r\n`;
  const post = (/** @type {string} */ headers, /** @type {string} */ body) =>
    `POST /v1/verifications HTTP/1.1\r\n${bare.head}Content-Type: application/json\r\n${headers}\r\n\r\n${body}`;
  const chunkedEnd = `0\r\n\r\n${hidden}`;
  const shapes = {
    'both lengths': post(`Content-Length: ${chunkedEnd.length}\r\nTransfer-Encoding: chunked`, chunkedEnd),
    'both lengths, the other way': post(
      `Transfer-Encoding: chunked\r\nContent-Length: 4`,
      `1\r\nZ\r\nQ\r\n\r\n${hidden}`,
    ),
    'two lengths': post(`Content-Length: 2\r\nContent-Length: ${hidden.length + 2}`, `{}${hidden}`),
    'a list of lengths': post('Content-Length: 2, 2', `{}${hidden}`),
    'a length with a sign': post('Content-Length: +2', `{}${hidden}`),
    'a length in hexadecimal': post('Content-Length: 0x2', `{}${hidden}`),
    'a negative length': post('Content-Length: -1', hidden),
    'a length without end': post(`Content-Length: ${'9'.repeat(30)}`, '{}'),
    'chunked twice': post('Transfer-Encoding: chunked, chunked', chunkedEnd),
    'chunked and identity': post('Transfer-Encoding: chunked, identity', chunkedEnd),
    'chunked in disguise': post('Transfer-Encoding: xchunked', chunkedEnd),
    'chunked behind a tab': post('Transfer-Encoding:\tchunked\r\nContent-Length: 4', chunkedEnd),
    'chunked with a space before the colon': post('Transfer-Encoding : chunked', chunkedEnd),
    'a folded header': post('Transfer-Encoding:\r\n chunked\r\nContent-Length: 4', chunkedEnd),
    'a chunk of garbage': post('Transfer-Encoding: chunked', `zz\r\n{}\r\n${chunkedEnd}`),
    'a chunk of endless size': post('Transfer-Encoding: chunked', `${'f'.repeat(40)}\r\n{}\r\n`),
    'a chunk with a long extension': post(
      'Transfer-Encoding: chunked',
      `2;${'x'.repeat(40_000)}\r\n{}\r\n${chunkedEnd}`,
    ),
    'lines ended by LF alone': `GET /v1/health HTTP/1.1\n${bare.head.replaceAll('\r', '')}Content-Length: 2\n\nGET /v1/device HTTP/1.1\n\n`,
    'a zero byte in a header': `GET /v1/health HTTP/1.1\r\n${bare.head}X: a\0b\r\n\r\n`,
    'no host': 'GET /v1/health HTTP/1.1\r\n\r\n',
    'two hosts': `GET /v1/health HTTP/1.1\r\n${bare.head}Host: other.invalid\r\n\r\n`,
    'HTTP/0.9': 'GET /v1/health\r\n',
    'HTTP/2 in the clear': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'an address with a host of its own': `GET http://other.invalid/v1/health HTTP/1.1\r\n${bare.head}\r\n`,
    'a tunnel': `CONNECT 127.0.0.1:22 HTTP/1.1\r\n${bare.head}\r\n`,
    'an upgrade': `GET /v1/events HTTP/1.1\r\n${bare.head}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    'headers beyond the limit': `GET /v1/health HTTP/1.1\r\n${bare.head}X: ${'y'.repeat(20_000)}\r\n\r\n`,
    'headers in thousands': `GET /v1/health HTTP/1.1\r\n${bare.head}${'X: 1\r\n'.repeat(5000)}\r\n`,
  };
  for (const [what, text] of Object.entries(shapes)) {
    const answer = await bare.say(text);
    const got = statuses(answer.text);
    if (answer.text.includes('"publicKey"'))
      findings.add({ what: `${what}: the hidden request was answered`, detail: answer });
    if (got.some((status) => status >= 500)) findings.add({ what: `${what}: ${got.join(' ')}`, detail: answer });
    // Node answers a request without a host by itself, with a status alone.
    if (what !== 'no host' && got.some((status) => status >= 400) && !answer.text.includes('application/problem+json'))
      findings.add({ what: `${what}: an error that is no problem document`, detail: answer });
  }
  return Object.keys(shapes).length;
}

/** @param {Bare} bare @param {{ seed: number, garbage: number, findings: Findings }} options */
async function garbled(bare, { seed, garbage, findings }) {
  const whole = begin(bare);
  const answers = [];
  for (let number = 0; number < garbage; number += 1) {
    const dice = new Dice(seed, number);
    const bytes = dice.chance(0.2) ? Buffer.from(dice.bytes(dice.between(1, 3000))) : spoilt(Buffer.from(whole), dice);
    const { text } = await bare.say(bytes, { halfClose: true, quietMs: 800 });
    const got = statuses(text);
    if (got.some((status) => status >= 500))
      findings.add({ what: `garbage answered ${got.join(' ')}`, number, detail: bytes.toString('latin1') });
    answers.push(got.join(' ') || 'silence');
  }
  const silent = answers.filter((answer) => answer === 'silence').length;
  if (silent > answers.length * mostSilence) findings.add({ what: `${silent} of ${answers.length} were not answered` });
  return answers;
}

/** @param {Buffer} bytes @param {Dice} dice */
function spoilt(bytes, dice) {
  const at = dice.between(0, bytes.length - 1);
  const act = dice.between(0, 3);
  if (act === 0) return bytes.subarray(0, at);
  if (act === 1) return Buffer.concat([bytes.subarray(0, at), dice.bytes(dice.between(1, 8)), bytes.subarray(at)]);
  if (act === 2) return Buffer.concat([bytes, bytes.subarray(at)]);
  const copy = Buffer.from(bytes);
  for (let time = 0; time < dice.between(1, 6); time += 1)
    copy[dice.between(0, copy.length - 1)] = dice.between(0, 255);
  return copy;
}

/** Requests in a row on one connection are answered in their order, and a refused one does not shift the others. @param {Bare} bare @param {Findings} findings */
async function inARow(bare, findings) {
  const ask = (/** @type {string} */ path) => `GET ${path} HTTP/1.1\r\n${bare.head}\r\n`;
  const row = Array.from({ length: 60 }, (_, at) =>
    ask(at % 3 === 0 ? '/v1/health' : at % 3 === 1 ? '/v1/none' : '/v1/events?limit=x'),
  );
  const { text } = await bare.say(row.join(''), { quietMs: 10_000 });
  const expected = row.map((_, at) => [200, 404, 400][at % 3]);
  if (statuses(text).join() !== expected.join())
    findings.add({ what: 'requests in a row are not answered in their order', detail: statuses(text) });
}

/** @param {import('../../bench/daemon.mjs').Daemon} daemon @returns {Promise<string>} subject id */
async function somebody(daemon) {
  const { body } = await daemon.call('GET', '/v1/subjects?limit=1', { key: daemon.site.operator });
  return body.subjects[0].subjectId;
}

/**
 * Asked, and gone before anything could be answered: nothing of it may be a fault in the log. Who stays is answered by
 * what stands behind every check of the request itself, so the others got as far.
 *
 * @param {Bare} bare of an operator @param {string} subjectId @param {Findings} findings
 */
async function leavers(bare, subjectId, findings) {
  const body = '{"source":"camera","doorId":"main"}';
  const ask = `POST /v1/subjects/${subjectId}/enrolments HTTP/1.1\r\n${bare.head}Connection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(Array.from({ length: 20 }, () => bare.leave(ask)));
  }
  const stayed = await bare.say(ask, { quietMs: 60_000 });
  if (!stayed.text.includes(enrolmentAnswer))
    findings.add({ what: 'who stays is not answered by the enrolment', detail: stayed });
}

/** Headers and bodies that come a byte a second, and nothing at all. @param {Bare} bare @param {Findings} findings */
async function slowOnes(bare, findings) {
  const head = `POST /v1/verifications HTTP/1.1\r\n${bare.head}`;
  const slow = {
    'slow headers': { text: head, drip: 'X' },
    'slow body': { text: `${head}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`, drip: ' ' },
    'slow chunks': {
      text: `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      drip: '1\r\n \r\n',
    },
    'a request that stops': { text: `${head}Content-Length: 10\r\nContent-Type: application/json\r\n\r\n{`, drip: '' },
  };
  const tries = Object.entries(slow).flatMap(([what, { text, drip }]) =>
    Array.from({ length: 8 }, async () => ({ what, ...(await bare.say(text, { drip, quietMs: cutWithinMs })) })),
  );
  const ended = await Promise.all(tries);
  for (const { what, closed, ms } of ended)
    if (!closed) findings.add({ what: `${what}: still open after ${Math.round(ms / 1000)} s` }, what);
  return Object.keys(slow).map((what) => ({
    what,
    ms: Math.max(...ended.filter((each) => each.what === what).map(({ ms }) => ms)),
  }));
}

/** @param {import('../../bench/daemon.mjs').Daemon} daemon @param {Findings} findings @param {string} when */
async function served(daemon, findings, when) {
  await daemon.verifyByPin(0).catch((fault) => findings.add({ what: `${when} a PIN is not accepted: ${fault}` }));
}

/** @param {readonly string[]} values @returns {Record<string, number>} */
function countsOf(values) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
