import { MenshenError, type Randomness } from '../core/index.js';

/** Digits and capitals without 0, 1, I, L, O, U. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const referenceLength = 8;

/** Bytes that would favour some characters are drawn again. */
export function referenceFrom(randomness: Randomness): string {
  const fair = 256 - (256 % alphabet.length);
  let reference = '';
  while (reference.length < referenceLength) {
    for (const byte of randomness.bytes(referenceLength)) {
      if (byte < fair && reference.length < referenceLength) reference += alphabet[byte % alphabet.length];
    }
  }
  return reference;
}

/** Well-formed text without control characters (a terminal would obey them), line breaks kept. */
export function readable(given: string, what: string, maxBytes: number): string {
  const text = Buffer.from(given.normalize('NFC'), 'utf8')
    .toString('utf8')
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
  const bytes = Buffer.byteLength(text);
  if (text === '') throw new MenshenError('body-invalid', `${what}: it says nothing. Write a word or two.`);
  if (bytes > maxBytes)
    throw new MenshenError(
      'body-invalid',
      `${what}: it has ${bytes} bytes, at most ${maxBytes} are taken. Shorten it.`,
    );
  return text;
}
