import type { FastifyReply } from 'fastify';
import { type Listening, type Services, streamLive } from '../http/index.js';
import { type AlertContext, alertOf, heartbeatOf } from './alert.js';
import type { Json } from './xml.js';

export const boundary = 'menshen-alert';

/** What happens from now on, as parts of one endless answer; the dialect knows no resuming, its search does. */
export function streamAlerts(
  reply: FastifyReply,
  services: Pick<Services, 'audit' | 'timers' | 'clock' | 'store' | 'panelEvents' | 'logger'>,
  context: AlertContext,
  listening: Omit<Listening, 'fromSerial'>,
): void {
  const { clock, panelEvents, store } = services;
  const fromSerial = store.auditLog.newestEventSerial() + 1;
  const heartbeat = () => partOf(heartbeatOf(clock.wallMs(), context));
  streamLive(
    reply,
    services,
    { ...listening, fromSerial },
    {
      contentType: `multipart/mixed; boundary=${boundary}`,
      opening: heartbeat,
      event: (row) => partOf(alertOf(panelEvents.view(row), context, true)),
      heartbeat,
      heartbeatMs: 10_000,
      patientHeartbeats: 6,
      faultCode: 'alert-stream.fault',
    },
  );
}

function partOf(body: Record<string, Json>): string {
  const text = JSON.stringify(body);
  const head = `Content-Type: application/json; charset="UTF-8"\r\nContent-Length: ${Buffer.byteLength(text)}`;
  return `--${boundary}\r\n${head}\r\n\r\n${text}\r\n`;
}
