import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { MenshenError } from '../core/index.js';

/** One file of the zip, as its directory at the end names it. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly deflated: boolean;
  readonly at: number;
}

const localHeaderBytes = 30;
const directoryEntryBytes = 46;
const endBytes = 22;
/** What follows a file that was written as it came: signature, check sum and two lengths. */
const descriptorBytes = 16;
const signatures = { local: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 } as const;
const pieceBytes = 64 * 1024;
const largestDirectoryBytes = 64 * 1024 * 1024;

/**
 * Reads a bundle’s zip strictly: its directory names every byte from the first to the last, in order, without gaps,
 * overlaps, comments or two files of one name, so that no other program can see other files in it than this one.
 */
export class ZipReader {
  readonly #file: FileHandle;
  readonly entries: readonly ZipEntry[];

  private constructor(file: FileHandle, entries: readonly ZipEntry[]) {
    this.#file = file;
    this.entries = entries;
  }

  /** @throws MenshenError `bundle-invalid`. */
  static async open(path: string): Promise<ZipReader> {
    const file = await open(path, 'r').catch((cause: unknown) => {
      throw new MenshenError('bundle-invalid', `${path} cannot be read.`, { cause });
    });
    try {
      const { entries, directoryAt } = await directoryOf(file);
      await checkTiling(file, entries, directoryAt);
      return new ZipReader(file, entries);
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  /** The file’s content piece by piece, never more than its directory says. @throws MenshenError `bundle-invalid`. */
  async *read({ at, compressedBytes, deflated, bytes, name }: ZipEntry): AsyncGenerator<Uint8Array> {
    const from = at + localHeaderBytes + Buffer.byteLength(name);
    const raw = this.#raw(from, from + compressedBytes);
    let seen = 0;
    try {
      for await (const piece of deflated ? inflated(raw) : raw) {
        seen += piece.length;
        if (seen > bytes) throw broken(`${name} is longer than the zip says`);
        yield piece;
      }
    } catch (thrown) {
      throw thrown instanceof MenshenError ? thrown : broken(`${name} cannot be unpacked`, thrown);
    }
    if (seen !== bytes) throw broken(`${name} is shorter than the zip says`);
  }

  async *#raw(from: number, to: number): AsyncGenerator<Buffer> {
    for (let at = from; at < to; at += pieceBytes) yield await bytesAt(this.#file, at, Math.min(pieceBytes, to - at));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function inflated(raw: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const inflate = createInflateRaw();
  // What goes wrong reaches whoever reads the inflated side.
  pipeline(Readable.from(raw), inflate, () => undefined);
  return inflate;
}

async function directoryOf(file: FileHandle): Promise<{ entries: ZipEntry[]; directoryAt: number }> {
  const { size } = await file.stat();
  const end = await bytesAt(file, size - endBytes, endBytes);
  if (end.readUInt32LE(0) !== signatures.end || end.readUInt16LE(20) !== 0)
    throw broken('it does not end as a bundle does: it was cut off or something was added');
  const count = end.readUInt16LE(10);
  const [length, directoryAt] = [end.readUInt32LE(12), end.readUInt32LE(16)];
  if (directoryAt + length + endBytes !== size || length > largestDirectoryBytes)
    throw broken('its directory is not where it says');
  const directory = await bytesAt(file, directoryAt, length);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at < length) {
    const { entry, next } = directoryEntry(directory, at);
    entries.push(entry);
    at = next;
  }
  if (entries.length !== count || new Set(entries.map(({ name }) => name)).size !== count)
    throw broken('it names a file twice');
  return { entries, directoryAt };
}

function directoryEntry(directory: Buffer, at: number): { entry: ZipEntry; next: number } {
  if (at + directoryEntryBytes > directory.length || directory.readUInt32LE(at) !== signatures.directory)
    throw broken('its directory cannot be read');
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
  const method = directory.readUInt16LE(at + 10);
  if (extraBytes !== 0 || commentBytes !== 0 || nameBytes === undefined || ![0, 8].includes(method))
    throw broken('it has parts that no bundle has');
  const next = at + directoryEntryBytes + nameBytes;
  const name = directory.toString('utf8', at + directoryEntryBytes, next);
  if (!/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name) || name.includes('..')) throw broken('it has a file of an odd name');
  const entry = {
    name,
    deflated: method === 8,
    compressedBytes: directory.readUInt32LE(at + 20),
    bytes: directory.readUInt32LE(at + 24),
    at: directory.readUInt32LE(at + 42),
  };
  return { entry, next };
}

async function checkTiling(file: FileHandle, entries: readonly ZipEntry[], directoryAt: number): Promise<void> {
  let expected = 0;
  for (const { name, at, compressedBytes } of entries) {
    const nameBytes = Buffer.byteLength(name);
    const header = await bytesAt(file, at, localHeaderBytes + nameBytes);
    const same = header.readUInt32LE(0) === signatures.local && header.readUInt16LE(26) === nameBytes;
    if (!same || header.readUInt16LE(28) !== 0 || header.toString('utf8', localHeaderBytes) !== name)
      throw broken(`${name} is not the file that the directory names`);
    if (at !== expected) throw broken(`something lies before ${name} that no directory names`);
    const written = (header.readUInt16LE(6) & 8) === 8 ? descriptorBytes : 0;
    expected = at + localHeaderBytes + nameBytes + compressedBytes + written;
  }
  if (expected !== directoryAt) throw broken('something lies before the directory that it does not name');
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, length));
  if (at < 0) throw broken('it is too short');
  const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
  if (bytesRead !== bytes.length) throw broken('it is cut off');
  return bytes;
}

const broken = (what: string, cause?: unknown): MenshenError =>
  new MenshenError(
    'bundle-invalid',
    `This is not a whole bundle: ${what}. Ask the device for a new one.`,
    ...(cause === undefined ? [] : [{ cause }]),
  );
