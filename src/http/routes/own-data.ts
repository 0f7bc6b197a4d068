import { Type } from '#typebox';
import type { OwnData } from '../../visit/index.js';
import type { Routes } from '../route.js';
import { closed } from '../schemas.js';

/** What a person takes on their own phone, by the one-time address that the screen showed them (P45). */
export const ownDataRoutes: Routes = (server, { ownDataLinks }) => {
  server.get(
    '/v1/own-data/:token',
    {
      exposeHeadRoute: false,
      config: { allow: 'anyone' },
      schema: {
        tags: ['public'],
        summary: 'One’s own records by the screen’s one-time address; never a template',
        params: Type.Object({ token: Type.String({ pattern: '^[\\w-]{43}$' }) }, closed),
      },
    },
    async (request, reply) => {
      const data = await ownDataLinks.take(request.params.token);
      return reply.headers(fileHeaders(data)).send(asFile(data));
    },
  );
};

/** How a browser is told to keep it as a file, and nobody on the way. */
export function fileHeaders({ madeAt }: OwnData): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': `attachment; filename="menshen-my-data-${madeAt.slice(0, 10)}.json"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}

export const asFile = (data: OwnData): string => `${JSON.stringify(data, null, 2)}\n`;
