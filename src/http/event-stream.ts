import type { FastifyReply } from 'fastify';
import { type Listening, streamLive } from './live-events.js';
import type { Services } from './services.js';

/** Server-sent events; whoever was cut off comes back with Last-Event-ID and loses nothing. */
export function streamEvents(reply: FastifyReply, services: Services, listening: Listening): void {
  const { panelEvents } = services;
  streamLive(reply, services, listening, {
    contentType: 'text/event-stream',
    event: (row) => `id: ${row.eventSerial}\nevent: ${row.kind}\ndata: ${JSON.stringify(panelEvents.view(row))}\n\n`,
    heartbeat: () => ': alive\n\n',
    heartbeatMs: 15_000,
    patientHeartbeats: 4,
    faultCode: 'event-stream.fault',
  });
}
