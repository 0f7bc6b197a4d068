import { writeFileSync } from 'node:fs';
import { MenshenError } from '../core/index.js';

/** Writes a file that only its owner reads. @throws MenshenError `conflict` when there is one of that name. */
export function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new MenshenError('conflict', `${path} cannot be written, or is there already. Name another file.`, { cause });
  }
}
