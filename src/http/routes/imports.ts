import { Type } from '#typebox';
import { MenshenError } from '../../core/index.js';
import { largestFileBytes } from '../../import/index.js';
import { callerOrThrow } from '../auth.js';
import { futureMs } from '../future.js';
import type { Routes } from '../route.js';
import { closed, idParameter } from '../schemas.js';

const operator = { allow: ['operator'] } as const;
const tags = ['people'];

const importQuery = Type.Object(
  {
    dryRun: Type.Optional(Type.Boolean({ description: 'Check every row and write nothing.' })),
    leaveOutWrongRows: Type.Optional(
      Type.Boolean({ description: 'Import the rows that are right; otherwise one wrong row refuses the table.' }),
    ),
    expiresAt: Type.Optional(Type.String({ format: 'date-time', description: 'For rows that name no end.' })),
  },
  closed,
);

/** People, cards and PINs from a table; the file is read from memory and not kept. */
export const importRoutes: Routes = (server, { peopleImport, clock }) => {
  server.register(async (tables) => {
    tables.removeAllContentTypeParsers();
    tables.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    tables.post(
      '/v1/subjects/import',
      {
        config: { ...operator, neverRemember: true },
        bodyLimit: largestFileBytes,
        schema: {
          tags,
          summary: 'Import people, cards and PINs from a CSV table (text/csv); ask for the report until it is done',
          querystring: importQuery,
        },
      },
      async (request, reply) => {
        if (!Buffer.isBuffer(request.body) || request.body.length === 0)
          throw new MenshenError('body-invalid', 'Send the table as text/csv.');
        const query = request.query as { dryRun?: boolean; leaveOutWrongRows?: boolean; expiresAt?: string };
        const report = peopleImport.start(new Uint8Array(request.body), {
          by: callerOrThrow(request).id,
          dryRun: query.dryRun === true,
          leaveOutWrongRows: query.leaveOutWrongRows === true,
          ...(query.expiresAt === undefined ? {} : { defaultExpiresAtMs: futureMs(query.expiresAt, clock.wallMs()) }),
        });
        request.body.fill(0);
        return reply.status(202).send(report);
      },
    );
  });

  server.get(
    '/v1/subjects/import/:id',
    { config: operator, schema: { tags, summary: 'How far an import is; never a value of it', params: idParameter } },
    async (request) => peopleImport.report(request.params.id),
  );

  server.delete(
    '/v1/subjects/import/:id',
    { config: operator, schema: { tags, summary: 'Cancel an import; nothing of it stays', params: idParameter } },
    async (request) => peopleImport.cancel(request.params.id),
  );
};
