import { Type } from '#typebox';
import { reportAsHtml, reportAsText, reportLanguages } from '../../compliance/index.js';
import type { Routes } from '../route.js';
import { closed, idParameter } from '../schemas.js';

const tags = ['compliance'];
const callers = { allow: ['operator', 'auditor'] } as const;
const language = Type.Optional(Type.Enum(reportLanguages));
const reportQuery = Type.Object(
  {
    format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('text'), Type.Literal('html')])),
    language,
  },
  closed,
);

/** No script, nothing from elsewhere; the page's own style is the only thing it may use. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Every obligation with its status and evidence. */
export const complianceRoutes: Routes = (server, { compliance }) => {
  server.get(
    '/v1/compliance',
    {
      config: callers,
      schema: { tags, summary: 'Every obligation: status, evidence, what to do', querystring: reportQuery },
    },
    async (request, reply) => {
      const report = await compliance.report(request.query.language ?? 'en');
      switch (request.query.format) {
        case 'text':
          return reply.type('text/plain; charset=utf-8').send(`${reportAsText(report)}\n`);
        case 'html':
          return reply
            .headers({ 'content-security-policy': pagePolicy, 'x-content-type-options': 'nosniff' })
            .type('text/html; charset=utf-8')
            .send(reportAsHtml(report));
        default:
          return report;
      }
    },
  );
  server.get(
    '/v1/compliance/:id',
    {
      config: callers,
      schema: {
        tags,
        summary: 'One obligation with everything about it',
        params: idParameter,
        querystring: Type.Object({ language }, closed),
      },
    },
    async (request) => compliance.row(request.params.id, request.query.language ?? 'en'),
  );
  server.get(
    '/v1/statistics',
    {
      config: callers,
      schema: { tags, summary: 'Acts and time of each way in, side by side (M10.2); no person in it' },
    },
    async () => ({ methods: await compliance.statistics() }),
  );
};
