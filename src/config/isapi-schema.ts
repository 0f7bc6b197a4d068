/** The ISAPI-style front for panels that speak it; off unless a site asks for it. */
import { Type } from '#typebox';
import { closed, text } from './parts.js';

export const isapiSchema = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      description: 'Serves /ISAPI on the panels’ listener: HTTP Digest, inside TLS or on loopback only.',
    }),
    algorithms: Type.Array(Type.Enum(['SHA-256', 'MD5']), {
      minItems: 1,
      uniqueItems: true,
      default: ['SHA-256', 'MD5'],
      description: 'What Digest offers, in this order. Some old clients read only the first offer and know only MD5.',
    }),
    hostAuthorityFile: Type.Optional(
      text(
        'PEM of the authority behind the https hosts that panels name in httpHosts; without it only loopback hosts.',
      ),
    ),
  },
  { ...closed, default: {} },
);
