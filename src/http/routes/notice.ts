import type { Languages } from '../../language/index.js';
import { callerOrThrow } from '../auth.js';
import { noticeView } from '../public-schemas.js';
import type { Routes } from '../route.js';
import { answers, defaultLanguage, languageQuery, nothing, noticeDisplayed, promptQuery } from '../schemas.js';

const tags = ['public'];

/** What people are told: the notice, and the record that they were. */
export const noticeRoutes: Routes = (server, { notice, noticeTexts, languages, announcement }) => {
  server.get(
    '/v1/notice',
    {
      config: { allow: 'anyone' },
      schema: {
        tags,
        summary: 'The notice on face verification',
        querystring: languageQuery,
        response: answers(200, noticeView),
      },
    },
    async (request, reply) => {
      const language = languageOf(request.query.language, request.headers['accept-language'], languages);
      reply.header('vary', 'accept-language');
      return { ...noticeTexts.view(language), text: noticeTexts.text(language), fields: notice.fields };
    },
  );
  server.get(
    '/v1/notice/page',
    {
      config: { allow: 'anyone' },
      schema: { tags, summary: 'The same as a page to read and print', querystring: languageQuery },
    },
    async (request, reply) => {
      const { html, contentSecurityPolicy } = noticeTexts.page(
        languageOf(request.query.language, request.headers['accept-language'], languages),
      );
      return reply
        .header('content-security-policy', contentSecurityPolicy)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('vary', 'accept-language')
        .type('text/html; charset=utf-8')
        .send(html);
    },
  );
  server.get(
    '/v1/prompt',
    {
      config: { allow: 'anyone' },
      schema: {
        tags,
        summary: 'What to tell a person at each verification: purpose, how it starts, what else they may use (D9)',
        querystring: promptQuery,
      },
    },
    async (request, reply) => {
      reply.header('vary', 'accept-language');
      const language = languageOf(request.query.language, request.headers['accept-language'], languages);
      return noticeTexts.prompt(language, request.query.method ?? 'face');
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
        response: answers(204, nothing),
      },
    },
    async (request, reply) => {
      const { hash, language } = request.body;
      announcement.displayed(hash, languages.texts(language, 'notice').language, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );
};

/** The language that was asked for, else the first that the reader's browser wants and that is there, else Chinese. */
function languageOf(asked: string | undefined, accepted: string | undefined, languages: Languages): string {
  if (asked !== undefined) return asked;
  const wanted = (accepted ?? '').split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  return wanted.flatMap((tag) => [tag, tag.split('-')[0] ?? '']).find((tag) => languages.has(tag)) ?? defaultLanguage;
}
