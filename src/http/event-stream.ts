import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Services } from './services.js';

const heartbeatMs = 15_000;
const pageSize = 100;
/** A listener that takes nothing for so many heartbeats is cut off; it comes back with Last-Event-ID and loses nothing. */
const patientHeartbeats = 4;

/** Who listens, and from where on. */
export interface Listening {
  readonly fromSerial: number;
  readonly stillAllowed: () => boolean;
  /** Gives back the stream's place. */
  readonly over: () => void;
}

/** Server-sent events from a serial number on, and then as they happen; ends when the caller's key does. */
export function streamEvents(reply: FastifyReply, services: Services, listening: Listening): void {
  reply.hijack();
  const out = reply.raw;
  // Whoever is gone already is not told of it again.
  if (out.destroyed) {
    listening.over();
    return;
  }
  out.on('close', listening.over);
  out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
  out.flushHeaders();
  new EventStream(out, services, listening).begin();
}

/** Writes page by page, as fast as the listener reads. */
class EventStream {
  readonly #out: ServerResponse;
  readonly #services: Services;
  readonly #stillAllowed: () => boolean;
  #next: number;
  #waitingForDrain = false;
  #silentHeartbeats = 0;

  constructor(out: ServerResponse, services: Services, { fromSerial, stillAllowed }: Listening) {
    this.#out = out;
    this.#services = services;
    this.#next = fromSerial;
    this.#stillAllowed = stillAllowed;
  }

  begin(): void {
    const { audit, timers } = this.#services;
    const unsubscribe = audit.onAppend(() => this.#safely(() => this.#push()));
    const heartbeat = timers.every(heartbeatMs, () => this.#safely(() => this.#beat()));
    this.#out.on('drain', () => {
      this.#waitingForDrain = false;
      this.#silentHeartbeats = 0;
      this.#safely(() => this.#push());
    });
    this.#out.on('close', () => {
      unsubscribe();
      heartbeat.cancel();
    });
    this.#out.on('error', () => this.#out.destroy());
    this.#safely(() => this.#push());
  }

  /** A fault of ours ends this stream, which its listener opens again where it was, and nothing else. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#services.logger.log('error', 'event-stream.fault', { message: String(thrown) });
      this.#out.destroy();
    }
  }

  #push(): void {
    while (!this.#out.destroyed && !this.#waitingForDrain) {
      // Before each page, so that a key or certificate that ended hears of nothing more.
      if (!this.#stillAllowed()) return void this.#out.destroy();
      const { store, panelEvents } = this.#services;
      const page = store.auditLog.events(this.#next, pageSize);
      const text = page
        .map((row) => `id: ${row.eventSerial}\nevent: ${row.kind}\ndata: ${JSON.stringify(panelEvents.view(row))}\n\n`)
        .join('');
      this.#next = (page.at(-1)?.eventSerial ?? this.#next - 1) + 1;
      if (text !== '') this.#waitingForDrain = !this.#out.write(text);
      if (page.length < pageSize) return;
    }
  }

  #beat(): void {
    if (this.#waitingForDrain) this.#silentHeartbeats += 1;
    else this.#out.write(': alive\n\n');
    if (this.#silentHeartbeats >= patientHeartbeats || !this.#stillAllowed()) this.#out.destroy();
  }
}
