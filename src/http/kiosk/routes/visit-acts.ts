import encodeQR from 'qr';
import { MenshenError } from '../../../core/index.js';
import type { Server } from '../../route.js';
import { asFile, fileHeaders } from '../../routes/own-data.js';
import { idParameter, languageQuery, newCard, newPin } from '../../schemas.js';
import { iso } from '../../views.js';
import type { OwnData, OwnDataLink, ReceiptView, VisitView } from '../contract.js';
import { paired, type ScreenDesk, tags } from '../desk.js';
import { consentGiven, dataLinkRequest, noticeSeen, receiptParameters, withdrawalRequest } from '../schemas.js';

/** What a proven person does with their own matters; the visit says what of it is open to them. */
export function visitActRoutes(server: Server, desk: ScreenDesk): void {
  const { visits } = desk.services;
  /** The visit's id, once it is this screen's own. */
  const ownVisit = (request: Parameters<ScreenDesk['admit']>[0] & { readonly params: { readonly id: string } }) =>
    desk.visits.own(request.params.id, desk.admit(request, 'visit-act'));

  server.post(
    '/api/visits/:id/consent',
    {
      config: paired,
      schema: { tags, summary: 'Give or renew consent (M6.1)', params: idParameter, body: consentGiven },
    },
    async (request): Promise<VisitView> => {
      const visitId = ownVisit(request);
      desk.spoken(request.body.language);
      return visits.view(visitId).may.includes('renew-consent')
        ? visits.renewConsent(visitId, request.body)
        : visits.consent(visitId, request.body);
    },
  );
  server.post(
    '/api/visits/:id/notice-seen',
    {
      config: paired,
      schema: { tags, summary: 'The changed notice was seen (M5.6)', params: idParameter, body: noticeSeen },
    },
    async (request): Promise<VisitView> => visits.noticeSeen(ownVisit(request), request.body.hash),
  );
  server.post(
    '/api/visits/:id/pin',
    { config: paired, schema: { tags, summary: 'Set one’s PIN', params: idParameter, body: newPin } },
    async (request): Promise<VisitView> => visits.setPin(ownVisit(request), request.body.pin),
  );
  server.post(
    '/api/visits/:id/card',
    { config: paired, schema: { tags, summary: 'Add a card of one’s own', params: idParameter, body: newCard } },
    async (request): Promise<VisitView> => visits.addCard(ownVisit(request), request.body.cardNumber),
  );
  server.post(
    '/api/visits/:id/withdrawal',
    {
      config: paired,
      schema: {
        tags,
        summary: 'Withdraw consent; the template is destroyed at once (M6.2)',
        params: idParameter,
        body: withdrawalRequest,
      },
    },
    async (request): Promise<ReceiptView> => {
      const { requester, language } = request.body;
      return visits.withdraw(ownVisit(request), requester, desk.spoken(language));
    },
  );
  server.get(
    '/api/visits/:id/receipts/:receiptId',
    {
      config: paired,
      schema: { tags, summary: 'One’s own receipt', params: receiptParameters, querystring: languageQuery },
    },
    async (request): Promise<ReceiptView> =>
      visits.receipt(ownVisit(request), request.params.receiptId, desk.spoken(request.query.language)),
  );
  server.get(
    '/api/visits/:id/data',
    {
      config: paired,
      schema: { tags, summary: 'What is held about one (P45)', params: idParameter, querystring: languageQuery },
    },
    async (request): Promise<OwnData> => visits.ownData(ownVisit(request), desk.spoken(request.query.language)),
  );
  server.get(
    '/api/visits/:id/data/file',
    {
      config: paired,
      schema: { tags, summary: 'The same as a file', params: idParameter, querystring: languageQuery },
    },
    async (request, reply) => {
      const data = await visits.ownData(ownVisit(request), desk.spoken(request.query.language));
      return reply.headers(fileHeaders(data)).send(asFile(data));
    },
  );
  server.post(
    '/api/visits/:id/data/link',
    {
      config: paired,
      schema: {
        tags,
        summary: 'An address for one’s own phone, for one use, while the visit lasts',
        params: idParameter,
        body: dataLinkRequest,
      },
    },
    async (request, reply) => {
      const { publicUrl } = desk.services.config.http;
      if (publicUrl === undefined)
        throw new MenshenError('not-found', 'Phones cannot reach this terminal: http.publicUrl is not set.');
      const language = desk.spoken(request.body.language);
      const { token, expiresAtMs } = desk.services.ownDataLinks.make(ownVisit(request), language);
      const url = `${publicUrl}/v1/own-data/${token}`;
      const link: OwnDataLink = { url, expiresAt: iso(expiresAtMs), code: codeOf(url) };
      return reply.status(201).send(link);
    },
  );
}

/** ISO/IEC 18004, with its quiet zone: a row of `1` (dark) and `0` for each row of modules. */
const codeOf = (url: string): string[] =>
  encodeQR(url, 'raw', { ecc: 'medium', border: 4 }).map((row) => row.map((dark) => (dark ? '1' : '0')).join(''));
