import type { VerificationRequest } from '../../verify/index.js';
import type { Routes } from '../route.js';
import {
  answers,
  idParameter,
  newVerification,
  presentedCard,
  presentedPin,
  verificationView,
  waitQuery,
} from '../schemas.js';

const callers = { allow: ['panel', 'operator', 'kiosk'] } as const;
const tags = ['verifications'];

/** Asking the gate: start, wait, present a PIN or a card, cancel. */
export const verificationRoutes: Routes = (server, { verifications }) => {
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
    async (request, reply) => reply.status(201).send(await verifications.start(requestOf(request.body))),
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
