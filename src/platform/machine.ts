import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, setPriority, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bytesPerGiB = 2 ** 30;

/** What a figure was measured on, in words: processor, cores, memory, Node. */
export function machineInWords(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memoryGiB = Math.round(totalmem() / bytesPerGiB);
  return `${model}, ${availableParallelism()} cores, ${memoryGiB} GiB, ${process.platform}-${process.arch}, Node ${process.version.slice(1)}`;
}

/** Cores that this process may use. */
export const availableCores = (): number => availableParallelism();

/** The most memory this process ever held, in MiB. */
export const peakResidentMiB = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** SHA-256 over the program's own files: results of other code are other results. */
export function codeFingerprint(): string {
  const digest = createHash('sha256');
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  for (const file of filesBelow(root)) digest.update(file).update(readFileSync(join(root, file)));
  return digest.digest('hex');
}

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .sort();
}

/** Steps down from the usual priority: enough to go first wherever both want the same core, without starving anybody. */
const backgroundNiceness = 5;

/** Lets a process of ours, and what it starts from now on, stand back when cores are short. Best effort. */
export function runInBackground(pid: number): void {
  try {
    setPriority(pid, backgroundNiceness);
  } catch {
    // It ended already, or the system does not allow it: then everybody shares alike.
  }
}
