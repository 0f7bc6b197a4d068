import { Type } from '#typebox';
import {
  answersSchema,
  assessmentForm,
  type RecordedAssessment,
  type SubmittedDraft,
  type Unfinished,
} from '../../assessment/index.js';
import { MenshenError } from '../../core/index.js';
import { assessmentFacts } from '../assessment-facts.js';
import { callerOrThrow } from '../auth.js';
import type { DraftView, FormView, ReportView, UnfinishedView } from '../console/contract.js';
import type { Routes } from '../route.js';
import { anyObject, closed, defaultLanguage, idParameter, languageQuery } from '../schemas.js';
import { iso } from '../views.js';

const tags = ['assessment'];
const operator = { allow: ['operator'] } as const;
const readers = { allow: ['operator', 'auditor'] } as const;

const verdict = Type.Union([
  Type.Object({ verdict: Type.Literal('approve'), approver: Type.String({ minLength: 2, maxLength: 200 }) }, closed),
  Type.Object({ verdict: Type.Literal('return'), reason: Type.String({ minLength: 3, maxLength: 8000 }) }, closed),
]);
const savedAnswers = Type.Object({ basedOn: Type.Integer({ minimum: 0 }), answers: answersSchema }, closed);
const versionParameter = Type.Object({ version: Type.Integer({ minimum: 1 }) }, closed);

/** Impact assessments (M9): the form, drafts and their approval by another caller, the reports and their keeping. */
export const assessmentRoutes: Routes = (server, services) => {
  const { assessments, assessmentDrafts, policy, languages } = services;

  server.post(
    '/v1/assessments',
    {
      config: operator,
      schema: { tags, summary: 'Record an assessment with both names in one document (M9.1)', body: anyObject },
    },
    async (request, reply) => reply.status(201).send(assessments.record(request.body, policy.assessmentScope())),
  );
  server.get(
    '/v1/assessments',
    { config: readers, schema: { tags, summary: 'Every report, newest first' } },
    async () => ({
      assessments: assessments.list().map(reportView),
    }),
  );
  server.get(
    '/v1/assessments/current',
    { config: readers, schema: { tags, summary: 'Whether a valid assessment is there' } },
    async () => policy.assessment(),
  );
  server.get(
    '/v1/assessments/form',
    {
      config: readers,
      schema: { tags, summary: 'The questions, and what the machine knows about them', querystring: languageQuery },
    },
    async (request): Promise<FormView> =>
      assessmentForm(
        languages.texts(request.query.language ?? defaultLanguage, 'assessment'),
        assessmentFacts(services),
      ),
  );
  server.post(
    '/v1/assessments/checks',
    { config: operator, schema: { tags, summary: 'Whether a draft is complete; keeps nothing', body: anyObject } },
    async (request) => {
      assessmentDrafts.check(request.body, policy.assessmentScope());
      return { complete: true };
    },
  );

  server.get(
    '/v1/assessments/unfinished',
    { config: operator, schema: { tags, summary: 'What this caller still writes; 404 when there is nothing' } },
    async (request) => {
      const unfinished = assessmentDrafts.unfinished.of(callerOrThrow(request).id);
      if (unfinished === undefined) throw new MenshenError('not-found', 'Nothing unfinished was saved with this key.');
      return unfinishedView(unfinished);
    },
  );
  server.put(
    '/v1/assessments/unfinished',
    {
      config: operator,
      schema: {
        tags,
        summary: 'Save what this caller still writes; `basedOn` is the revision it goes on from, 0 for none',
        body: savedAnswers,
      },
    },
    async (request) => {
      const { answers, basedOn } = request.body;
      return unfinishedView(assessmentDrafts.unfinished.save(callerOrThrow(request).id, answers, basedOn));
    },
  );
  server.delete(
    '/v1/assessments/unfinished',
    { config: operator, schema: { tags, summary: 'Throw away what this caller still writes' } },
    async (request, reply) => {
      assessmentDrafts.unfinished.discard(callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );

  server.post(
    '/v1/assessments/drafts',
    { config: operator, schema: { tags, summary: 'Hand in a draft; somebody else approves it', body: anyObject } },
    async (request, reply) =>
      reply
        .status(201)
        .send(draftView(assessmentDrafts.submit(request.body, policy.assessmentScope(), callerOrThrow(request).id))),
  );
  server.get('/v1/assessments/drafts', { config: readers, schema: { tags, summary: 'Every draft' } }, async () => ({
    drafts: assessmentDrafts.list().map(draftView),
  }));
  server.get(
    '/v1/assessments/drafts/:id',
    { config: readers, schema: { tags, summary: 'One draft', params: idParameter } },
    async (request) => draftView(assessmentDrafts.require(request.params.id)),
  );
  server.post(
    '/v1/assessments/drafts/:id/approval',
    {
      config: operator,
      schema: { tags, summary: 'Approve or return somebody else’s draft', params: idParameter, body: verdict },
    },
    async (request) => {
      const { id: by } = callerOrThrow(request);
      const { body, params } = request;
      if (body.verdict === 'return') return draftView(assessmentDrafts.giveBack(params.id, body.reason, by));
      return assessmentDrafts.approve(params.id, body.approver, policy.assessmentScope(), by);
    },
  );

  server.get(
    '/v1/assessments/:version',
    { config: readers, schema: { tags, summary: 'One report', params: versionParameter } },
    async (request) => reportView(assessments.require(request.params.version)),
  );
  server.delete(
    '/v1/assessments/:version',
    {
      config: operator,
      schema: { tags, summary: 'Delete a report whose keeping period is over (M9.4)', params: versionParameter },
    },
    async (request, reply) => {
      assessments.remove(request.params.version, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );
};

function reportView({ recordedAtMs, ...report }: RecordedAssessment) {
  return { ...report, recordedAt: iso(recordedAtMs) } satisfies ReportView;
}

function draftView({ id, submittedAtMs, ...draft }: SubmittedDraft) {
  return { draftId: id, ...draft, submittedAt: iso(submittedAtMs) } satisfies DraftView;
}

function unfinishedView({ savedAtMs, ...unfinished }: Unfinished) {
  return { ...unfinished, savedAt: iso(savedAtMs) } satisfies UnfinishedView;
}
