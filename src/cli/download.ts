import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MenshenError } from '../core/index.js';

/**
 * Writes an answer to a new file that its owner alone can read; half a file is taken away again.
 *
 * @throws MenshenError `conflict` when there is something already, `service-unreachable` when the answer broke off.
 */
export async function saveAs(path: string, answer: Readable): Promise<void> {
  try {
    await writeNew(path, answer);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EEXIST')
      throw new MenshenError('conflict', `${path} is there already. Name another file.`, { cause });
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EROFS')
      throw new MenshenError(
        'conflict',
        `${path} cannot be made there (${code}). Name a folder that is there and yours.`,
        {
          cause,
        },
      );
    rmSync(path, { force: true });
    throw new MenshenError('service-unreachable', `${path} could not be written whole, and was removed.`, { cause });
  }
}

/**
 * Made before anything is read: a stream that opens its file beside the reading makes it after the answer broke off, and
 * after it was taken away.
 */
async function writeNew(path: string, answer: Readable): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    answer.destroy();
    throw cause;
  });
  await pipeline(answer, file.createWriteStream({ flush: true }));
}

export async function collected(answer: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/**
 * As `saveAs`, under a name beside it until the file is whole and on the disk: what has the name is complete.
 *
 * @throws MenshenError `conflict` when there is something already, `store-full` when it could not be written whole.
 */
export async function saveWhole(path: string, ask: () => Promise<Readable>): Promise<void> {
  if (existsSync(path)) throw new MenshenError('conflict', `${path} is there already. Name another file.`);
  const partial = `${path}.${randomUUID()}.part`;
  try {
    const answer = await ask();
    await writeNew(partial, answer);
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    if (cause instanceof MenshenError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (['ENOSPC', 'EDQUOT', 'EFBIG', 'ENOENT', 'EACCES', 'EROFS', 'EIO'].includes(code))
      throw new MenshenError('store-full', `${path} cannot be written (${code}); nothing is left of it.`, { cause });
    throw new MenshenError(
      'service-unreachable',
      `${path} could not be written whole; nothing is left of it. Try again.`,
      {
        cause,
      },
    );
  }
}
