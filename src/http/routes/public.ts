import type { Signer } from '../../store/index.js';
import { health } from '../health.js';
import { metricsText } from '../metrics.js';
import { deviceView, healthView } from '../public-schemas.js';
import type { Routes } from '../route.js';
import { answers } from '../schemas.js';

/** Also those of before: what they signed while they were in force stays valid. */
function signerView({ keyId, publicKey, fromSeq, untilSeq, succession }: Signer) {
  return {
    ...{ keyId, publicKey: Buffer.from(publicKey).toString('base64'), fromAuditSeq: fromSeq },
    ...(untilSeq === undefined ? {} : { untilAuditSeq: untilSeq }),
    ...(succession === undefined
      ? {}
      : {
          statement: succession.statement,
          signedByItself: Buffer.from(succession.byItself).toString('base64'),
          signedByPrevious: Buffer.from(succession.byPrevious).toString('base64'),
        }),
  };
}

/** What anyone may read: whether it is up, the public key, the interface's description. */
export const publicRoutes: Routes = (server, services) => {
  const { store } = services;
  server.get(
    '/v1/health',
    {
      config: { allow: 'anyone', rateLimit: false },
      schema: { tags: ['public'], summary: 'Is it up, and which methods work', response: answers(200, healthView) },
    },
    async () => health(services),
  );
  server.get(
    '/v1/device',
    {
      config: { allow: 'anyone' },
      schema: {
        tags: ['public'],
        summary: 'Device id and the public key of its signatures',
        response: answers(200, deviceView),
      },
    },
    async () => ({
      deviceId: services.config.device.id,
      mode: services.config.mode,
      version: services.version,
      keyId: store.signingKey.keyId,
      publicKey: Buffer.from(store.signingKey.publicKey).toString('base64'),
      algorithm: 'Ed25519 over canonical JSON (RFC 8785)',
      keys: store.signers.list().map(signerView),
    }),
  );
  server.get('/openapi.json', { config: { allow: 'anyone' }, schema: { hide: true } }, async () => server.swagger());
  server.get(
    '/metrics',
    {
      config: { allow: ['panel', 'operator', 'auditor'] },
      schema: { tags: ['operation'], summary: 'Prometheus metrics' },
    },
    async (_request, reply) => reply.type('text/plain; version=0.0.4').send(metricsText(services)),
  );
};
