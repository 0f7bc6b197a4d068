import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MenshenError } from '../core/index.js';
import { keyBytes } from '../crypto/index.js';

/** The TPM as its tools show it; the real one is in `platform`. */
export interface TpmTools {
  run(
    tool: string,
    toolArguments: readonly string[],
    folder: string,
    input?: Uint8Array,
  ): { readonly exitCode: number; readonly stdout: Uint8Array; readonly stderr: string };
  /** The same beside everything else, for tools that need no folder; one that hangs is ended within seconds. */
  runBeside(
    tool: string,
    toolArguments: readonly string[],
  ): Promise<{ readonly exitCode: number; readonly stdout: Uint8Array; readonly stderr: string }>;
  withScratch<T>(work: (folder: string) => T): T;
}

interface SealedFile {
  readonly format: 'menshen-tpm-1';
  /** What the TPM looks at before it gives the key; empty for nothing. */
  readonly pcrs: string;
  /** Base64 of the TPM's own wrapped object. */
  readonly pub: string;
  readonly priv: string;
}

/** Under the owner hierarchy's storage key, which a TPM makes again from its seed; a cleared TPM has another seed. */
const parent = ['-C', 'parent.ctx'] as const;
const always = 'fixedtpm|fixedparent|noda';

/** A root key that only this TPM gives, and only while the registers that were named are as they were. */
export class TpmSeal {
  readonly #tpm: TpmTools;

  constructor(tpm: TpmTools) {
    this.#tpm = tpm;
  }

  /** @param key 32 bytes; stays as it is. @param pcrs such as `sha256:7`; empty for none. @returns the file's bytes. */
  seal(key: Uint8Array, pcrs: string): Uint8Array {
    return this.#tpm.withScratch((folder) => {
      this.#makeParent(folder);
      if (pcrs !== '') this.#do(folder, 'tpm2_createpolicy', ['--policy-pcr', '-l', pcrs, '-L', 'policy', '-Q']);
      const attributes = pcrs === '' ? `${always}|userwithauth` : `${always}|adminwithpolicy`;
      const policy = pcrs === '' ? [] : ['-L', 'policy'];
      const made = [...parent, '-i', '-', ...policy, '-a', attributes, '-u', 'key.pub', '-r', 'key.priv', '-Q'];
      this.#do(folder, 'tpm2_create', made, key);
      const base64 = (name: string) => readFileSync(join(folder, name)).toString('base64');
      const file: SealedFile = { format: 'menshen-tpm-1', pcrs, pub: base64('key.pub'), priv: base64('key.priv') };
      return new Uint8Array(Buffer.from(JSON.stringify(file)));
    });
  }

  /** @returns 32 bytes; the caller wipes them. @throws MenshenError `tpm-unusable`, with what to do. */
  unseal(bytes: Uint8Array): Uint8Array {
    const { pcrs, pub, priv } = sealedFile(bytes);
    return this.#tpm.withScratch((folder) => {
      writeFileSync(join(folder, 'key.pub'), Buffer.from(pub, 'base64'));
      writeFileSync(join(folder, 'key.priv'), Buffer.from(priv, 'base64'));
      this.#makeParent(folder);
      this.#do(folder, 'tpm2_load', [...parent, '-u', 'key.pub', '-r', 'key.priv', '-c', 'key.ctx', '-Q']);
      this.#flush(folder);
      // The session encrypts what the TPM answers: on the wires between it and the processor the key is not to be read.
      const kind = pcrs === '' ? '--hmac-session' : '--policy-session';
      this.#do(folder, 'tpm2_startauthsession', [kind, '-S', 'session.ctx', '-c', 'parent.ctx']);
      try {
        this.#flush(folder);
        this.#do(folder, 'tpm2_sessionconfig', ['session.ctx', '--enable-encrypt']);
        if (pcrs !== '') this.#do(folder, 'tpm2_policypcr', ['-S', 'session.ctx', '-l', pcrs, '-Q']);
        const session = pcrs === '' ? ['-S', 'session.ctx'] : ['-p', 'session:session.ctx'];
        // No `-o`: standard output it is. `-o -` writes a file of that name.
        const key = this.#do(folder, 'tpm2_unseal', ['-c', 'key.ctx', ...session]);
        if (key.length !== keyBytes) throw unusable('it gave something that is no root key');
        return key;
      } finally {
        this.#tpm.run('tpm2_flushcontext', ['session.ctx'], folder);
        // A session that was used is in the TPM once more than its context knows.
        this.#tpm.run('tpm2_flushcontext', ['-l'], folder);
        this.#flush(folder);
      }
    });
  }

  /** Makes the counter unless it is there. A counter that is made anew never begins below where any stood before. */
  makeCounter(handle: string): void {
    this.#tpm.withScratch((folder) => {
      if (this.#tpm.run('tpm2_nvreadpublic', [handle], folder).exitCode === 0) return;
      const attributes = 'ownerread|ownerwrite|authread|authwrite|nt=counter';
      this.#do(folder, 'tpm2_nvdefine', [handle, '-C', 'o', '-s', '8', '-a', attributes, '-Q']);
      this.#do(folder, 'tpm2_nvincrement', [handle, '-C', 'o']);
    });
  }

  readCounter(handle: string): number {
    return this.#tpm.withScratch((folder) => countIn(this.#do(folder, 'tpm2_nvread', reading(handle))));
  }

  /** Beside everything else. @param about called with the number that it will have, before it has. */
  async raiseCounter(handle: string, about: (next: number) => void): Promise<void> {
    const read = await this.#tpm.runBeside('tpm2_nvread', reading(handle));
    about(countIn(checked(read)) + 1);
    checked(await this.#tpm.runBeside('tpm2_nvincrement', [handle, '-C', 'o']));
  }

  #makeParent(folder: string): void {
    this.#flush(folder);
    this.#do(folder, 'tpm2_createprimary', ['-C', 'o', '-c', 'parent.ctx', '-Q']);
    this.#flush(folder);
  }

  /** Without a resource manager loaded objects stay in the TPM's few places; contexts bring them back when needed. */
  #flush(folder: string): void {
    this.#tpm.run('tpm2_flushcontext', ['-t'], folder);
  }

  #do(folder: string, tool: string, toolArguments: readonly string[], input?: Uint8Array): Uint8Array {
    return checked(this.#tpm.run(tool, toolArguments, folder, input));
  }
}

