import { MenshenError } from '../../core/index.js';
import { callerOrThrow } from '../auth.js';
import { doorContact, doorPassage, newDoorState, newGroups } from '../door-schemas.js';
import type { Routes } from '../route.js';
import { idParameter, newPin } from '../schemas.js';

const operator = { allow: ['operator'] } as const;
const panel = { allow: ['panel', 'operator'] } as const;
const tags = ['doors'];

/** Doors: their state, what panels say of passages, and what the rules need to know of people. */
export const doorRoutes: Routes = (server, { doors, store, audit, pins, config }) => {
  server.get(
    '/v1/doors',
    {
      config: { allow: ['panel', 'operator', 'auditor'] },
      schema: { tags, summary: 'The doors: normal, locked down or free; contacts; passages that are awaited' },
    },
    async () => ({ doors: doors.list(), kept: doors.kept() }),
  );

  server.put(
    '/v1/doors/:id/state',
    {
      config: operator,
      schema: { tags, summary: 'Lock a door down, free it, or end that', params: idParameter, body: newDoorState },
    },
    async (request) => {
      doors.setState(request.params.id, { ...request.body, by: callerOrThrow(request).id });
      return doors.view(request.params.id);
    },
  );
  server.put(
    '/v1/doors/state',
    { config: operator, schema: { tags, summary: 'The same for every door at once', body: newDoorState } },
    async (request) => {
      doors.setState(undefined, { ...request.body, by: callerOrThrow(request).id });
      return { doors: doors.list() };
    },
  );

  server.post(
    '/v1/doors/:id/passages',
    {
      config: panel,
      schema: {
        tags,
        summary: 'What became of a grant: only this word, or the door contact, moves anybody for anti-passback',
        params: idParameter,
        body: doorPassage,
      },
    },
    async (request, reply) => {
      const { outcome, ...grant } = request.body;
      doors.passage(request.params.id, { grant, outcome });
      return reply.status(204).send();
    },
  );
  server.post(
    '/v1/doors/:id/contact',
    {
      config: panel,
      schema: { tags, summary: 'What the door’s contact says', params: idParameter, body: doorContact },
    },
    async (request, reply) => {
      doors.contact(request.params.id, request.body.state);
      return reply.status(204).send();
    },
  );

  server.put(
    '/v1/subjects/:id/groups',
    {
      config: operator,
      schema: { tags, summary: 'Put a person into these groups and no others', params: idParameter, body: newGroups },
    },
    async (request, reply) => {
      doors.setGroups(request.params.id, request.body.groups, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );

  server.put(
    '/v1/subjects/:id/duress-pin',
    {
      config: operator,
      schema: {
        tags,
        summary: 'Set a second PIN that opens like the first and raises a silent alarm',
        params: idParameter,
        body: newPin,
      },
    },
    async (request, reply) => {
      const { id: by } = callerOrThrow(request);
      const subjectId = request.params.id;
      await pins.setDuress(subjectId, request.body.pin, config.credentials.pin.minDigits, () =>
        audit.append('duress-pin.set', { subjectId, by }),
      );
      return reply.status(204).send();
    },
  );
  server.delete(
    '/v1/subjects/:id/duress-pin',
    { config: operator, schema: { tags, summary: 'Remove the duress PIN', params: idParameter } },
    async (request, reply) => {
      const subjectId = request.params.id;
      store.transaction(() => {
        if (store.credentials.pin(subjectId)?.duressVerifier === undefined)
          throw new MenshenError('not-found', 'There is no duress PIN to remove.');
        store.credentials.setDuressVerifier(subjectId, undefined);
        audit.append('duress-pin.removed', { subjectId, by: callerOrThrow(request).id });
      });
      return reply.status(204).send();
    },
  );
};
