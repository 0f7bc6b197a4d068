import { chmodSync, existsSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { MenshenError } from '../core/index.js';
import { buildServer, type Services } from '../http/index.js';
import { withPrivateFiles } from '../platform/index.js';

export interface Listening {
  /** Where panels reach it. */
  readonly url: string;
  readonly socketPath: string;
  close(): Promise<void>;
}

/** The owner's socket: whoever can open it (mode 0600) is the device's admin. */
export const controlSocketPath = (storeFolder: string): string => join(storeFolder, 'control.sock');

/** Opens the listeners: the configured one for panels and the owner's socket for the command line. */
export async function listen(services: Services): Promise<Listening> {
  const { http, store } = services.config;
  const socketPath = controlSocketPath(store.folder);
  const local = await buildServer(services, { local: true });
  // The store is locked by this process, so a socket that is there was left by a dead one.
  if (existsSync(socketPath)) unlinkSync(socketPath);
  // Made with its mode, so that there is no moment in which others could open it.
  await withPrivateFiles(() => local.listen({ path: socketPath }));
  chmodSync(socketPath, 0o600);
  const panels = await buildServer(services, { local: false, ...(http.tls === undefined ? {} : { tls: http.tls }) });
  try {
    const url = await panels.listen({ host: http.host, port: http.port });
    return {
      url,
      socketPath,
      close: async () => {
        await Promise.all([panels.close(), local.close()]);
      },
    };
  } catch (cause) {
    await local.close();
    throw new MenshenError(
      'listener-refused',
      `${http.host}:${http.port} cannot be listened on; another program may use it. Change http.port.`,
      { cause },
    );
  }
}
