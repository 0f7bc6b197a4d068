import type { Readable } from 'node:stream';
import { type ErrorCode, errorRegistry, MenshenError } from '../core/index.js';
import type { SignedPurpose } from '../crypto/index.js';

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

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Headers = Readonly<Record<string, string>>;

/** @throws MenshenError what the answer refuses with */
export function bodyOrThrow(answer: Answer): unknown {
  return answer.status < 400 ? answer.body : refusal(answer);
}

export function refusal({ status, body }: Answer): never {
  const problem = body as { code?: string; detail?: string };
  const code = problem.code !== undefined && problem.code in errorRegistry ? (problem.code as ErrorCode) : 'internal';
  throw new MenshenError(code, problem.detail ?? `the service answered ${status}`);
}

export async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

export const parsed = (text: string): unknown => (text === '' ? undefined : JSON.parse(text));
