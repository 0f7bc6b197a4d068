import { Readable } from 'node:stream';
import { type Static, Type } from '#typebox';
import { type Protection, parsedRecipient } from '../../backup/index.js';
import { MenshenError } from '../../core/index.js';
import { callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { closed } from '../schemas.js';

const order = Type.Union(
  [
    Type.Object({ passphrase: Type.String({ minLength: 12, maxLength: 1000 }) }, closed),
    Type.Object(
      { recipient: Type.String({ maxLength: 200, description: 'As menshen backup recipient new prints it.' }) },
      closed,
    ),
  ],
  { description: 'What closes it.' },
);

/** What must be kept for years, as ciphertext; for the device's owner alone, who could read it all the same. */
export const backupRoutes: Routes = (server, services) => {
  server.post(
    '/v1/backups',
    {
      config: { allow: [], neverRemember: true },
      schema: {
        tags: ['keys'],
        summary: 'An encrypted backup without any face; on the device’s own socket only. That it was begun is recorded',
        body: order,
      },
    },
    async (request, reply) => {
      const by = callerOrThrow(request).id;
      if (by !== 'local')
        throw new MenshenError(
          'forbidden',
          'Card numbers and what PINs are checked against leave the device by its owner’s hand alone: menshen backup create.',
        );
      const pieces = await services.backups.open(protectionOf(request.body as Static<typeof order>), by);
      return reply
        .type('application/octet-stream')
        .header('cache-control', 'no-store')
        .send(Readable.from(pieces, { objectMode: false }));
    },
  );
};

function protectionOf(body: Static<typeof order>): Protection {
  return 'passphrase' in body
    ? { kind: 'passphrase', passphrase: new Uint8Array(Buffer.from(body.passphrase)) }
    : { kind: 'recipient', publicKey: parsedRecipient(body.recipient) };
}
