import type { FastifyReply } from 'fastify';
import type { AuditRow } from '../store/index.js';
import type { Services } from './services.js';

export interface EventView {
  readonly serial: number;
  readonly kind: string;
  readonly at: string;
  readonly [field: string]: unknown;
}

/** An event as panels see it: what was recorded, its serial number, its time. */
export function eventView(row: AuditRow): EventView {
  // The body is our own canonical JSON object.
  const body = JSON.parse(row.body) as Record<string, unknown>;
  return { ...body, serial: row.eventSerial ?? 0, kind: row.kind, at: new Date(row.atMs).toISOString() };
}

const heartbeatMs = 15_000;
const pageSize = 100;
/** A listener that does not read is cut off; it comes back with Last-Event-ID and loses nothing. */
const longestBacklogBytes = 1024 * 1024;

/** Server-sent events from a serial number on, and then as they happen. */
export function streamEvents(reply: FastifyReply, services: Services, fromSerial: number): void {
  const { audit, store, timers } = services;
  let next = fromSerial;
  reply.hijack();
  const out = reply.raw;
  out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
  // A listener learns at once that it is connected, also when nothing happens for a while.
  out.flushHeaders();
  const push = () => {
    for (;;) {
      const page = store.auditLog.events(next, pageSize);
      for (const row of page)
        out.write(`id: ${row.eventSerial}\nevent: ${row.kind}\ndata: ${JSON.stringify(eventView(row))}\n\n`);
      next = (page.at(-1)?.eventSerial ?? next - 1) + 1;
      if (out.writableLength > longestBacklogBytes) return void out.destroy();
      if (page.length < pageSize) return;
    }
  };
  const unsubscribe = audit.onAppend(push);
  const heartbeat = timers.every(heartbeatMs, () => out.write(': alive\n\n'));
  out.on('close', () => {
    unsubscribe();
    heartbeat.cancel();
  });
  push();
}
