import { Type } from '#typebox';
import { closed, text } from './parts.js';

/** A host name, an IPv4 or an IPv6 address, as panels write it into their settings. */
const listenerName = Type.String({
  pattern:
    '^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|[0-9A-Fa-f:]+:[0-9A-Fa-f:.]*)$',
  maxLength: 253,
});

/** How the listener proves itself. */
export const listenerTlsSchema = Type.Union(
  [
    Type.Object(
      { certificateFile: text('PEM; of the site’s own authority.'), keyFile: text('PEM, mode 0600.') },
      closed,
    ),
    Type.Object(
      {
        deviceAuthority: Type.Literal(true, {
          description: 'The device makes its certificate itself, renews it and changes it while it runs.',
        }),
        names: Type.Array(listenerName, {
          default: [],
          maxItems: 16,
          description:
            'Host names and addresses under which panels reach the device; http.host is one of them unless it is 0.0.0.0 or ::.',
        }),
      },
      closed,
    ),
  ],
  { description: 'A must off loopback.' },
);
