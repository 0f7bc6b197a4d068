import { noticeContent, noticeText } from '../../notice/index.js';
import { callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { languageQuery, noticeDisplayed } from '../schemas.js';

const tags = ['public'];
const defaultLanguage = 'zh';

/** What people are told: the notice, and the record that they were. */
export const noticeRoutes: Routes = (server, { notice, languages, announcement }) => {
  server.get(
    '/v1/notice',
    {
      config: { allow: 'anyone' },
      schema: { tags, summary: 'The notice on face verification', querystring: languageQuery },
    },
    async (request) => {
      const texts = languages.texts(request.query.language ?? defaultLanguage, 'notice');
      return {
        version: notice.version,
        hash: notice.hash,
        effectiveAt: new Date(notice.effectiveAtMs).toISOString(),
        language: texts.language,
        ...noticeContent(notice.fields, texts),
        text: noticeText(notice.fields, texts),
        fields: notice.fields,
      };
    },
  );
  server.post(
    '/v1/notice/displayed',
    {
      config: { allow: ['kiosk', 'panel'] },
      schema: {
        tags: ['operation'],
        summary: 'The whole current notice stood on the screen at the gate: the cameras may open (M5.0)',
        body: noticeDisplayed,
      },
    },
    async (request, reply) => {
      const { hash, language } = request.body;
      announcement.displayed(hash, languages.texts(language, 'notice').language, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );
};
