import { MenshenError } from '../core/index.js';
import { canonicalJson, keyIdOf, verifySignature } from '../crypto/index.js';
import type { ReceiptRow } from '../store/index.js';

const format = 'menshen-receipt-1';

/** A signed record as it travels: all that an off-line check needs. */
export interface CheckedReceipt {
  readonly kind: string;
  /** The device's key that signed it; a printed sign and `GET /v1/device` name the same. */
  readonly keyId: string;
  readonly checkedWith: 'the key that was given' | 'the key in the file';
  /** What was signed. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Canonical JSON; `signedText` is what the signature covers, byte for byte. */
export function signedFile({ kind, body, keyId, signature }: ReceiptRow, publicKey: Uint8Array): string {
  return canonicalJson({
    format,
    kind,
    signedText: body,
    keyId,
    publicKey: Buffer.from(publicKey).toString('base64'),
    signature: Buffer.from(signature).toString('base64'),
  });
}

/**
 * Checks a receipt without a store, a configuration or a network: the file that the screen or `menshen receipt show`
 * gave, or the answer of `GET /v1/receipts/{id}`.
 *
 * @param key base64 of the device's public key (32 bytes); left out: the one in the file, whose id is then to be compared
 * with the device's.
 * @throws MenshenError `receipt-invalid`.
 */
export function checkReceipt(text: string, key?: string): CheckedReceipt {
  const file = objectIn(text, 'The file is no receipt of this product');
  const signedText = textIn(file, 'signedText');
  const keyId = textIn(file, 'keyId');
  const publicKey = publicKeyOf(key ?? file.publicKey);
  if (keyIdOf(publicKey) !== keyId) {
    throw invalid(
      key === undefined
        ? 'It carries another key than it says'
        : `It was signed by another key, ${keyId}: one that the device had before (GET /v1/device lists them under keys), or another device’s`,
    );
  }
  const signature = Buffer.from(textIn(file, 'signature'), 'base64');
  if (!verifySignature(publicKey, signedText, new Uint8Array(signature)))
    throw invalid('The signature does not fit: it was changed, or signed by another key');
  const record = objectIn(signedText, 'What was signed is no receipt');
  if (file.body !== undefined && !isForm(file.body, signedText))
    throw invalid('It shows something else than what was signed');
  return {
    kind: textIn(file, 'kind'),
    keyId,
    checkedWith: key === undefined ? 'the key in the file' : 'the key that was given',
    record,
  };
}

/** Whether a text is a value's canonical form; what has none (nested without end, numbers beyond numbers) is nobody's. */
function isForm(value: unknown, text: string): boolean {
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

function publicKeyOf(key: unknown): Uint8Array {
  if (typeof key !== 'string') throw invalid('It carries no key: give the device’s public key with --key');
  const bytes = new Uint8Array(Buffer.from(key, 'base64'));
  if (bytes.length !== 32) throw invalid('A public key is 32 bytes in base64, as GET /v1/device shows it');
  return bytes;
}

function objectIn(text: string, otherwise: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  throw invalid(otherwise);
}

function textIn(object: Readonly<Record<string, unknown>>, name: string): string {
  const value = object[name];
  if (typeof value !== 'string') throw invalid(`It has no ${name}`);
  return value;
}

const invalid = (why: string): MenshenError =>
  new MenshenError('receipt-invalid', `${why}. Do not rely on it; ask the processor for the receipt again.`);
