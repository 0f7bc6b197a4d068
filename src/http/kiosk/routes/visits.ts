import type { Server } from '../../route.js';
import { idParameter } from '../../schemas.js';
import type { VisitView } from '../contract.js';
import { paired, type ScreenDesk, screenIdOf, tags } from '../desk.js';
import { enrolmentStart, visitRequest } from '../schemas.js';

/** A person proves who they are, stays as long as they want, and has their face enrolled. */
export function visitRoutes(server: Server, desk: ScreenDesk): void {
  const { visits, enrolments } = desk;
  const service = desk.services.visits;
  server.post(
    '/api/visits',
    { config: paired, schema: { tags, summary: 'Prove who one is, for one’s own matters', body: visitRequest } },
    async (request, reply) => {
      const screenId = desk.admit(request, 'visit');
      return reply.status(201).send(await visits.begin(request.body.proof, screenId, reply));
    },
  );
  server.post(
    '/api/visits/:id/extension',
    { config: paired, schema: { tags, summary: 'The whole time again (M5.7)', params: idParameter } },
    async (request): Promise<VisitView> => service.extend(visits.own(request.params.id, screenIdOf(request))),
  );
  server.delete(
    '/api/visits/:id',
    { config: paired, schema: { tags, summary: 'Leave', params: idParameter } },
    async (request, reply) => {
      await visits.end(visits.own(request.params.id, screenIdOf(request)));
      return reply.status(204).send();
    },
  );
  server.post(
    '/api/visits/:id/enrolment',
    {
      config: paired,
      schema: {
        tags,
        summary: 'Have one’s face enrolled; how it goes is streamed',
        params: idParameter,
        body: enrolmentStart,
      },
    },
    async (request, reply) => {
      const screenId = desk.admit(request, 'visit-act');
      const visitId = visits.own(request.params.id, screenId);
      return reply.status(202).send(enrolments.start(visitId, screenId, request.body.act));
    },
  );
  server.delete(
    '/api/visits/:id/enrolment',
    { config: paired, schema: { tags, summary: 'End the enrolment', params: idParameter } },
    async (request, reply) => {
      await enrolments.end(visits.own(request.params.id, screenIdOf(request)));
      return reply.status(204).send();
    },
  );
}
