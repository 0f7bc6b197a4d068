/** Where the audit is told to a collector of the site (RFC 5424). */
import { isIP } from 'node:net';
import { Type } from '#typebox';
import { eventKinds, MenshenError, recordKinds } from '../core/index.js';
import { closed, text } from './parts.js';

export const syslogSchema = Type.Object(
  {
    host: Type.String({
      minLength: 2,
      maxLength: 45,
      description: 'A private address in digits; names are never looked up.',
    }),
    port: Type.Integer({ minimum: 1, maximum: 65535 }),
    protocol: Type.Enum(['udp', 'tcp', 'tls'] as const, {
      description:
        'udp: RFC 5426, nothing tells of what is lost on the way. tcp: RFC 6587 with octet counting. tls: RFC 5425; the only one that nobody on the network can read or alter.',
    }),
    authorityFile: Type.Optional(
      text('tls only: PEM of the authority that the collector’s certificate comes from; it must name the address.'),
    ),
    kinds: Type.Optional(
      Type.Array(Type.Enum([...eventKinds, ...recordKinds] as const), {
        minItems: 1,
        uniqueItems: true,
        description: 'Only these kinds of audit entries; left out: all of them.',
      }),
    ),
  },
  { ...closed, description: 'Audit entries as syslog messages to one collector on the LAN.' },
);

interface SyslogSettings {
  readonly host: string;
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly authorityFile?: string;
}

/** @throws MenshenError `config-invalid`. Whether the address is a private one is asked of the guard, at the start. */
export function checkSyslog(syslog: SyslogSettings | undefined): void {
  if (syslog === undefined) return;
  const { host, protocol, authorityFile } = syslog;
  if (isIP(host) === 0) invalid(`syslog.host: ${host} is no address in digits, such as 192.168.1.30.`);
  if (protocol === 'tls' && authorityFile === undefined) invalid('syslog.protocol: tls needs syslog.authorityFile.');
  if (protocol !== 'tls' && authorityFile !== undefined) invalid('syslog.authorityFile goes with protocol: tls.');
}

function invalid(why: string): never {
  throw new MenshenError('config-invalid', `${why} Correct the configuration file and start again.`);
}
