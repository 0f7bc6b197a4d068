import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { AuditRow } from '../store/index.js';
import type { Services } from './services.js';

const pageSize = 100;

export type LiveServices = Pick<Services, 'audit' | 'timers' | 'store' | 'logger'>;

/** Who listens, and from where on. */
export interface Listening {
  readonly fromSerial: number;
  readonly stillAllowed: () => boolean;
  /** Gives back the stream's place. */
  readonly over: () => void;
}

/** How events go over one kind of endless answer. */
export interface Wire {
  readonly contentType: string;
  /** Written before anything else, where the listener expects that. */
  readonly opening?: () => string;
  readonly event: (row: AuditRow) => string;
  readonly heartbeat: () => string;
  readonly heartbeatMs: number;
  /** A listener that takes nothing for so many heartbeats is cut off. */
  readonly patientHeartbeats: number;
  /** Of the log line for a fault of ours. */
  readonly faultCode: string;
}

/** Events from a serial number on, and then as they happen; ends when the caller's key does. */
export function streamLive(reply: FastifyReply, services: LiveServices, listening: Listening, wire: Wire): void {
  reply.hijack();
  const out = reply.raw;
  // Whoever is gone already is not told of it again.
  if (out.destroyed) {
    listening.over();
    return;
  }
  out.on('close', listening.over);
  out.writeHead(200, { 'content-type': wire.contentType, 'cache-control': 'no-store', connection: 'keep-alive' });
  out.flushHeaders();
  new LiveEvents(out, services, listening, wire).begin();
}

/** Writes page by page, as fast as the listener reads. */
class LiveEvents {
  readonly #out: ServerResponse;
  readonly #services: LiveServices;
  readonly #stillAllowed: () => boolean;
  readonly #wire: Wire;
  #next: number;
  #waitingForDrain = false;
  #silentHeartbeats = 0;

  constructor(out: ServerResponse, services: LiveServices, { fromSerial, stillAllowed }: Listening, wire: Wire) {
    this.#out = out;
    this.#services = services;
    this.#next = fromSerial;
    this.#stillAllowed = stillAllowed;
    this.#wire = wire;
  }

  begin(): void {
    const { audit, timers } = this.#services;
    const unsubscribe = audit.onAppend(() => this.#safely(() => this.#push()));
    const heartbeat = timers.every(this.#wire.heartbeatMs, () => this.#safely(() => this.#beat()));
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
    this.#safely(() => {
      this.#write(this.#wire.opening?.() ?? '');
      this.#push();
    });
  }

  /** A fault of ours ends this stream, which its listener opens again, and nothing else. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#services.logger.log('error', this.#wire.faultCode, { message: String(thrown) });
      this.#out.destroy();
    }
  }

  #push(): void {
    while (!this.#out.destroyed && !this.#waitingForDrain) {
      // Before each page, so that a key or certificate that ended hears of nothing more.
      if (!this.#stillAllowed()) return void this.#out.destroy();
      const page = this.#services.store.auditLog.events(this.#next, pageSize);
      const text = page.map((row) => this.#wire.event(row)).join('');
      this.#next = (page.at(-1)?.eventSerial ?? this.#next - 1) + 1;
      this.#write(text);
      if (page.length < pageSize) return;
    }
  }

  #beat(): void {
    if (this.#waitingForDrain) this.#silentHeartbeats += 1;
    else this.#write(this.#wire.heartbeat());
    if (this.#silentHeartbeats >= this.#wire.patientHeartbeats || !this.#stillAllowed()) this.#out.destroy();
  }

  #write(text: string): void {
    if (text !== '') this.#waitingForDrain = !this.#out.write(text);
  }
}
