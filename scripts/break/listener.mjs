import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Broken } from './ledger.mjs';

const patienceMs = 90_000;
/** Now and then a panel answers with an error, and is sent the same again. */
const failsEvery = 17;

/** A panel that is told of every event by web hook, and that outlives the service's deaths. */
export class Listener {
  constructor() {
    this.last = 0;
    this.messages = 0;
    this.repeated = 0;
    /** @type {string | undefined} */
    this.broken = undefined;
    this.server = createServer((request, response) => {
      this.take(request, response).catch(() => response.destroy());
    });
  }

  /** @param {import('../bench/daemon.mjs').Daemon} daemon @param {string} key */
  async subscribe(daemon, key) {
    if (this.server.listening) return;
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const body = { url: `http://127.0.0.1:${port}/events`, from: 1 };
    const { status, body: answer } = await daemon.call('POST', '/v1/listeners', { key, body });
    if (status !== 201) throw new Error(`no listener: ${JSON.stringify(answer)}`);
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async take(request, response) {
    const message = /** @type {{ type: string, event?: { serial: number } }} */ (await json(request));
    this.messages += 1;
    if (this.messages % failsEvery === 0) {
      response.writeHead(503).end();
      return;
    }
    if (message.event !== undefined) this.took(message.event.serial);
    response.writeHead(204).end();
  }

  /** At least once and in order: what was had may come again, nothing may be left out. @param {number} serial */
  took(serial) {
    if (serial > this.last + 1) this.broken ??= `after serial ${this.last} the listener was sent ${serial}`;
    if (serial <= this.last) this.repeated += 1;
    this.last = Math.max(this.last, serial);
  }

  /** Everything comes in the end. @param {number} newest */
  async hasAll(newest) {
    const endMs = performance.now() + patienceMs;
    while (this.last < newest && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 100));
    if (this.broken !== undefined) throw new Broken(this.broken);
    if (this.last < newest) throw new Broken(`the listener was told up to ${this.last}, of ${newest}`);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
