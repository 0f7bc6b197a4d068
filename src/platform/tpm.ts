import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryBackedFolder } from './memory-folder.js';

export interface TpmToolResult {
  /** The program's own; 127 when it is not there. */
  readonly exitCode: number;
  /** The caller wipes it when it is secret. */
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

const timeoutMs = 60_000;
/** A counter is read and raised in tens of milliseconds; a service that stops waits for both. */
const besideTimeoutMs = 5_000;

/**
 * Debian's tpm2-tools as child processes. What is secret goes through pipes alone, never through arguments or files; the
 * scratch folder holds contexts, which only the TPM can read.
 */
export class SystemTpm {
  readonly #tcti: string | undefined;

  /** @param tcti how to reach the TPM; what the tools choose when left out. */
  constructor(tcti?: string) {
    this.#tcti = tcti;
  }

  run(tool: string, toolArguments: readonly string[], folder: string, input?: Uint8Array): TpmToolResult {
    const done = spawnSync(tool, [...toolArguments], {
      cwd: folder,
      env: this.#environment(),
      input: input ?? new Uint8Array(0),
      timeout: timeoutMs,
    });
    const exitCode = done.error === undefined ? (done.status ?? 1) : 127;
    const stdout = new Uint8Array(done.stdout ?? []);
    done.stdout?.fill(0);
    return { exitCode, stdout, stderr: `${done.stderr ?? ''}${done.error?.message ?? ''}` };
  }

  /** The same beside everything else, for tools that need no folder and hear no secret; one that hangs is killed. */
  runBeside(tool: string, toolArguments: readonly string[]): Promise<TpmToolResult> {
    const how = { cwd: '/', env: this.#environment(), timeout: besideTimeoutMs, killSignal: 'SIGKILL' } as const;
    return new Promise((resolve) => {
      const child = execFile(tool, toolArguments, { ...how, encoding: 'buffer' }, (fault, stdout, stderr) => {
        resolve({ exitCode: exitCodeOf(fault), stdout: new Uint8Array(stdout), stderr: stderr.toString('utf8') });
      });
      child.stdin?.end();
    });
  }

  /** A folder of this user alone for the time of `work`, in memory where there is such. */
  withScratch<T>(work: (folder: string) => T): T {
    const folder = mkdtempSync(join(memoryBackedFolder('menshen-tpm') ?? tmpdir(), 'menshen-tpm-'));
    try {
      return work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #environment(): Readonly<Record<string, string>> {
    const { PATH = '/usr/bin:/bin', TPM2TOOLS_TCTI } = process.env;
    const tcti = this.#tcti ?? TPM2TOOLS_TCTI;
    return { PATH, LC_ALL: 'C', ...(tcti === undefined ? {} : { TPM2TOOLS_TCTI: tcti }) };
  }
}

/** A program that was killed, or could not be run, says nothing of its own. */
function exitCodeOf(fault: { readonly code?: unknown } | null): number {
  if (fault === null) return 0;
  if (fault.code === 'ENOENT') return 127;
  return typeof fault.code === 'number' ? fault.code : 1;
}
