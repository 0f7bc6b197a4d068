import type { Server } from '../../route.js';
import { languageQuery, noticeDisplayed } from '../../schemas.js';
import type { NoticeView } from '../contract.js';
import { paired, type ScreenDesk, tags } from '../desk.js';

/** The notice, and the record that it stood there. */
export function noticeRoutes(server: Server, desk: ScreenDesk): void {
  const { noticeTexts, announcement } = desk.services;
  server.get(
    '/api/notice',
    { config: paired, schema: { tags, summary: 'The whole notice in one language', querystring: languageQuery } },
    async (request): Promise<NoticeView> => noticeTexts.view(desk.spoken(request.query.language)),
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
