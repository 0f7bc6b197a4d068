import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Randomness } from '../core/index.js';

/** A file beside the one in force, until it takes its place. */
export const nextOf = (path: string): string => `${path}.next`;

/** Writes a file of this user alone, durable with its name when it returns; one that is there is replaced. */
export function writePrivate(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) unlinkSync(path);
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolder(dirname(path));
}

/**
 * The prepared file takes the place of the one in force in one step; what was there is overwritten. Safe to call again.
 * Flash memory may keep the old sectors all the same.
 */
export function putInPlace(path: string, randomness: Randomness): void {
  if (!existsSync(nextOf(path))) return;
  const former = existsSync(path) ? openSync(path, 'r+') : undefined;
  try {
    renameSync(nextOf(path), path);
    syncFolder(dirname(path));
    if (former === undefined) return;
    writeSync(former, randomness.bytes(fstatSync(former).size), 0, null, 0);
    fsyncSync(former);
  } finally {
    if (former !== undefined) closeSync(former);
  }
}

/** Overwrites, syncs and unlinks; a file that is not there is fine. */
export function destroyFile(path: string, randomness: Randomness): void {
  if (!existsSync(path)) return;
  const descriptor = openSync(path, 'r+');
  try {
    writeSync(descriptor, randomness.bytes(fstatSync(descriptor).size), 0, null, 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  unlinkSync(path);
  syncFolder(dirname(path));
}

/** A file's bytes; undefined where there is none. */
export function bytesAt(path: string): Uint8Array | undefined {
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
}

/** Makes names in a folder durable: a rename is lost with the power otherwise. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
