/** What the listener for panels proves itself with, and how it changes that while it runs. */
import { readFileSync } from 'node:fs';
import { listenerNames } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import type { ListenerTls, Services } from '../http/index.js';

/** How often a certificate is looked at: one that ends soon is replaced, and so is a file that was changed. */
const lookPeriodMs = 600_000;

/** Undefined where the site has no TLS. @throws MenshenError `listener-refused`. */
export async function listenerTls({ config, authority }: Services): Promise<ListenerTls | undefined> {
  const { host, tls } = config.http;
  if (tls === undefined) return undefined;
  if ('deviceAuthority' in tls) {
    const { chain, privateKey } = await authority.forListener(listenerNames(host, tls.names));
    return { chain, privateKey, panelAuthority: (await authority.ensure()).pem };
  }
  const { pem } = await authority.ensure();
  return { chain: read(tls.certificateFile), privateKey: read(tls.keyFile), panelAuthority: pem };
}

/** Calls `change` whenever there is another certificate than the last one. @returns how to stop. */
export function watchListenerTls(
  services: Services,
  first: ListenerTls,
  change: (tls: ListenerTls) => void,
): { stop(): void } {
  const { timers, logger } = services;
  let last = first;
  const look = async () => {
    const now = await listenerTls(services);
    if (now === undefined || (now.chain === last.chain && now.privateKey === last.privateKey)) return;
    change(now);
    last = now;
    logger.log('info', 'listener.certificate-changed');
  };
  // A file that is half written now is whole at the next look; the former certificate stays in use.
  const failed = (thrown: unknown) => logger.log('error', 'listener.certificate-failed', { message: String(thrown) });
  const timer = timers.every(lookPeriodMs, () => void look().catch(failed));
  return { stop: () => timer.cancel() };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MenshenError('listener-refused', 'The TLS certificate or key cannot be read. Check http.tls.', { cause });
  }
}
