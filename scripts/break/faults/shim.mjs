import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

const source = path.join(import.meta.dirname, 'shim.c');
const faultBytes = 24;
/** Behind the fault: how often it failed something, and how often it delayed something. */
const countsBytes = 16;
const errno = { EIO: 5, ENOSPC: 28, EROFS: 30 };

/**
 * Faults of the disk and the clock, put before the service by a small library that is compiled here.
 *
 * @typedef {object} Fault
 * @property {keyof typeof errno} [write]
 * @property {keyof typeof errno} [sync]
 * @property {keyof typeof errno} [read]
 * @property {number} [syncDelayMs]
 * @property {number} [clockOffsetS]
 */

export class Shim {
  /** @param {string} folder where the library and its page lie @param {string} below whose files fail */
  constructor(folder, below) {
    this.library = path.join(folder, 'shim.so');
    this.page = path.join(folder, 'fault-page');
    this.below = below;
    writeFileSync(this.page, Buffer.alloc(faultBytes + countsBytes));
  }

  /** @returns {string | undefined} why there is none */
  compile() {
    if (process.platform !== 'linux') return 'it is Linux that preloads it';
    const { status, error, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', this.library, source, '-ldl']);
    if (error !== undefined) return 'there is no C compiler here';
    return status === 0 ? undefined : `it did not compile: ${String(stderr).slice(0, 300)}`;
  }

  get environment() {
    return { LD_PRELOAD: this.library, MENSHEN_FAULT_PAGE: this.page, MENSHEN_FAULT_BELOW: this.below };
  }

  /** From now on. @param {Fault} fault */
  set({ write, sync, read, syncDelayMs = 0, clockOffsetS = 0 }) {
    const page = Buffer.alloc(faultBytes);
    page.writeInt32LE(write === undefined ? 0 : errno[write], 0);
    page.writeInt32LE(sync === undefined ? 0 : errno[sync], 4);
    page.writeInt32LE(read === undefined ? 0 : errno[read], 8);
    page.writeInt32LE(syncDelayMs, 12);
    page.writeBigInt64LE(BigInt(clockOffsetS), 16);
    // In place and in one write, for the service has the file mapped.
    const descriptor = openSync(this.page, 'r+');
    writeSync(descriptor, page, 0, faultBytes, 0);
    closeSync(descriptor);
  }

  /** How often a fault struck since the service was started. @returns {{ failed: number, delayed: number }} */
  struck() {
    const page = readFileSync(this.page);
    const count = (/** @type {number} */ at) => Number(page.readBigInt64LE(faultBytes + at));
    return { failed: count(0), delayed: count(8) };
  }
}
