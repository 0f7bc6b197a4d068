import { readFileSync } from 'node:fs';
import type { AuditTrail } from '../audit/index.js';
import type { Config } from '../config/index.js';
import { type Clock, type Logger, MenshenError, type Randomness, type Timers } from '../core/index.js';
import { egressGuard, openLanWay } from '../platform/index.js';
import type { Store } from '../store/index.js';
import { SyslogSender } from '../syslog/index.js';

/** The audit to the site's collector, where it has one. @throws MenshenError `config-invalid` for an unreadable authority. */
export function openSyslog(parts: {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
}): SyslogSender | undefined {
  const { config } = parts;
  if (config.syslog === undefined) return undefined;
  const { host, port, protocol, authorityFile, kinds } = config.syslog;
  const authority = authorityFile === undefined ? {} : { authority: authorityIn(authorityFile) };
  return new SyslogSender({
    ...parts,
    open: (signal) => openLanWay({ protocol, address: host, port, ...authority }, signal),
    // M8.2: a public address, or a name, is refused here.
    allow: () => egressGuard.allow(host, port),
    framing: protocol === 'udp' ? 'datagram' : 'octet-counting',
    kinds,
    deviceId: config.device.id,
    personFields: config.events.personFields,
  });
}

function authorityIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MenshenError('config-invalid', `syslog.authorityFile: ${path} cannot be read.`, { cause });
  }
}
