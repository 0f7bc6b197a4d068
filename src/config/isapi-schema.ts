/** The ISAPI-style front for panels that speak it; off unless a site asks for it. */
import { Type } from 'typebox';
import { closed, text } from './parts.js';

export const isapiSchema = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      description: 'Serves /ISAPI on the panels’ listener: HTTP Digest, inside TLS or on loopback only.',
    }),
    hostAuthorityFile: Type.Optional(
      text(
        'PEM of the authority behind the https hosts that panels name in httpHosts; without it only loopback hosts.',
      ),
    ),
  },
  { ...closed, default: {} },
);
