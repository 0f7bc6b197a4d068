import { Type } from '#typebox';
import { filingDetailsSchema, filingTypes, zipped } from '../../filing/index.js';
import { callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { closed } from '../schemas.js';

const tags = ['filing'];
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day in China.' });
const filingType = Type.Union(filingTypes.map((type) => Type.Literal(type)));

const declaredCount = Type.Object(
  {
    elsewhere: Type.Integer({ minimum: 0, description: 'Persons whose faces the other devices hold, together.' }),
    by: Type.String({ minLength: 2, maxLength: 200, description: 'Name of who declares it.' }),
  },
  closed,
);
const newPackage = Type.Object({ type: filingType, details: filingDetailsSchema }, closed);
const submission = Type.Object(
  { reference: Type.String({ minLength: 1, maxLength: 200 }), on: day, type: Type.Optional(filingType) },
  closed,
);
const pruning = Type.Object({ before: day }, closed);

/** Counting and filing (M15), and how long records are kept (M9.4). */
export const filingRoutes: Routes = (server, { filing, keeping }) => {
  server.get(
    '/v1/filing',
    {
      config: { allow: ['operator', 'auditor'] },
      schema: { tags, summary: 'How many persons, which filing duties run until when, where to file (M15)' },
    },
    async () => ({ ...filing.status(), ledger: filing.ledger.entries(100) }),
  );
  server.post(
    '/v1/filing/declared-count',
    {
      config: { allow: ['operator'] },
      schema: { tags, summary: 'Declare how many persons the other devices hold (attested)', body: declaredCount },
    },
    async (request, reply) => reply.status(201).send(filing.declare(request.body, callerOrThrow(request).id)),
  );
  server.post(
    '/v1/filing/packages',
    {
      config: { allow: ['operator'] },
      schema: {
        tags,
        summary: 'Prepare a filing package as a zip; an incomplete one is refused (M15.2). Nothing is submitted',
        body: newPackage,
      },
    },
    async (request, reply) => {
      const { type, details } = request.body;
      const { files } = filing.prepare(type, details, callerOrThrow(request).id);
      return reply
        .type('application/zip')
        .header('content-disposition', `attachment; filename="filing-${type}.zip"`)
        .send(Buffer.from(zipped(files)));
    },
  );
  server.post(
    '/v1/filing/submissions',
    {
      config: { allow: ['operator'] },
      schema: { tags, summary: 'Record the reference of what people filed (M15.5)', body: submission },
    },
    async (request, reply) => {
      const { reference, on, type } = request.body;
      const given = { reference, on, ...(type === undefined ? {} : { type }) };
      return reply.status(201).send(filing.submitted(given, callerOrThrow(request).id));
    },
  );
  server.get(
    '/v1/records',
    {
      config: { allow: ['operator', 'auditor'] },
      schema: { tags, summary: 'What records are kept how long, and since when (M9.3, M9.4)' },
    },
    async () => ({ records: keeping.rows(), earlyDeletionsRefused: keeping.refusals() }),
  );
  server.post(
    '/v1/records/pruning',
    {
      config: { allow: [] },
      schema: { tags, summary: 'Remove old records; refused within three years (M9.4)', body: pruning },
    },
    async (request) => keeping.prune(Date.parse(request.body.before), callerOrThrow(request).id),
  );
};
