import { MenshenError } from '../../core/index.js';
import { checkOpen, type Incident, incidentNotice, type Tampering } from '../../incident/index.js';
import { actView } from '../act-view.js';
import { actorOf, callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { incidentLift, incidentNoticeQuery, incidentSupplement, newIncident, newTampering } from '../safety-schemas.js';
import { defaultLanguage, idParameter } from '../schemas.js';
import { iso } from '../views.js';

const tags = ['safety'];
const operator = { allow: ['operator'] } as const;
const readers = { allow: ['operator', 'auditor'] } as const;

/** Incidents (P57), the tamper lock (D19c) and the self-test (M4.4). */
export const safetyRoutes: Routes = (server, services) => {
  const { acts, incidents, tamperLock, selfTest, config } = services;

  server.post(
    '/v1/incidents',
    { config: readers, schema: { tags, summary: 'Report an incident; face mode goes off at once', body: newIncident } },
    async (request, reply) =>
      reply.status(201).send(incidentView(incidents.report(request.body, callerOrThrow(request).id))),
  );
  server.get('/v1/incidents', { config: readers, schema: { tags, summary: 'Incidents, newest first' } }, async () => ({
    incidents: incidents.list().map(incidentView),
  }));
  server.get(
    '/v1/incidents/:id',
    { config: readers, schema: { tags, summary: 'One incident with what was written about it', params: idParameter } },
    async (request) => ({
      ...incidentView(incidents.require(request.params.id)),
      texts: incidents.texts(request.params.id),
    }),
  );
  server.post(
    '/v1/incidents/:id/details',
    {
      config: readers,
      schema: { tags, summary: 'What was found out since', params: idParameter, body: incidentSupplement },
    },
    async (request) => incidentView(incidents.supplement(request.params.id, request.body, callerOrThrow(request).id)),
  );
  server.post(
    '/v1/incidents/:id/lift',
    {
      config: operator,
      schema: {
        tags,
        summary: 'Propose that face mode may go on (202); it does with another person’s word, both with keys of before',
        params: idParameter,
        body: incidentLift,
      },
    },
    async (request, reply) => {
      const incident = incidents.require(request.params.id);
      checkOpen(incident);
      const { id: incidentId, kind, severity, reportedAtMs } = incident;
      const what = { incidentId, kind, severity, reportedAt: iso(reportedAtMs), ...request.body };
      return reply.status(202).send(actView(acts.propose('lift-incident', what, actorOf(request))));
    },
  );

  server.get(
    '/v1/incidents/:id/notice',
    {
      config: readers,
      schema: {
        tags,
        summary: 'The notice that PIPL art. 57 asks for, for people or the authority; a page when `Accept: text/html`',
        params: idParameter,
        querystring: incidentNoticeQuery,
      },
    },
    async (request, reply) => {
      const { audience, language } = request.query;
      const { id } = request.params;
      const texts = services.languages.texts(language ?? defaultLanguage, 'incident');
      const facts = {
        deviceId: config.device.id,
        processorName: config.site.processor.name,
        contact: config.site.processor.contact,
        people: services.store.subjects.count(),
      };
      const notice = incidentNotice(incidents.require(id), incidents.texts(id), facts, texts, audience ?? 'people');
      if (request.headers.accept?.includes('text/html') !== true)
        return { language: texts.language, audience: audience ?? 'people', ...notice };
      return reply.type('text/html; charset=utf-8').send(notice.html);
    },
  );

  server.post(
    '/v1/tamper',
    {
      config: { allow: ['panel', 'operator'] },
      schema: { tags, summary: 'The device was tampered with; face mode waits for an operator', body: newTampering },
    },
    async (request, reply) => {
      const { signal, doorId } = request.body;
      if (doorId !== undefined && !config.doors.some(({ id }) => id === doorId))
        throw new MenshenError('door-unknown', `There is no door ${doorId}.`);
      const { tampering, isNew } = tamperLock.report(signal, doorId, callerOrThrow(request).id);
      return reply.status(isNew ? 201 : 200).send(tamperingView(tampering));
    },
  );
  server.get('/v1/tamper', { config: readers, schema: { tags, summary: 'Reports of tampering' } }, async () => ({
    tampering: tamperLock.list().map(tamperingView),
  }));
  server.post(
    '/v1/tamper/:id/confirmation',
    {
      config: operator,
      schema: { tags, summary: 'Somebody looked at the device: it is whole', params: idParameter },
    },
    async (request) => tamperingView(tamperLock.confirm(request.params.id, callerOrThrow(request).id)),
  );

  server.get(
    '/v1/self-test',
    { config: readers, schema: { tags, summary: 'The newest self-test; runs one where none has finished' } },
    async () => selfTest.last() ?? selfTest.run(),
  );
  server.post('/v1/self-test', { config: readers, schema: { tags, summary: 'Run the self-test now' } }, async () =>
    selfTest.run(),
  );
};

function incidentView({ id, reportedAtMs, lifts, ...incident }: Incident) {
  return {
    incidentId: id,
    ...incident,
    reportedAt: iso(reportedAtMs),
    lifts: lifts.map(({ atMs, ...lift }) => ({ ...lift, at: iso(atMs) })),
  };
}

function tamperingView({ id, reportedAtMs, ...tampering }: Tampering) {
  return { tamperId: id, ...tampering, reportedAt: iso(reportedAtMs) };
}
