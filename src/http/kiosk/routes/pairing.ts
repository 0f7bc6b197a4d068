import { MenshenError } from '../../../core/index.js';
import type { Server } from '../../route.js';
import { screenCookie } from '../cookie.js';
import { type ScreenDesk, tags } from '../desk.js';
import { pairingRequest } from '../schemas.js';

/** How the page gets its key. */
export function pairingRoutes(server: Server, desk: ScreenDesk): void {
  server.post(
    '/api/pairing',
    {
      config: { allow: 'anyone', screen: true, neverRemember: true },
      schema: { tags, summary: 'Pair the screen with a one-time code', body: pairingRequest },
    },
    async (request, reply) => {
      desk.admitStranger('pairing');
      const { pairing, clock } = desk.services;
      if (pairing === undefined) throw new MenshenError('not-found', 'This site has no screen.');
      const { secret, expiresAtMs } = pairing.redeem(request.body.code);
      const cookie = screenCookie(secret, { maxAgeMs: expiresAtMs - clock.wallMs(), secure: desk.secure });
      return reply.header('set-cookie', cookie).status(204).send();
    },
  );
}
