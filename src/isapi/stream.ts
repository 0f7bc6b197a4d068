import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Services } from '../http/index.js';
import { type AlertContext, alertOf, heartbeatOf } from './alert.js';
import type { Json } from './xml.js';

export const boundary = 'menshen-alert';
const heartbeatMs = 10_000;
const pageSize = 100;
/** Who takes nothing for so many heartbeats is cut off; the search by serial fills what it missed. */
const patientHeartbeats = 6;

type StreamServices = Pick<Services, 'audit' | 'timers' | 'clock' | 'store' | 'panelEvents' | 'logger'>;

/** Who listens. */
export interface Listening {
  readonly stillAllowed: () => boolean;
  /** Gives back the stream's place. */
  readonly over: () => void;
}

/** What happens from now on, as parts of one endless answer; the dialect knows no resuming, its search does. */
export function streamAlerts(
  reply: FastifyReply,
  services: StreamServices,
  context: AlertContext,
  { stillAllowed, over }: Listening,
): void {
  reply.hijack();
  const out = reply.raw;
  // Whoever is gone already is not told of it again.
  if (out.destroyed) {
    over();
    return;
  }
  out.on('close', over);
  out.writeHead(200, {
    'content-type': `multipart/mixed; boundary=${boundary}`,
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  out.flushHeaders();
  new AlertStream(out, services, context, stillAllowed).begin();
}

class AlertStream {
  readonly #out: ServerResponse;
  readonly #services: StreamServices;
  readonly #context: AlertContext;
  readonly #stillAllowed: () => boolean;
  #next: number;
  #full = false;
  #silentHeartbeats = 0;

  constructor(out: ServerResponse, services: StreamServices, context: AlertContext, stillAllowed: () => boolean) {
    this.#out = out;
    this.#services = services;
    this.#context = context;
    this.#stillAllowed = stillAllowed;
    this.#next = services.store.auditLog.newestEventSerial() + 1;
  }

  begin(): void {
    const { audit, timers } = this.#services;
    const unsubscribe = audit.onAppend(() => this.#safely(() => this.#push()));
    const heartbeat = timers.every(heartbeatMs, () => this.#safely(() => this.#beat()));
    this.#out.on('drain', () => {
      this.#full = false;
      this.#silentHeartbeats = 0;
      this.#safely(() => this.#push());
    });
    this.#out.on('close', () => {
      unsubscribe();
      heartbeat.cancel();
    });
    this.#out.on('error', () => this.#out.destroy());
    this.#safely(() => this.#beat());
  }

  /** A fault of ours ends this stream, which the panel opens again, and nothing else. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#services.logger.log('error', 'alert-stream.fault', { message: String(thrown) });
      this.#out.destroy();
    }
  }

  #push(): void {
    const { store, panelEvents } = this.#services;
    while (!this.#out.destroyed && !this.#full) {
      if (!this.#stillAllowed()) return void this.#out.destroy();
      const page = store.auditLog.events(this.#next, pageSize);
      this.#next = (page.at(-1)?.eventSerial ?? this.#next - 1) + 1;
      const parts = page.map((row) => partOf(alertOf(panelEvents.view(row), this.#context, true)));
      if (parts.length > 0) this.#full = !this.#out.write(parts.join(''));
      if (page.length < pageSize) return;
    }
  }

  #beat(): void {
    if (this.#full) this.#silentHeartbeats += 1;
    else this.#out.write(partOf(heartbeatOf(this.#services.clock.wallMs(), this.#context)));
    if (this.#silentHeartbeats >= patientHeartbeats || !this.#stillAllowed()) this.#out.destroy();
  }
}

function partOf(body: Record<string, Json>): string {
  const text = JSON.stringify(body);
  const head = `Content-Type: application/json; charset="UTF-8"\r\nContent-Length: ${Buffer.byteLength(text)}`;
  return `--${boundary}\r\n${head}\r\n\r\n${text}\r\n`;
}
