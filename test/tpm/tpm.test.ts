import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SystemTpm, systemRandomness } from '#menshen/platform/index.js';
import { createTpmKey, readRootKey, TpmSeal } from '#menshen/store/index.js';
import { missingForTpm, type SoftwareTpm, startSoftwareTpm } from '../support/software-tpm.js';
import { tempFolder } from '../support/temp-store.js';

let machine: SoftwareTpm | undefined;

async function startTpm(state: string): Promise<SystemTpm> {
  machine = await startSoftwareTpm(state);
  return machine.tpm;
}

const stopTpm = async (): Promise<void> => machine?.stop();

const says = (text: string) => expect.objectContaining({ code: 'tpm-unusable', detail: expect.stringContaining(text) });

describe.skipIf(missingForTpm.length > 0)('a root key that is sealed to a TPM', () => {
  let tpm: SystemTpm;
  beforeAll(async () => {
    tpm = await startTpm(tempFolder());
  });
  afterAll(stopTpm);

  const sealed = (pcrs: string): string => {
    const path = join(tempFolder(), 'keys', 'root.tpm');
    createTpmKey(path, pcrs, tpm, systemRandomness);
    return path;
  };

  it.each(['', 'sha256:7'])('is given by it at each start (registers: %j)', (pcrs) => {
    const path = sealed(pcrs);
    const keys = [1, 2, 3].map(() => Buffer.from(readRootKey({ kind: 'tpm', path, tpm })).toString('hex'));
    expect([new Set(keys).size, keys[0]?.length]).toEqual([1, 64]);
  });

  it('lies in no file in the clear, and leaves nothing behind', () => {
    const path = sealed('sha256:7');
    const key = Buffer.from(readRootKey({ kind: 'tpm', path, tpm }));
    const file = readFileSync(path);
    const inFile = [key, key.toString('base64'), key.toString('hex')].some((form) => file.includes(form));
    const left = ['/dev/shm/menshen-tpm-0', '/tmp'].flatMap((folder) =>
      existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('menshen-tpm-')) : [],
    );
    expect([inFile, left]).toEqual([false, []]);
  });

  it('stands on no command line: it goes through pipes alone', () => {
    const seen: string[] = [];
    const watched = {
      run: (tool: string, args: readonly string[], folder: string, input?: Uint8Array) => {
        seen.push(args.join(' '));
        return tpm.run(tool, args, folder, input);
      },
      runBeside: (tool: string, args: readonly string[]) => tpm.runBeside(tool, args),
      withScratch: <T>(work: (folder: string) => T) => tpm.withScratch(work),
    };
    const key = systemRandomness.bytes(32);
    new TpmSeal(watched).unseal(new TpmSeal(watched).seal(key, ''));
    const shown = seen.join('\n');
    const forms = [Buffer.from(key).toString('hex'), Buffer.from(key).toString('base64')];
    expect([seen.length > 5, forms.some((form) => shown.includes(form))]).toEqual([true, false]);
  });

  it('is not given once a register is another, and says what to do', () => {
    const path = sealed('sha256:9');
    const extended = tpm.run('tpm2_pcrextend', [`9:sha256=${'01'.repeat(32)}`], '/tmp');
    expect(extended.exitCode).toBe(0);
    expect(() => readRootKey({ kind: 'tpm', path, tpm })).toThrow(says('a PCR changed'));
  });

  it('is refused where its file is damaged', () => {
    expect(() => new TpmSeal(tpm).unseal(Buffer.from('{"format":"menshen-tpm-1"}'))).toThrow(says('damaged'));
  });

  it('has a counter that goes up and never down, also when it is made anew', async () => {
    const seal = new TpmSeal(tpm);
    const handle = '0x01500020';
    seal.makeCounter(handle);
    const first = seal.readCounter(handle);
    const told: number[] = [];
    await seal.raiseCounter(handle, (next) => told.push(next));
    expect([told, seal.readCounter(handle)]).toEqual([[first + 1], first + 1]);
    expect(tpm.run('tpm2_nvundefine', [handle, '-C', 'o'], '/tmp').exitCode).toBe(0);
    seal.makeCounter(handle);
    expect(seal.readCounter(handle)).toBeGreaterThan(first + 1);
  });

  it('keeps nobody waiting while its counter is raised, and says what is wrong where it is not there', async () => {
    const seal = new TpmSeal(tpm);
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    await expect(seal.raiseCounter('0x01500099', () => undefined)).rejects.toEqual(
      says('the counter is not in this TPM'),
    );
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
  });

  it('is not given once the TPM was cleared', () => {
    const path = sealed('');
    expect(tpm.run('tpm2_clear', ['-c', 'p'], '/tmp').exitCode).toBe(0);
    expect(() => readRootKey({ kind: 'tpm', path, tpm })).toThrow(says('cleared'));
  });

  it('is not given by another TPM, nor where there is none', async () => {
    const path = sealed('');
    const copy = join(tempFolder(), 'root.tpm');
    cpSync(path, copy);
    await stopTpm();
    expect(() => readRootKey({ kind: 'tpm', path, tpm })).toThrow(says('does not answer'));
    const other = await startTpm(tempFolder());
    expect(() => readRootKey({ kind: 'tpm', path: copy, tpm: other })).toThrow(says('not the TPM that sealed'));
    rmSync(copy);
  });
});
