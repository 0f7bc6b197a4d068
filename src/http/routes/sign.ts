import { MenshenError } from '../../core/index.js';
import type { SignFormat } from '../../sign/index.js';
import type { Routes } from '../route.js';
import { signQuery } from '../schemas.js';

const tags = ['operation'];
const readers = { allow: ['operator', 'auditor'] } as const;
const defaultLanguages = 'zh,en';
const types = { svg: 'image/svg+xml', pdf: 'application/pdf' } as const satisfies Record<SignFormat, string>;

/** The sign to print (M13.3). */
export const signRoutes: Routes = (server, { sign, notice, announcement }) => {
  server.get(
    '/v1/sign',
    {
      config: readers,
      schema: { tags, summary: 'Which sign belongs to the current notice, and how people were told (M5.0, M13.3)' },
    },
    async () => ({
      signHash: sign.hash,
      noticeHash: notice.hash,
      noticeVersion: notice.version,
      captureZoneHash: sign.captureZoneHash,
      told: announcement.state(),
    }),
  );
  for (const format of ['svg', 'pdf'] as const) {
    server.get(
      `/v1/sign.${format}`,
      {
        config: readers,
        schema: { tags, summary: `The sign as one A4 page (${format.toUpperCase()})`, querystring: signQuery },
      },
      async (request, reply) => {
        const languages = (request.query.languages ?? defaultLanguages).split(',');
        if (new Set(languages).size !== languages.length)
          throw new MenshenError('body-invalid', 'The same language twice. Name one or two different ones.');
        return reply
          .header('content-security-policy', "default-src 'none'")
          .header('x-content-type-options', 'nosniff')
          .type(types[format])
          .send(await sign.render(languages, format));
      },
    );
  }
};
