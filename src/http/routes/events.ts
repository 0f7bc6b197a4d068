import { verifyAudit } from '../../audit/index.js';
import { callerOrThrow, stillAllowed } from '../auth.js';
import { knownKinds } from '../event-kinds.js';
import { eventPage, eventQuery } from '../event-schemas.js';
import { streamEvents } from '../event-stream.js';
import type { Routes } from '../route.js';
import { answers, auditQuery } from '../schemas.js';

const tags = ['events'];
const defaultLimit = 100;

/** Events for panels, the audit for auditors. */
export const eventRoutes: Routes = (server, services) => {
  const { store, panelEvents } = services;
  server.get(
    '/v1/events',
    {
      config: { allow: ['panel', 'operator', 'auditor'] },
      schema: {
        tags,
        summary: 'Events by serial number; a stream when `Accept: text/event-stream`',
        description:
          'Pages in the order of serials, which have no gaps: ask again from `next` while `more` is true. A page of a search can be empty and have `more` all the same. Serials below `oldest` are no longer kept.',
        querystring: eventQuery,
        response: answers(200, eventPage, 'A page of events; as a stream, each event with its serial as `id`.'),
      },
    },
    async (request, reply) => {
      const { from = 1, to, since, until, kinds, door, limit = defaultLimit } = request.query;
      const resumeAfter = Number(request.headers['last-event-id'] ?? Number.NaN);
      const fromSerial = Number.isSafeInteger(resumeAfter) ? resumeAfter + 1 : from;
      if (request.method === 'GET' && request.headers.accept?.includes('text/event-stream') === true) {
        const over = request.server.streams.take(callerOrThrow(request).id);
        return streamEvents(reply, services, { fromSerial, stillAllowed: stillAllowed(request), over });
      }
      return panelEvents.search({
        ...{ fromSerial, toSerial: to, doorId: door, limit },
        sinceMs: since === undefined ? undefined : Date.parse(since),
        untilMs: until === undefined ? undefined : Date.parse(until),
        kinds: kinds === undefined ? undefined : knownKinds(kinds.split(',')),
      });
    },
  );
  server.get(
    '/v1/audit',
    {
      config: { allow: ['auditor'] },
      schema: { tags: ['audit'], summary: 'The audit chain, page by page', querystring: auditQuery },
    },
    async (request) => {
      const pruned = store.checkpoints.newest();
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
        // What came before is past its keeping period; a signed checkpoint stands for it.
        ...(pruned === undefined ? {} : { prunedUntilSeq: pruned.seq }),
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
