import { verifyAudit } from '../../audit/index.js';
import { stillAllowed } from '../auth.js';
import { eventView, streamEvents } from '../event-stream.js';
import type { Routes } from '../route.js';
import { auditQuery, eventQuery } from '../schemas.js';

const tags = ['events'];
const defaultLimit = 100;

/** Events for panels, the audit for auditors. */
export const eventRoutes: Routes = (server, services) => {
  const { store } = services;
  server.get(
    '/v1/events',
    {
      config: { allow: ['panel', 'operator', 'auditor'] },
      schema: {
        tags,
        summary: 'Events by serial number; a stream when `Accept: text/event-stream`',
        querystring: eventQuery,
      },
    },
    async (request, reply) => {
      const resumeAfter = Number(request.headers['last-event-id'] ?? Number.NaN);
      const from = Number.isInteger(resumeAfter) ? resumeAfter + 1 : (request.query.from ?? 1);
      if (request.headers.accept?.includes('text/event-stream') === true) {
        return streamEvents(reply, services, from, stillAllowed(request));
      }
      const limit = request.query.limit ?? defaultLimit;
      const events = store.auditLog.events(from, limit).map(eventView);
      const newest = store.auditLog.newestEventSerial();
      const next = (events.at(-1)?.serial ?? from - 1) + 1;
      return { events, next, newest, more: next <= newest };
    },
  );
  server.get(
    '/v1/audit',
    {
      config: { allow: ['auditor'] },
      schema: { tags: ['audit'], summary: 'The audit chain, page by page', querystring: auditQuery },
    },
    async (request) => {
      const rows = store.auditLog.page(request.query.after ?? 0, request.query.limit ?? defaultLimit);
      return {
        entries: rows.map(({ body, prevHash, hash, signature, ...row }) => ({
          ...row,
          body,
          prevHash: hex(prevHash),
          hash: hex(hash),
          signature: Buffer.from(signature).toString('base64'),
        })),
        after: rows.at(-1)?.seq ?? null,
      };
    },
  );
  server.get(
    '/v1/audit/verification',
    {
      config: { allow: ['auditor'] },
      schema: { tags: ['audit'], summary: 'Walk the whole chain and say whether it holds' },
    },
    async () => verifyAudit(store),
  );
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
