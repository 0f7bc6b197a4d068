/** A panel's own HTTP listener, as its maker would write it: checks signatures, keeps what it heard, can be told to misbehave. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { messageHolds } from '../../scripts/panel-examples/check-webhook.mjs';
import { until } from '../support/daemon.js';
import type { Told } from './line.js';

export type Behaviour = (response: ServerResponse, told: Told) => void;

export const acknowledges: Behaviour = (response) => void response.writeHead(204).end();

export class Receiver {
  readonly told: Told[] = [];
  readonly texts: string[] = [];
  readonly signatures: boolean[] = [];
  behave: Behaviour = acknowledges;
  secret = '';
  /** The panel’s clock. */
  nowMs: () => number = Date.now;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(
    tls?: { readonly key: string; readonly cert: string },
    port = 0,
    host = '127.0.0.1',
  ): Promise<Receiver> {
    const server = tls === undefined ? createServer() : createSecureServer(tls);
    const receiver = new Receiver(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => receiver.#take(request, response));
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Serials of the events that came, in the order of coming. */
  serials(): number[] {
    return this.told.flatMap(({ event }) => (event === undefined ? [] : [event.serial]));
  }

  /** Waits until something came that fits. */
  heard(what: string, fits: (told: Told) => boolean): Promise<Told> {
    return until(what, () => this.told.find(fits));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const told = JSON.parse(text) as Told;
      this.told.push(told);
      this.texts.push(text);
      this.signatures.push(messageHolds(request.headers, Buffer.concat(chunks), this.secret, this.nowMs()));
      this.behave(response, told);
    });
  }
}
