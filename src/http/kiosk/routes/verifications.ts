import type { Server } from '../../route.js';
import { idParameter, presentedCard, presentedPin } from '../../schemas.js';
import { paired, type ScreenDesk, tags } from '../desk.js';
import { screenVerificationRequest } from '../schemas.js';

/** Somebody wants to pass. */
export function verificationRoutes(server: Server, desk: ScreenDesk): void {
  const { verifications } = desk;
  server.post(
    '/api/verifications',
    { config: paired, schema: { tags, summary: 'Somebody wants to pass', body: screenVerificationRequest } },
    async (request, reply) => {
      const screenId = desk.admit(request, 'verification');
      desk.spoken(request.body.prompt.language);
      return reply.status(201).send(await verifications.start(request.body, screenId));
    },
  );
  server.post(
    '/api/verifications/:id/pin',
    { config: paired, schema: { tags, summary: 'Type a PIN', params: idParameter, body: presentedPin } },
    async (request) => {
      desk.admit(request, 'credential');
      return verifications.presentPin(request.params.id, request.body);
    },
  );
  server.post(
    '/api/verifications/:id/card',
    { config: paired, schema: { tags, summary: 'Show a card', params: idParameter, body: presentedCard } },
    async (request) => {
      desk.admit(request, 'credential');
      return verifications.presentCard(request.params.id, request.body.cardNumber);
    },
  );
  server.delete(
    '/api/verifications/:id',
    { config: paired, schema: { tags, summary: 'Cancel', params: idParameter } },
    async (request) => verifications.cancel(request.params.id),
  );
}
