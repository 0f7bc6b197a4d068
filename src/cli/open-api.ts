import { existsSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type Config, controlSocketPath } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import { type Answer, type Api, type ApiOptions, bodyOrThrow, type Headers, parsed, refusal, textOf } from './api.js';

export async function openApi(config: Config, options: ApiOptions = {}): Promise<Api> {
  const socketPath = controlSocketPath(config.store.folder);
  const headers = options.key === undefined ? {} : { authorization: `Bearer ${options.key}` };
  if (await daemonAnswers(config)) {
    return {
      download: (path, body) => downloaded(socketPath, path, body, headers),
      call: (method, path, body) => overSocket(socketPath, method, path, body, headers).then(bodyOrThrow),
      upload: (path, contentType, bytes) =>
        sent(socketPath, 'POST', path, bytes, { ...headers, 'content-type': contentType })
          .then(answerOf)
          .then(bodyOrThrow),
      live: true,
      close: async () => undefined,
    };
  }
  // The whole service, which a call over the socket does not need.
  const { openInProcess } = await import('./in-process.js');
  return openInProcess(config, options, headers);
}

/** Whether a daemon has this configuration's store open. */
export async function daemonAnswers(config: Config): Promise<boolean> {
  const socketPath = controlSocketPath(config.store.folder);
  return existsSync(socketPath) && (await answers(socketPath));
}

async function overSocket(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
  more: Headers = {},
): Promise<Answer> {
  return answerOf(await sent(socketPath, method, path, body, more));
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  return { status: response.statusCode ?? 0, body: parsed(await textOf(response)) };
}

async function downloaded(socketPath: string, path: string, body: unknown, headers: Headers): Promise<Readable> {
  const response = await sent(socketPath, body === undefined ? 'GET' : 'POST', path, body, headers);
  const status = response.statusCode ?? 0;
  return status < 400 ? response : refusal({ status, body: parsed(await textOf(response)) });
}

function sent(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
  more: Headers = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
    const headers =
      payload === undefined
        ? more
        : { 'content-type': 'application/json', ...more, 'content-length': Buffer.byteLength(payload) };
    const request = httpRequest({ socketPath, method, path, headers }, resolve);
    request.on('error', (cause) =>
      reject(new MenshenError('service-unreachable', 'The daemon does not answer on its socket.', { cause })),
    );
    request.end(payload);
  });
}

async function answers(socketPath: string): Promise<boolean> {
  try {
    return (await overSocket(socketPath, 'GET', '/v1/health', undefined)).status === 200;
  } catch (thrown) {
    // A socket that nobody listens on was left by a daemon that was killed.
    if (thrown instanceof MenshenError && thrown.code === 'service-unreachable') return false;
    throw thrown;
  }
}
