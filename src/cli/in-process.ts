import type { Config } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import { buildServer } from '../http/index.js';
import { systemClock, systemRandomness, systemTimers } from '../platform/index.js';
import { openStore, Terminal } from '../terminal/index.js';
import { type Api, type ApiOptions, bodyOrThrow, type Headers, parsed, refusal, textOf } from './api.js';
import { quietLogger, readPassphrase } from './console.js';

/** The service's own API in this process, on the store that no daemon has open. */
export async function openInProcess(
  config: Config,
  { withRecognition = false, configFile, acceptDowngrade }: ApiOptions,
  headers: Headers,
): Promise<Api> {
  const store = openStore({ config, randomness: systemRandomness, passphrase: readPassphrase });
  const ports = { clock: systemClock, timers: systemTimers, randomness: systemRandomness, logger: quietLogger };
  const terminal = new Terminal(config, store, ports, {
    withCameras: withRecognition,
    ...(configFile === undefined ? {} : { configFile }),
    ...(acceptDowngrade === undefined ? {} : { acceptDowngrade }),
  });
  // The product's own timers and workers do not hold a process; a command must not end before its answer.
  const alive = setInterval(() => undefined, 60_000);
  const end = async () => {
    await terminal.stop();
    clearInterval(alive);
  };
  const server = await ready(terminal, withRecognition).catch(async (thrown: unknown) => {
    await end();
    throw thrown;
  });
  return {
    live: false,
    upload: async (path, contentType, bytes) => {
      const response = await server.inject({
        method: 'POST',
        url: path,
        headers: { ...headers, 'content-type': contentType },
        payload: Buffer.from(bytes),
      });
      return bodyOrThrow({ status: response.statusCode, body: parsed(response.body) });
    },
    download: async (path, body) => {
      const response = await server.inject({
        method: body === undefined ? 'GET' : 'POST',
        url: path,
        headers,
        ...(body === undefined ? {} : { payload: Object(body) }),
        payloadAsStream: true,
      });
      if (response.statusCode < 400) return response.stream();
      return refusal({ status: response.statusCode, body: parsed(await textOf(response.stream())) });
    },
    call: async (method, path, body) => {
      const response = await server.inject({
        method,
        url: path,
        headers,
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return bodyOrThrow({ status: response.statusCode, body: parsed(response.body) });
    },
    close: async () => {
      await server.close();
      await end();
    },
  };
}

async function ready(terminal: Terminal, withRecognition: boolean): ReturnType<typeof buildServer> {
  if (withRecognition) {
    await recognitionReady(terminal);
    // Nobody is enrolled on a device that has not looked at itself (M4.4).
    await terminal.services.selfTest.run();
  }
  return buildServer(terminal.services, { local: true });
}

const recognitionPatienceMs = 20_000;

function recognitionReady(terminal: Terminal): Promise<void> {
  const { vision } = terminal.services;
  if (vision === undefined) throw new MenshenError('face-mode-off', 'face.enabled is false in the configuration.');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new MenshenError('vision-down', `${vision.problem() ?? 'recognition did not start'}.`)),
      recognitionPatienceMs,
    );
    vision.onChange(() => {
      if (vision.facts() === undefined) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
