import { noticeContent } from '../../../notice/index.js';
import type { Server } from '../../route.js';
import { languageQuery, noticeDisplayed } from '../../schemas.js';
import { iso } from '../../views.js';
import type { NoticeView } from '../contract.js';
import { paired, type ScreenDesk, tags } from '../desk.js';

/** The notice, and the record that it stood there. */
export function noticeRoutes(server: Server, desk: ScreenDesk): void {
  const { languages, notice, announcement } = desk.services;
  server.get(
    '/api/notice',
    { config: paired, schema: { tags, summary: 'The whole notice in one language', querystring: languageQuery } },
    async (request): Promise<NoticeView> => {
      const texts = languages.texts(desk.spoken(request.query.language), 'notice');
      const { version, hash, effectiveAtMs, fields } = notice;
      const head = { version, hash, effectiveAt: iso(effectiveAtMs), language: texts.language };
      return { ...head, ...noticeContent(fields, texts) };
    },
  );
  server.post(
    '/api/notice/displayed',
    { config: paired, schema: { tags, summary: 'The whole notice stood on the screen (M5.0)', body: noticeDisplayed } },
    async (request, reply) => {
      const screenId = desk.admit(request, 'notice-displayed');
      announcement.displayed(request.body.hash, desk.spoken(request.body.language), screenId);
      return reply.status(204).send();
    },
  );
}
