import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { TaskResult } from './protocol.js';

/** A file of results, one after the other, that only grows. */
export interface ResultFile {
  readonly earlier: readonly TaskResult[];
  /** False once a record could not be written; no other is then tried. */
  readonly writable: boolean;
  append(result: TaskResult): void;
  close(): void;
}

const lengthBytes = 4;

/** Opens or begins a file of results; half a record at its end, of a run that was killed, is cut off. */
export function openResultFile(path: string): ResultFile {
  const file = openSync(path, 'a+', 0o600);
  const { results, end } = readResults(readFileSync(path));
  ftruncateSync(file, end);
  let writable = true;
  let closed = false;
  return {
    earlier: results,
    get writable() {
      return writable;
    },
    append(result) {
      if (!writable) return;
      try {
        writeWhole(file, framed(result));
      } catch {
        // The memory is full: whoever runs the evaluation is told, and it goes on.
        writable = false;
      }
    },
    close() {
      // Safe to repeat, and nothing is appended afterwards: the number of a closed file may be another file's by then.
      if (closed) return;
      closed = true;
      writable = false;
      closeSync(file);
    },
  };
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function framed(result: TaskResult): Uint8Array {
  const body = serialize(result);
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}

function readResults(bytes: Buffer): { readonly results: readonly TaskResult[]; readonly end: number } {
  const results: TaskResult[] = [];
  let end = 0;
  while (end + lengthBytes <= bytes.length) {
    const next = end + lengthBytes + bytes.readUInt32LE(end);
    if (next > bytes.length) break;
    results.push(deserialize(bytes.subarray(end + lengthBytes, next)) as TaskResult);
    end = next;
  }
  return { results, end };
}