/** What a tool gave. @throws MenshenError `tpm-unusable`. */
function checked({ exitCode, stdout, stderr }: ReturnType<TpmTools['run']>): Uint8Array {
  if (exitCode === 0) return stdout;
  stdout.fill(0);
  throw unusable(reasonOf(exitCode, stderr), stderr);
}

const reading = (handle: string): readonly string[] => [handle, '-C', 'o', '-s', '8'];
const countIn = (bytes: Uint8Array): number => Number(Buffer.from(bytes).readBigUInt64BE(0));

/** What the tools’ messages mean to whoever stands before the device. */
function reasonOf(exitCode: number, stderr: string): string {
  if (exitCode === 127) return 'tpm2-tools are not installed (apt install tpm2-tools)';
  if (/policy check failed|0x99D/i.test(stderr))
    return 'the machine did not start as it did when the key was sealed (a PCR changed: firmware, secure boot or boot loader). Start it as it was; or, if the change is wanted, start with the other root key that was kept and seal again (menshen keys rotate root --to tpm:PATH)';
  if (/integrity check failed|0x1DF/i.test(stderr))
    return 'this is not the TPM that sealed the key, or it was cleared since. Put the board back; where it is lost, make a new store and enrol people again';
  if (/handle is not correct|0x18B/i.test(stderr))
    return 'the counter is not in this TPM: it was cleared or replaced. Look at who had the device';
  return 'the TPM does not answer. Is it enabled in the firmware, and may this user open /dev/tpmrm0?';
}

function sealedFile(bytes: Uint8Array): SealedFile {
  try {
    const file = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<SealedFile>;
    if (file.format === 'menshen-tpm-1' && typeof file.pub === 'string' && typeof file.priv === 'string')
      return { format: file.format, pcrs: String(file.pcrs ?? ''), pub: file.pub, priv: file.priv };
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  throw unusable('the file of the sealed key is damaged. Put a copy of it back');
}

const unusable = (why: string, cause?: string): MenshenError => new MenshenError('tpm-unusable', `${why}.`, { cause });
