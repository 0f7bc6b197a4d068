import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath, SystemTpm } from '#menshen/platform/index.js';

/** What is not installed of what the tests with a TPM need; they say so and are left out. */
export const missingForTpm = ['swtpm', 'tpm2_unseal'].filter((program) => findOnPath(program) === undefined);
if (missingForTpm.length > 0) console.warn(`TPM tests are left out: ${missingForTpm.join(', ')} not installed`);

/** A TPM in software whose state lies in a folder: another folder is another TPM. */
export interface SoftwareTpm {
  readonly tpm: SystemTpm;
  /** How tpm2-tools reach it. */
  readonly tcti: string;
  stop(): Promise<void>;
}

export async function startSoftwareTpm(state: string): Promise<SoftwareTpm> {
  mkdirSync(state, { recursive: true });
  // Paths of sockets may be no longer than 107 characters.
  const socket = join(state, 's');
  const machine = spawn(
    'swtpm',
    [
      ...['socket', '--tpm2', '--tpmstate', `dir=${state}`, '--server', `type=unixio,path=${socket}`],
      ...['--ctrl', `type=unixio,path=${socket}.ctrl`, '--flags', 'not-need-init,startup-clear'],
    ],
    { stdio: 'ignore' },
  );
  for (let n = 0; n < 100 && !(existsSync(socket) && existsSync(`${socket}.ctrl`)); n += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const tcti = `swtpm:path=${socket}`;
  return { tpm: new SystemTpm(tcti), tcti, stop: () => ended(machine) };
}

async function ended(machine: ChildProcess): Promise<void> {
  if (machine.exitCode !== null) return;
  await new Promise((resolve) => {
    machine.once('exit', resolve);
    machine.kill();
  });
}
