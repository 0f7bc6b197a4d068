import { chmodSync, existsSync, unlinkSync } from 'node:fs';
import { controlSocketPath } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import { buildServer, changeCertificate, type Services } from '../http/index.js';
import { withPrivateFiles } from '../platform/index.js';
import { listenerTls, watchListenerTls } from './listener.js';

export interface Listening {
  /** Where panels reach it. */
  readonly url: string;
  readonly socketPath: string;
  /** The page of the gate's screen, where the site has one. */
  readonly screenUrl?: string;
  close(): Promise<void>;
}

/** Opens the listeners: the configured one for panels and the owner's socket for the command line. */
export async function listen(services: Services): Promise<Listening> {
  const { http, screen, store } = services.config;
  const socketPath = controlSocketPath(store.folder);
  const local = await buildServer(services, { local: true });
  // The store is locked by this process, so a socket that is there was left by a dead one.
  if (existsSync(socketPath)) unlinkSync(socketPath);
  // Made with its mode, so that there is no moment in which others could open it.
  await withPrivateFiles(() => local.listen({ path: socketPath }));
  chmodSync(socketPath, 0o600);
  const opened: Listener[] = [local];
  try {
    const tls = await listenerTls(services);
    const panels = await buildServer(services, { local: false, ...(tls === undefined ? {} : { tls }) });
    opened.push(panels);
    const url = await bound(panels, http.host, http.port, 'http.port');
    const screenUrl = screen === undefined ? undefined : `${await screenOrigin(services, url, opened)}/kiosk`;
    if (screenUrl !== undefined) services.pairing?.reachedAt(screenUrl);
    const watch = tls && watchListenerTls(services, tls, (changed) => changeCertificate(panels, changed));
    return {
      url,
      socketPath,
      ...(screenUrl === undefined ? {} : { screenUrl }),
      close: async () => {
        watch?.stop();
        await Promise.all(opened.map((server) => server.close()));
      },
    };
  } catch (thrown) {
    await Promise.all(opened.map((server) => server.close()));
    throw thrown;
  }
}

/** Where the screen's page is: its own loopback listener if it has one, else the one for panels. */
async function screenOrigin(services: Services, url: string, opened: Listener[]): Promise<string> {
  const port = services.config.screen?.port;
  if (port === undefined) return url;
  const server = await buildServer(services, { local: false, screenOnly: true });
  opened.push(server);
  return bound(server, '127.0.0.1', port, 'screen.port');
}

async function bound(server: Listener, host: string, port: number, key: string): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    throw new MenshenError(
      'listener-refused',
      `${host}:${port} cannot be listened on; another program may use it. Change ${key}.`,
      { cause },
    );
  }
}

type Listener = Awaited<ReturnType<typeof buildServer>>;
