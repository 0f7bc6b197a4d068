import { open, rename, rm, stat } from 'node:fs/promises';

const usualMode = 0o644;

/** Writes a file whole or not at all: a power cut leaves the old one or the new one. Written beside it, on disk, then renamed. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  const mode = (await stat(path).catch(() => undefined))?.mode ?? usualMode;
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    // Not ours when it was there before: somebody else is writing.
    if (!isThere(cause)) await rm(beside, { force: true });
    throw cause;
  }
}

function isThere(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
}
