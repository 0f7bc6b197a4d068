/** Update safety: only signed packs and configurations, and no older ones than were accepted before. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Config, parseConfig } from '../config/index.js';
import { type AuditPort, asMenshenError, type Clock, MenshenError } from '../core/index.js';
import { canonicalJson, checkedSignature, type SignedPurpose, sha256Of } from '../crypto/index.js';
import type { Store } from '../store/index.js';

export interface SignedFilesParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  /** What the admin accepts once although it is older. */
  readonly acceptDowngrade?: SignedPurpose | undefined;
}

/** What was accepted last, and by which rules the next one is judged; sealed in the store. */
interface Accepted {
  readonly version: number;
  readonly sha256: string;
  readonly signers: readonly string[];
  readonly required: boolean;
}

const register = 'signed-file';

/**
 * Refuses a configuration that the rules do not let in. The rules are those of the configuration accepted before: a file
 * cannot name its own judges.
 *
 * @throws MenshenError `signature-missing`, `signature-invalid`, `downgrade-refused`
 */
export function acceptConfiguration(parts: SignedFilesParts, configFile: string | undefined): void {
  const { config, store } = parts;
  const own = signersOf(config);
  const required = config.security.requireSigned.includes('configuration');
  const before = acceptedBefore(store, 'configuration');
  const signers = before?.required === true ? before.signers : own;
  if (before?.required !== true && !required) return;
  // In memory only: nothing on the disk could be changed or signed.
  if (configFile === undefined) return;
  recorded(parts, 'configuration', () => {
    const bytes = bytesOf(configFile);
    // The configuration in use was read before: an exchange in between would put a signed one in the place of another.
    if (canonicalJson(parseConfig(bytes.toString('utf8'), dirname(resolve(configFile)))) !== canonicalJson(config))
      throw new MenshenError('signature-invalid', 'The configuration was changed while it was read. Start again.');
    accept(parts, 'configuration', { path: configFile, bytes }, signers, { signers: own, required });
  });
}

/**
 * The manifest that a signer vouches for. The recognition process compares it with what it loaded, so that a file exchanged
 * in between is not the one that runs.
 *
 * @returns undefined where packs need no signature
 * @throws MenshenError as above
 */
export function signedPack(parts: SignedFilesParts, packFolder: string): string | undefined {
  if (!parts.config.security.requireSigned.includes('packs')) return undefined;
  const signers = signersOf(parts.config);
  const path = join(packFolder, 'manifest.json');
  return recorded(parts, 'packs', () =>
    accept(parts, 'packs', { path, bytes: bytesOf(path) }, signers, { signers, required: true }),
  );
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new MenshenError('signature-invalid', `${path} cannot be read.`, { cause });
  }
}

const signersOf = ({ security }: Config): string[] => security.trustedSigners.map(({ publicKey }) => publicKey);

function accept(
  parts: SignedFilesParts,
  purpose: SignedPurpose,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  signers: readonly string[],
  next: Pick<Accepted, 'signers' | 'required'>,
): string {
  const { store, audit, clock, acceptDowngrade } = parts;
  if (!existsSync(`${path}.sig`))
    throw new MenshenError('signature-missing', `${path}.sig is not there. Have it made with menshen sign-file.`);
  const sha256 = sha256Of(bytes);
  const { version, keyId } = checkedSignature(readFileSync(`${path}.sig`, 'utf8'), { purpose, sha256 }, signers);
  const before = acceptedBefore(store, purpose);
  const older =
    before !== undefined && (version < before.version || (version === before.version && sha256 !== before.sha256));
  if (older && acceptDowngrade !== purpose)
    throw new MenshenError(
      'downgrade-refused',
      `Version ${version} of the ${purpose} is not newer than version ${before.version}, which was accepted. If it is meant: menshen accept-downgrade ${purpose}.`,
    );
  if (before?.version === version && before.sha256 === sha256) return sha256;
  store.transaction(() => {
    const body = { version, keyId };
    const accepted = { version, sha256, ...next };
    if (before === undefined)
      store.registers.add(
        register,
        { id: purpose, atMs: Math.round(clock.wallMs()), state: 'accepted', body },
        accepted,
      );
    else store.registers.update(register, purpose, 'accepted', body, accepted);
    audit.append(older ? 'signed-file.downgrade-accepted' : 'signed-file.accepted', { purpose, ...body, sha256 });
  });
  return sha256;
}

function acceptedBefore(store: Store, purpose: SignedPurpose): Accepted | undefined {
  if (store.registers.get(register, purpose) === undefined) return undefined;
  const { version, sha256, signers, required } = store.registers.confidential(register, purpose) ?? {};
  // Written by `accept` alone; sealed, so that nobody changes it behind the daemon's back.
  return {
    version: Number(version),
    sha256: String(sha256),
    signers: Array.isArray(signers) ? signers.map(String) : [],
    required: required === true,
  };
}

/** A refusal is on record before it is told. */
function recorded<T>({ audit }: SignedFilesParts, purpose: SignedPurpose, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    audit.append('signed-file.refused', { purpose, code: asMenshenError(thrown).code });
    throw thrown;
  }
}
