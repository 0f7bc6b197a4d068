import { Worker } from 'node:worker_threads';
import { type ErrorCode, MenshenError } from '../core/index.js';
import type { SignContent } from './content.js';

export type SignFormat = 'svg' | 'pdf';

export interface SignTask {
  readonly content: SignContent;
  readonly format: SignFormat;
}

export type SignAnswer = { readonly bytes: Uint8Array } | { readonly code: ErrorCode; readonly detail: string };

/** Draws the sign in a thread of its own. @throws MenshenError `sign-unprintable`. */
export function renderSign(task: SignTask): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: task });
    worker.once('message', (answer: SignAnswer) => {
      if ('bytes' in answer) resolve(answer.bytes);
      else reject(new MenshenError(answer.code, answer.detail));
    });
    worker.once('error', (cause) => reject(failed(cause)));
    // After a message this changes nothing.
    worker.once('exit', () => reject(failed()));
  });
}

const failed = (cause?: unknown): MenshenError =>
  new MenshenError('internal', 'The sign could not be drawn.', cause === undefined ? {} : { cause });
