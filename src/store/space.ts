import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  statfsSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const mebibyte = 1024 * 1024;

/** Disk space held back so that audit records can still be written when others have filled the disk. */
export class SpaceReserve {
  readonly #path: string;
  readonly #byteLength: number;

  constructor(path: string, reserveMiB: number) {
    this.#path = path;
    this.#byteLength = reserveMiB * mebibyte;
  }

  /** Gives the space to the database; true when there was any, and it could be given. */
  release(): boolean {
    if (!existsSync(this.#path) || statSync(this.#path).size === 0) return false;
    try {
      unlinkSync(this.#path);
      return true;
    } catch {
      // A read-only or failing disk gives nothing back; why the record was refused is what the caller is told.
      return false;
    }
  }

  /** Some file systems tell of missing room only when they flush, as a fault; any other fault is not cured by room. */
  mayHelp(code: string): boolean {
    return code === 'store-full' || this.freeBytes() < mebibyte;
  }

  /** Takes it, also again after an emergency, once that leaves as much to everybody else. @returns whether it is held. */
  restore(): boolean {
    return this.held() || (this.freeBytes() >= 2 * this.#byteLength && this.#take());
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(dirname(this.#path));
    return bavail * bsize;
  }

  /** False while the space is given away, or never was to be had. */
  held(): boolean {
    return existsSync(this.#path) && statSync(this.#path).size === this.#byteLength;
  }

  /** Fills the reserve with real blocks; false when the disk has no room for it. */
  #take(): boolean {
    const descriptor = openSync(this.#path, 'w', 0o600);
    try {
      const zeros = new Uint8Array(mebibyte);
      for (let written = 0; written < this.#byteLength; written += mebibyte) writeSync(descriptor, zeros);
      fsyncSync(descriptor);
      // A nearly full disk can take less than it was given without an error.
      if (fstatSync(descriptor).size === this.#byteLength) return true;
      truncateSync(this.#path, 0);
      return false;
    } catch {
      // A full disk is what this file is there to report; half a reserve is given back at once.
      truncateSync(this.#path, 0);
      return false;
    } finally {
      closeSync(descriptor);
    }
  }
}
