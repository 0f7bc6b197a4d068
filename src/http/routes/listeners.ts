import type { ListenerView } from '../../outbox/index.js';
import { callerOrThrow } from '../auth.js';
import { knownKinds } from '../event-kinds.js';
import {
  deadLetterList,
  deadLetterQuery,
  listenerAdded,
  listenerList,
  listenerTest,
  newListener,
  redelivering,
  redelivery,
} from '../listener-schemas.js';
import type { Routes } from '../route.js';
import { answers, idParameter, nothing } from '../schemas.js';
import type { Services } from '../services.js';
import { iso } from '../views.js';

const tags = ['listeners'];
const config = { allow: ['operator'] } as const;
const usualHeartbeatSeconds = 60;
const usualPage = 100;

/** Whom the terminal tells of events by itself: web hooks on the LAN. */
export const listenerRoutes: Routes = (server, services) => {
  const { outbox } = services;
  server.post(
    '/v1/listeners',
    {
      config: { ...config, neverRemember: true },
      schema: {
        tags,
        summary: 'Have events sent to an address on the LAN; the secret that signs them is shown once',
        body: newListener,
        response: answers(201, listenerAdded),
      },
    },
    async (request, reply) => {
      const { kinds = [], label, heartbeatSeconds = usualHeartbeatSeconds, ...rest } = request.body;
      const { view, secret } = outbox.add({
        ...{ ...rest, kinds: knownKinds(kinds), label: label ?? rest.url, heartbeatSeconds },
        by: callerOrThrow(request).id,
      });
      return reply.status(201).send({ ...viewOf(view), secret });
    },
  );
  server.get(
    '/v1/listeners',
    { config, schema: { tags, summary: 'Listeners and how far they are', response: answers(200, listenerList) } },
    async () => ({ listeners: outbox.list().map(viewOf) }),
  );
  server.delete(
    '/v1/listeners/:id',
    {
      config,
      schema: { tags, summary: 'Send no more there', params: idParameter, response: answers(204, nothing) },
    },
    async (request, reply) => {
      await outbox.remove(request.params.id, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );
  server.post(
    '/v1/listeners/:id/test',
    {
      config,
      schema: { tags, summary: 'Send a test message now', params: idParameter, response: answers(200, listenerTest) },
    },
    async (request) => {
      const { result, status, problem } = await outbox.test(request.params.id);
      const acknowledged = result === 'acknowledged';
      return { acknowledged, ...(status === undefined ? {} : { status }), ...(acknowledged ? {} : { problem }) };
    },
  );
  server.get(
    '/v1/listeners/:id/dead-letters',
    {
      config,
      schema: {
        tags,
        summary: 'Events that the listener refused and that were set aside so that the others could go on',
        params: idParameter,
        querystring: deadLetterQuery,
        response: answers(200, deadLetterList),
      },
    },
    async (request) => deadLettersOf(services, request.params.id, request.query),
  );
  server.post(
    '/v1/listeners/:id/dead-letters/redeliver',
    {
      config,
      schema: {
        tags,
        summary: 'Send what was set aside once more',
        params: idParameter,
        body: redelivery,
        response: answers(202, redelivering),
      },
    },
    async (request, reply) => {
      const { serials } = request.body;
      const count = outbox.redeliver(request.params.id, serials, callerOrThrow(request).id);
      return reply.status(202).send({ redelivering: count });
    },
  );
};

function deadLettersOf({ outbox, store }: Services, id: string, query: { after?: number; limit?: number }) {
  const { after = 0, limit = usualPage } = query;
  const letters = outbox.deadLetters(id, after, limit);
  const last = letters.at(-1)?.serial;
  return {
    deadLetters: letters.map(({ serial, setAsideAtMs, status, again }) => {
      const [row] = store.auditLog.events(serial, 1);
      const event = row?.eventSerial === serial ? { kind: row.kind, at: iso(row.atMs) } : {};
      return { serial, ...event, setAsideAt: iso(setAsideAtMs), status, again };
    }),
    total: store.listeners.countDeadLetters(id),
    ...(letters.length < limit || last === undefined ? {} : { after: last }),
  };
}

function viewOf({ listener, nextTryAtMs, lastAcknowledgedAtMs, ...rest }: ListenerView) {
  const { id, label, url, kinds, heartbeatSeconds, keyId, createdAtMs } = listener;
  return {
    ...{ id, label, url, kinds: [...kinds], heartbeatSeconds, keyId, addedAt: iso(createdAtMs), ...rest },
    ...(nextTryAtMs === undefined ? {} : { nextTryAt: iso(nextTryAtMs) }),
    ...(lastAcknowledgedAtMs === undefined ? {} : { lastAcknowledgedAt: iso(lastAcknowledgedAtMs) }),
  };
}
