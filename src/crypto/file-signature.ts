import { createHash } from 'node:crypto';
import { MenshenError } from '../core/index.js';
import { canonicalJson } from './canonical.js';
import { keyIdOf, type SigningKey, verifySignature } from './sign.js';

export type SignedPurpose = 'configuration' | 'packs';

/** What stands in `<file>.sig`. */
export interface FileSignature {
  readonly format: 'menshen-signature-1';
  readonly purpose: SignedPurpose;
  /** Counts up; an older one is a downgrade. */
  readonly version: number;
  /** Of the file, hexadecimal. */
  readonly sha256: string;
  readonly keyId: string;
  /** Ed25519 over every other field in canonical form, base64. */
  readonly signature: string;
}

export function signFile(file: Uint8Array, purpose: SignedPurpose, version: number, key: SigningKey): FileSignature {
  const signed = { format: 'menshen-signature-1' as const, purpose, version, sha256: sha256Of(file), keyId: key.keyId };
  return { ...signed, signature: Buffer.from(key.sign(canonicalJson(signed))).toString('base64') };
}

/**
 * The signature of a file, checked: somebody trusted made it, for this purpose, over these bytes.
 *
 * @param publicKeys Ed25519, base64
 * @throws MenshenError `signature-invalid` with what is wrong
 */
export function checkedSignature(
  text: string,
  wanted: { readonly purpose: SignedPurpose; readonly sha256: string },
  publicKeys: readonly string[],
): FileSignature {
  const found = parsed(text);
  if (found.purpose !== wanted.purpose) throw invalid(`it was made for ${found.purpose}, not for ${wanted.purpose}`);
  if (found.sha256 !== wanted.sha256) throw invalid('it was made for another file, or the file was changed since');
  const key = publicKeys
    .map((text64) => new Uint8Array(Buffer.from(text64, 'base64')))
    .find((bytes) => keyIdOf(bytes) === found.keyId);
  if (key === undefined) throw invalid(`its signer ${found.keyId} is not among security.trustedSigners`);
  const { signature, ...signed } = found;
  if (!verifySignature(key, canonicalJson(signed), new Uint8Array(Buffer.from(signature, 'base64'))))
    throw invalid('it does not hold');
  return found;
}

export const sha256Of = (file: Uint8Array): string => createHash('sha256').update(file).digest('hex');

const fields = ['format', 'keyId', 'purpose', 'sha256', 'signature', 'version'];

function parsed(text: string): FileSignature {
  const value = orUndefined(text);
  const { format, purpose, version, sha256, keyId, signature } = Object(value);
  const strings = [sha256, keyId, signature].every((field) => typeof field === 'string');
  const known = Object.keys(Object(value)).sort().join() === fields.join();
  if (!known || format !== 'menshen-signature-1' || !strings || !Number.isSafeInteger(version) || version < 1)
    throw invalid('it is no signature of this product');
  if (purpose !== 'configuration' && purpose !== 'packs') throw invalid('its purpose is unknown');
  return { format, purpose, version, sha256, keyId, signature };
}

function orUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no signature, said by the caller.
    return undefined;
  }
}

const invalid = (what: string): MenshenError =>
  new MenshenError(
    'signature-invalid',
    `The signature is refused: ${what}. Sign the file anew with menshen sign-file.`,
  );
