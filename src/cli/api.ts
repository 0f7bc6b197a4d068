import { existsSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Config } from '../config/index.js';
import { type ErrorCode, errorRegistry, MenshenError } from '../core/index.js';
import type { SignedPurpose } from '../crypto/index.js';
import { buildServer } from '../http/index.js';
import { systemClock, systemRandomness, systemTimers } from '../platform/index.js';
import { controlSocketPath, openStore, Terminal } from '../terminal/index.js';
import { quietLogger, readPassphrase } from './console.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The same API for every command: the running daemon's over its socket, or the store's own when none runs. */
export interface Api {
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** For a body that is a file. */
  upload(path: string, contentType: string, bytes: Uint8Array): Promise<unknown>;
  /** For answers that are a file: as it comes, so that a long one never lies in memory whole. With a body it is a POST. */
  download(path: string, body?: unknown): Promise<Readable>;
  readonly live: boolean;
  close(): Promise<void>;
}

export interface ApiOptions {
  /** The command needs recognition: without a daemon the models are loaded for it. */
  readonly withRecognition?: boolean;
  /** Acts as the holder of this API key instead of the device's owner. */
  readonly key?: string;
  /** For the self-test to look at. */
  readonly configFile?: string;
  /** What is accepted once although it is older than before. */
  readonly acceptDowngrade?: SignedPurpose;
}

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
  return inProcess(config, options, headers);
}

/** Whether a daemon has this configuration's store open. */
export async function daemonAnswers(config: Config): Promise<boolean> {
  const socketPath = controlSocketPath(config.store.folder);
  return existsSync(socketPath) && (await answers(socketPath));
}

async function inProcess(
  config: Config,
  { withRecognition = false, configFile, acceptDowngrade }: ApiOptions,
  headers: Readonly<Record<string, string>>,
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

type Headers = Readonly<Record<string, string>>;

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

function bodyOrThrow(answer: Answer): unknown {
  return answer.status < 400 ? answer.body : refusal(answer);
}

function refusal({ status, body }: Answer): never {
  const problem = body as { code?: string; detail?: string };
  const code = problem.code !== undefined && problem.code in errorRegistry ? (problem.code as ErrorCode) : 'internal';
  throw new MenshenError(code, problem.detail ?? `the service answered ${status}`);
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

const parsed = (text: string): unknown => (text === '' ? undefined : JSON.parse(text));
