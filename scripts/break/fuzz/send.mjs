import { Agent, request } from 'node:http';

/**
 * @typedef {object} Answer
 * @property {number} status 0 where the connection ended without one
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} text
 * @property {number} ms
 * @property {'whole' | 'left' | 'broken'} end `left`: an answer that goes on, or that may take long, was not waited for
 * @property {string} [fault]
 */

/** How long anything may take that is not meant to wait. */
const patienceMs = 120_000;
/** Long enough to get behind the first checks of what waits for a person. */
const glanceMs = 150;

/** Ways to the service: its owner’s socket, and addresses of this machine. */
export class Ways {
  /** @param {string} url @param {string} socketPath @param {number} connections */
  constructor(url, socketPath, connections) {
    this.socketPath = socketPath;
    const { hostname, port } = new URL(url);
    this.where = { hostname, port };
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  }

  close() {
    this.agent.destroy();
  }

  /**
   * @param {{ method: string, path: string, headers: Record<string, string | string[]>, body?: Buffer | undefined }} what
   * @param {{ local?: boolean, address?: string, mayWait?: boolean }} [how] `mayWait`: it is left after a glance
   * @returns {Promise<Answer>}
   */
  send(what, how = {}) {
    const { method, path, headers, body } = what;
    const { local = false, address = '127.0.0.1', mayWait = false } = how;
    const begunMs = performance.now();
    return new Promise((resolve) => {
      const ended = (/** @type {Partial<Answer>} */ answer) => {
        clearTimeout(timer);
        resolve({ status: 0, headers: {}, text: '', end: 'whole', ms: performance.now() - begunMs, ...answer });
      };
      const to = local ? { socketPath: this.socketPath } : { ...this.where, localAddress: address };
      const length = body === undefined ? {} : { 'content-length': String(body.length) };
      const call = request({ ...to, agent: this.agent, method, path, headers: { ...headers, ...length } });
      const timer = setTimeout(
        () => {
          ended({
            end: mayWait ? 'left' : 'broken',
            ...(mayWait ? {} : { fault: `no answer within ${patienceMs} ms` }),
          });
          call.destroy();
        },
        mayWait ? glanceMs : patienceMs,
      );
      call.once('error', (fault) => {
        // The service closed a kept connection while this was on its way: whoever keeps connections asks again.
        if (call.reusedSocket && performance.now() - begunMs < patienceMs) resolve(this.send(what, how));
        else ended({ end: 'broken', fault: String(fault) });
      });
      call.once('response', (response) => collect(response, ended));
      call.end(body);
    });
  }
}

/** @param {import('node:http').IncomingMessage} response @param {(answer: Partial<Answer>) => void} ended */
function collect(response, ended) {
  const { statusCode: status = 0, headers } = response;
  /** @type {Buffer[]} */
  const chunks = [];
  const so = () => ({ status, headers, text: Buffer.concat(chunks).toString('utf8') });
  response.on('data', (chunk) => chunks.push(chunk));
  response.once('end', () => ended({ ...so(), end: 'whole' }));
  response.once('error', (fault) => ended({ ...so(), end: 'broken', fault: String(fault) }));
  if (String(headers['content-type']).startsWith('text/event-stream')) {
    setTimeout(() => {
      ended({ ...so(), end: 'left' });
      response.destroy();
    }, 20);
  }
}
