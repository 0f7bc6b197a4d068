import { readFileSync } from 'node:fs';
import type { Config } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import type { Services } from '../http/index.js';
import { isapiCheckDialect, isapiDialect, isapiFront, isIsapiHost } from '../isapi/index.js';
import type { Store } from '../store/index.js';

/** How listeners are spoken to: those that a panel named in the ISAPI dialect hear that, also while its front is off. */
export function openDialects(config: Config, store: Store) {
  const context = { deviceId: config.device.id, doorIds: config.doors.map(({ id }) => id) };
  const [told, asked] = [isapiDialect(context), isapiCheckDialect(context)];
  return {
    told: (listenerId: string) => (isIsapiHost(store, listenerId) ? told : undefined),
    asked: (listenerId: string) => (isIsapiHost(store, listenerId) ? asked : undefined),
  };
}

/** Fronts besides the product's own interface; none unless the site asks for it. */
export function openFronts(services: Omit<Services, 'fronts'>): Services['fronts'] {
  const { enabled, hostAuthorityFile } = services.config.isapi;
  if (!enabled) return [];
  const hostAuthority = () => (hostAuthorityFile === undefined ? undefined : readPem(hostAuthorityFile));
  return [isapiFront({ ...services, fronts: [] }, { hostAuthority })];
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MenshenError('listener-invalid', 'isapi.hostAuthorityFile cannot be read.', { cause });
  }
}
