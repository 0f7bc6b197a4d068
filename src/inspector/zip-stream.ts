import { createHash } from 'node:crypto';
import { Zip, ZipDeflate } from 'fflate';
import { MenshenError } from '../core/index.js';

export interface BundlePart {
  /** A path of plain names. */
  readonly name: string;
  /** As it comes; nothing of it is kept. */
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The earliest time a zip can state: what is in it decides its bytes, not when or where it was made. */
const fixedTime = new Date(1980, 0, 1);
/** Beyond this a zip of this form can no longer be read. */
const largestBytes = 0xffff_ffff - 64 * 1024 * 1024;

/**
 * Writes a zip part by part: no more than a piece of one part is ever held.
 *
 * @param written is told of each part when it is complete, so that a later part can list the ones before.
 * @throws MenshenError `bundle-invalid` when it would grow beyond 4 GiB.
 */
export async function* zipStream(
  parts: AsyncIterable<BundlePart>,
  written: (file: WrittenFile) => void,
): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  let total = 0;
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    out.push(chunk);
  });
  const taken = function* () {
    for (const chunk of out.splice(0)) {
      total += chunk.length;
      if (total > largestBytes)
        throw new MenshenError('bundle-invalid', 'The bundle passes 4 GiB. Make it with a later --audit-from.');
      if (chunk.length > 0) yield chunk;
    }
  };
  for await (const { name, content } of parts) {
    const file = new ZipDeflate(name, { level: 6 });
    file.mtime = fixedTime;
    zip.add(file);
    const digest = createHash('sha256');
    let bytes = 0;
    for await (const piece of content) {
      digest.update(piece);
      bytes += piece.length;
      // The deflater keeps what it is given for a while: it gets its own.
      file.push(Uint8Array.from(piece));
      yield* taken();
    }
    file.push(new Uint8Array(0), true);
    yield* taken();
    written({ name, bytes, sha256: digest.digest('hex') });
  }
  zip.end();
  yield* taken();
}
