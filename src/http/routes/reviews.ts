import { Type } from '#typebox';
import { callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { answers, closed, decision, idParameter } from '../schemas.js';

const tags = ['reviews'];
const staffAnswer = Type.Object({ decision: Type.Union([Type.Literal('grant'), Type.Literal('deny')]) }, closed);

/** Face matches that wait for a member of staff (D12, D16). */
export const reviewRoutes: Routes = (server, { reviews }) => {
  server.get(
    '/v1/reviews',
    {
      config: { allow: ['operator', 'auditor'] },
      schema: { tags, summary: 'Face matches that wait for staff, and those before, newest first' },
    },
    async () => ({ required: reviews.required, reviews: reviews.list() }),
  );
  server.post(
    '/v1/reviews/:id',
    {
      config: { allow: ['operator'] },
      schema: {
        tags,
        summary: 'Staff looked at the person: the final, signed decision, with method `staff`',
        params: idParameter,
        body: staffAnswer,
        response: answers(200, decision),
      },
    },
    async (request) => reviews.decide(request.params.id, request.body.decision, callerOrThrow(request).id),
  );
};
