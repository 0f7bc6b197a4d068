import { MenshenError } from '../../core/index.js';
import { callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { idParameter } from '../schemas.js';
import { iso } from '../views.js';

const tags = ['screen'];
const owner = { allow: [], neverRemember: true } as const;

/** Setting up the gate's screen; for the device's owner. */
export const screenRoutes: Routes = (server, { pairing, apiKeys }) => {
  server.post(
    '/v1/screens/pairing',
    { config: owner, schema: { tags, summary: 'Make a one-time code that pairs the gate’s screen; shown once' } },
    async (request, reply) => {
      if (pairing === undefined) {
        throw new MenshenError('not-found', 'This site has no screen. Add the section `screen` to the configuration.');
      }
      const { expiresAtMs, ...made } = pairing.open(callerOrThrow(request).id);
      return reply.status(201).send({ ...made, expiresAt: iso(expiresAtMs) });
    },
  );
  server.get('/v1/screens', { config: owner, schema: { tags, summary: 'The keys of screens' } }, async () => ({
    screens: apiKeys
      .list()
      .filter(({ role }) => role === 'kiosk')
      .map(({ id, label, createdAtMs, expiresAtMs, revokedAtMs }) => ({
        id,
        label,
        pairedAt: iso(createdAtMs),
        expiresAt: iso(expiresAtMs),
        ...(revokedAtMs === undefined ? {} : { revokedAt: iso(revokedAtMs) }),
      })),
  }));
  server.delete(
    '/v1/screens/:id',
    { config: owner, schema: { tags, summary: 'Take a screen’s key away', params: idParameter } },
    async (request, reply) => {
      const { id } = request.params;
      if (!apiKeys.list().some((key) => key.id === id && key.role === 'kiosk'))
        throw new MenshenError('not-found', 'No screen has this key.');
      apiKeys.revoke(id);
      return reply.status(204).send();
    },
  );
};
