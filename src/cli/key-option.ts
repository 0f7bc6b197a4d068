import { readFileSync } from 'node:fs';
import { MenshenError } from '../core/index.js';

/** For acts that need two callers: the command line itself is one of them. */
export interface KeyOption {
  readonly keyFile?: string;
}

export const keyFileOption = [
  '--key-file <file>',
  'act as the holder of the API key in this file, not as the device’s owner',
] as const;

/** From a file, so that it stands neither in the process list nor in the history. @throws MenshenError `unauthenticated`. */
export function keyOf({ keyFile }: KeyOption): { key?: string } {
  if (keyFile === undefined) return {};
  try {
    return { key: readFileSync(keyFile, 'utf8').trim() };
  } catch (cause) {
    throw new MenshenError('unauthenticated', `The key file ${keyFile} cannot be read.`, { cause });
  }
}
