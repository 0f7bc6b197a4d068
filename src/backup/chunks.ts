import type { Randomness } from '../core/index.js';
import { canonicalJson, hash, seal, unseal } from '../crypto/index.js';
import { type BackupHeader, invalid, keyOf, type Opener, parsedHeader } from './header.js';

const magic = Buffer.from('MENSHENB');
const mostHeaderBytes = 16 * 1024;
const chunkBytes = 64 * 1024;
/** Nonce and tag. */
const sealedChunkBytes = chunkBytes + 40;
/** An assessment or a complaint is far below it; what is above it is nothing that this product wrote. */
export const mostLineBytes = 8 * 1024 * 1024;

/**
 * The file: magic, length of the header (32 bits, big-endian), header, then chunks of 64 KiB under XChaCha20-Poly1305.
 * Each is bound to the header, to its number and to whether it is the last, so that a file that was cut, put together
 * anew or lengthened does not open.
 */
export async function* encrypted(
  header: BackupHeader,
  key: Uint8Array,
  lines: AsyncIterable<string> | Iterable<string>,
  randomness: Randomness,
): AsyncGenerator<Uint8Array> {
  const text = Buffer.from(canonicalJson(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  yield Buffer.concat([magic, length, text]);
  const bound = bindingTo(header);
  let number = 0;
  let held = Buffer.alloc(0);
  for await (const line of lines) {
    held = Buffer.concat([held, Buffer.from(line), newline]);
    let from = 0;
    // One byte more than a chunk: only then it is sure that this is not the last.
    for (; held.length - from > chunkBytes; from += chunkBytes) {
      yield seal(key, held.subarray(from, from + chunkBytes), bound(number, false), randomness);
      number += 1;
    }
    held = held.subarray(from);
  }
  yield seal(key, held, bound(number, true), randomness);
}

/** A backup as it is read: the header at once, the lines only as they are asked for. */
export interface OpenedBackup {
  readonly header: BackupHeader;
  /** Without their newlines, each as it was written. @throws MenshenError `backup-invalid`. */
  readonly lines: AsyncGenerator<Buffer>;
}

/**
 * No more than a chunk and a line are ever held, whatever the file says of itself.
 *
 * @throws MenshenError `backup-invalid`.
 */
export async function opened(file: AsyncIterable<Uint8Array>, opener: () => Opener): Promise<OpenedBackup> {
  const bytes = new Bytes(file);
  const start = await bytes.upTo(magic.length + 4);
  if (start.length < magic.length + 4 || !start.subarray(0, magic.length).equals(magic))
    throw invalid('It is no backup of this product.');
  const length = start.readUInt32BE(magic.length);
  if (length > mostHeaderBytes) throw invalid('Its header is longer than any header is.');
  const header = parsedHeader((await bytes.upTo(length)).toString('utf8'));
  const key = await keyOf(header, opener());
  return { header, lines: linesOf(decrypted(bytes, header, key)) };
}

async function* decrypted(bytes: Bytes, header: BackupHeader, key: Uint8Array): AsyncGenerator<Buffer> {
  const bound = bindingTo(header);
  try {
    for (let number = 0; ; number += 1) {
      const sealed = await bytes.upTo(sealedChunkBytes);
      const last = !(await bytes.hasMore());
      yield chunkOf(key, sealed, bound(number, last), number);
      if (last) return;
    }
  } finally {
    key.fill(0);
  }
}

function chunkOf(key: Uint8Array, sealed: Uint8Array, boundTo: string, number: number): Buffer {
  try {
    return Buffer.from(unseal(key, sealed, boundTo));
  } catch (cause) {
    throw invalid(
      `It was cut, changed or put together anew: part ${number + 1} does not open. Use another copy.`,
      cause,
    );
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end)]);
      parts = [];
      length = 0;
      from = end + 1;
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > mostLineBytes) throw invalid('It holds a record that is longer than any record is.');
  }
  if (length > 0) throw invalid('Its last record is cut.');
}

/** A stream asked for so many bytes at a time. */
class Bytes {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held = Buffer.alloc(0);
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  /** Fewer at the end alone. */
  async upTo(count: number): Promise<Buffer> {
    while (this.#held.length < count && !this.#ended) await this.#more();
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  async hasMore(): Promise<boolean> {
    while (this.#held.length === 0 && !this.#ended) await this.#more();
    return this.#held.length > 0;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#pieces.next();
    if (done === true) this.#ended = true;
    else this.#held = this.#held.length === 0 ? Buffer.from(value) : Buffer.concat([this.#held, value]);
  }
}

function bindingTo(header: BackupHeader): (number: number, last: boolean) => string {
  const of = Buffer.from(hash(canonicalJson(header))).toString('hex');
  return (number, last) => `menshen:backup:1:${of}:${number}:${last ? 'last' : 'more'}`;
}

const newline = Buffer.from('\n');
