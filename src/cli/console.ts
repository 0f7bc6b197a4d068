import { readFileSync } from 'node:fs';
import type { Logger } from '../core/index.js';

/** Commands speak through their own output; only what went wrong inside reaches the log. */
export const quietLogger: Logger = {
  log: (level, code, fields) => {
    if (level === 'error') process.stderr.write(`${code} ${JSON.stringify(fields ?? {})}\n`);
  },
};

/** Prints a result: indented JSON, which scripts can read and people too. */
export function show(value: unknown): void {
  if (value !== undefined) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** For people beside a result that scripts read. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The passphrase from the file descriptor or file that MENSHEN_PASSPHRASE_FILE names; never from an argument. */
export function readPassphrase(): Uint8Array {
  const path = process.env.MENSHEN_PASSPHRASE_FILE;
  if (path === undefined) return new Uint8Array(0);
  const text = readFileSync(path);
  const end = text.at(-1) === 0x0a ? text.length - 1 : text.length;
  return new Uint8Array(text.subarray(0, end));
}

/** A PIN or another short secret from standard input, so that it never stands in the process list or the history. */
export function readSecretLine(): string {
  return readFileSync(0, 'utf8').split('\n')[0]?.trim() ?? '';
}
