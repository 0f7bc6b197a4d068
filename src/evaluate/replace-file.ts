import { open, rename, rm, stat } from 'node:fs/promises';

const usualMode = 0o644;

/** Writes a file whole or not at all: a power cut leaves the old one or the new one. Written beside it, on disk, then renamed. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  const mode = await modeOf(path);
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
    if (!hasCode(cause, 'EEXIST')) await rm(beside, { force: true });
    throw cause;
  }
}

async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode;
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return usualMode;
    throw cause;
  }
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
