import type { VerificationRequest } from '../../verify/index.js';
import { callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import {
  answers,
  checkAnswer,
  idParameter,
  newTemplateRenewal,
  newVerification,
  presentedCard,
  presentedPin,
  templateRenewal,
  verificationView,
  waitQuery,
} from '../schemas.js';

const callers = { allow: ['panel', 'operator', 'kiosk'] } as const;
const tags = ['verifications'];
const renewalTimeoutMs = 30_000;

/** Asking the gate: start, wait, present a PIN or a card, cancel. */
export const verificationRoutes: Routes = (server, { verifications, enrolments, remoteChecks }) => {
  server.post(
    '/v1/verifications',
    {
      config: callers,
      schema: {
        tags,
        summary: 'Start a verification',
        body: newVerification,
        response: answers(201, verificationView),
      },
    },
    async (request, reply) =>
      reply
        .status(201)
        .send(await verifications.start({ ...requestOf(request.body), callerId: callerOrThrow(request).id })),
  );
  server.get(
    '/v1/verifications/:id',
    {
      config: callers,
      schema: {
        tags,
        summary: 'Wait for the decision (long poll)',
        params: idParameter,
        querystring: waitQuery,
        response: answers(200, verificationView),
      },
    },
    async (request) => verifications.wait(request.params.id, request.query.waitMs ?? 0),
  );
  server.post(
    '/v1/verifications/:id/pin',
    {
      config: callers,
      schema: {
        tags,
        summary: 'Present a PIN',
        params: idParameter,
        body: presentedPin,
        response: answers(200, verificationView),
      },
    },
    async (request) => verifications.presentPin(request.params.id, request.body),
  );
  server.post(
    '/v1/verifications/:id/card',
    {
      config: callers,
      schema: {
        tags,
        summary: 'Present a card',
        params: idParameter,
        body: presentedCard,
        response: answers(200, verificationView),
      },
    },
    async (request) => verifications.presentCard(request.params.id, request.body.cardNumber),
  );
  server.post(
    '/v1/verifications/:id/template-renewal',
    {
      config: callers,
      schema: {
        tags,
        summary: 'Enrol the face again after a pass with card and PIN that said templateRenewal: due; the person asks',
        params: idParameter,
        body: newTemplateRenewal,
        response: answers(201, templateRenewal),
      },
    },
    async (request, reply) => {
      const { act, timeoutMs } = request.body;
      const { id: verificationId } = request.params;
      const callerId = callerOrThrow(request).id;
      const { identification } = await verifications.renew(verificationId, ({ cameraId, ...renewal }) =>
        enrolments.renew(
          { ...renewal, verificationId, act: act.kind, callerId },
          cameraId,
          timeoutMs ?? renewalTimeoutMs,
        ),
      );
      return reply.status(201).send({ verificationId, templateRenewal: 'renewed', identification });
    },
  );
  server.post(
    '/v1/verifications/:id/check',
    {
      config: { allow: ['panel'] },
      // After it is known who calls, before anything is read of what they say.
      preParsing: async ({ params: { id } }: { params: { id: string } }) => remoteChecks.doubt(id),
      schema: {
        tags,
        summary:
          'The panel’s last word on somebody whom the terminal asked about (verification.check-asked); counts once',
        params: idParameter,
        body: checkAnswer,
        response: answers(200, verificationView),
      },
    },
    async (request) => {
      remoteChecks.answer(request.params.id, request.body, callerOrThrow(request).id);
      return verifications.view(request.params.id);
    },
  );
  server.delete(
    '/v1/verifications/:id',
    {
      config: callers,
      schema: { tags, summary: 'Cancel', params: idParameter, response: answers(200, verificationView) },
    },
    async (request) => verifications.cancel(request.params.id),
  );
};

/** The body as the service takes it: optional fields are left out, never undefined. */
function requestOf(body: VerificationRequest): VerificationRequest {
  return body;
}
