import { existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { Config } from '../config/index.js';
import { type ErrorCode, errorRegistry, MenshenError } from '../core/index.js';
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
  /** What is no JSON: a page, a picture, a PDF. */
  download(path: string): Promise<Uint8Array>;
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
}

export async function openApi(config: Config, options: ApiOptions = {}): Promise<Api> {
  const socketPath = controlSocketPath(config.store.folder);
  const headers = options.key === undefined ? {} : { authorization: `Bearer ${options.key}` };
  if (await daemonAnswers(config)) {
    const call: Api['call'] = (method, path, body) =>
      overSocket(socketPath, method, path, body, headers).then(bodyOrThrow);
    return {
      call,
      download: async (path) => bytesOf(await call('GET', path)),
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
  { withRecognition = false, configFile }: ApiOptions,
  headers: Readonly<Record<string, string>>,
): Promise<Api> {
  const store = openStore({ config, randomness: systemRandomness, passphrase: readPassphrase });
  const ports = { clock: systemClock, timers: systemTimers, randomness: systemRandomness, logger: quietLogger };
  const terminal = new Terminal(config, store, ports, {
    withCameras: withRecognition,
    ...(configFile === undefined ? {} : { configFile }),
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
  const call: Api['call'] = async (method, path, body) => {
    const response = await server.inject({
      method,
      url: path,
      headers,
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const type = response.headers['content-type'];
    return bodyOrThrow({ status: response.statusCode, body: parsed(String(type ?? ''), response.rawPayload) });
  };
  return {
    live: false,
    call,
    download: async (path) => bytesOf(await call('GET', path)),
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

function overSocket(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      payload === undefined
        ? more
        : { ...more, 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    const request = httpRequest({ socketPath, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: parsed(response.headers['content-type'] ?? '', Buffer.concat(chunks)),
        }),
      );
    });
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

function bodyOrThrow({ status, body }: Answer): unknown {
  if (status < 400) return body;
  const problem = body as { code?: string; detail?: string };
  const code = problem.code !== undefined && problem.code in errorRegistry ? (problem.code as ErrorCode) : 'internal';
  throw new MenshenError(code, problem.detail ?? `the service answered ${status}`);
}

/** JSON as what it says, anything else as its bytes. */
function parsed(type: string, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  return /^application\/(.+\+)?json\b/.test(type) ? JSON.parse(bytes.toString('utf8')) : new Uint8Array(bytes);
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  throw new MenshenError('internal', 'the service answered with something else than a file');
}
