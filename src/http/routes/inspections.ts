import { type Static, Type } from '#typebox';
import { alertIds, alertOf, alertsIn, recentAudit } from '../../audit/index.js';
import {
  conclusions,
  type Inspection,
  inspectionForm,
  inspectorAnswers,
  inspectorItems,
} from '../../inspection/index.js';
import { callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { closed, defaultLanguage, idParameter, languageQuery } from '../schemas.js';
import { iso } from '../views.js';

const tags = ['inspection'];
const readers = { allow: ['operator', 'auditor'] } as const;
const oneOf = <T extends string>(names: readonly T[]) => Type.Union(names.map((name) => Type.Literal(name)));
const note = Type.String({ minLength: 1, maxLength: 4000 });

const newInspection = Type.Object({ inspector: Type.String({ minLength: 2, maxLength: 200 }) }, closed);
const inspectionRecord = Type.Object(
  {
    findings: Type.Array(
      Type.Object(
        {
          id: oneOf(inspectorItems.map(({ id }) => id)),
          answer: oneOf(inspectorAnswers),
          note: Type.Optional(note),
        },
        closed,
      ),
      { maxItems: 100 },
    ),
    conclusion: oneOf(conclusions),
    measures: Type.Optional(note),
  },
  closed,
);
const alertQuery = Type.Object({ hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 8784 })) }, closed);
const usualHours = 24;
const hourMs = 3_600_000;

/** The yearly inspection (D19a) and what the record shows of attacks (D19c, M14.5). */
export const inspectionRoutes: Routes = (server, services) => {
  const { inspections, languages, store, clock, audit } = services;

  server.get(
    '/v1/inspections',
    { config: readers, schema: { tags, summary: 'Inspections, newest first, and when the next is due' } },
    async () => ({ next: dueView(), inspections: inspections.list().map(inspectionView) }),
  );
  server.get(
    '/v1/inspections/:id',
    {
      config: readers,
      schema: { tags, summary: 'One inspection with its checklist', params: idParameter, querystring: languageQuery },
    },
    async (request) => {
      const inspection = inspections.require(request.params.id);
      return { ...inspectionView(inspection), form: formOf(inspection, request.query) };
    },
  );
  server.post(
    '/v1/inspections',
    {
      config: readers,
      schema: {
        tags,
        summary: 'Begin an inspection: the machine answers what it can, and asks the rest',
        body: newInspection,
        querystring: languageQuery,
      },
    },
    async (request, reply) => {
      const inspection = await inspections.start(request.body.inspector, callerOrThrow(request).id);
      return reply.status(201).send({ ...inspectionView(inspection), form: formOf(inspection, request.query) });
    },
  );
  server.post(
    '/v1/inspections/:id/record',
    {
      config: readers,
      schema: { tags, summary: 'Record and sign what was found', params: idParameter, body: inspectionRecord },
    },
    async (request) => {
      const inspection = await inspections.record(request.params.id, request.body, callerOrThrow(request).id);
      return { ...inspectionView(inspection), next: dueView() };
    },
  );

  server.get(
    '/v1/alerts',
    {
      config: readers,
      schema: { tags: ['safety'], summary: 'What the audit shows of attacks and failures', querystring: alertQuery },
    },
    async (request) => {
      const hours = request.query.hours ?? usualHours;
      const sinceMs = clock.wallMs() - hours * hourMs;
      const { rows, complete } = await recentAudit(store, sinceMs);
      const failure = audit.failure();
      const now = failure === undefined ? [] : [alertOf(failure, rows[0]?.seq ?? 0)];
      const alerts = [...now, ...alertsIn(rows).filter(({ id }) => !now.some((alert) => alert.id === id))];
      return { since: iso(sinceMs), complete, entries: rows.length, watched: alertIds, alerts };
    },
  );

  function dueView() {
    const { dueMs, graceEndsMs, state } = inspections.due();
    return { due: iso(dueMs), graceEnds: iso(graceEndsMs), state };
  }

  function formOf({ machine }: Inspection, { language }: Static<typeof languageQuery>) {
    return inspectionForm(languages.texts(language ?? defaultLanguage, 'inspection'), machine);
  }
};

function inspectionView({ id, startedAtMs, ...inspection }: Inspection) {
  return { inspectionId: id, ...inspection, startedAt: iso(startedAtMs) };
}
