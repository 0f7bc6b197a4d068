import { MenshenError } from '../core/index.js';

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le';

/**
 * The text of a file as spreadsheet programs save it: UTF-8 with or without a byte order mark, UTF-16 with one ("Unicode
 * text"), and else GB18030, which a Chinese Excel writes for "CSV".
 *
 * @throws MenshenError `body-invalid` for bytes that are none of these
 */
export function decoded(bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } {
  const order: readonly Encoding[] = bytes[0] === 0xff && bytes[1] === 0xfe ? ['utf-16le'] : ['utf-8', 'gb18030'];
  for (const encoding of order) {
    const text = textIn(bytes, encoding);
    if (text !== undefined && !text.includes('\0')) return { text, encoding };
  }
  throw new MenshenError('body-invalid', 'This is no text in UTF-8 or GB18030. Save the table as CSV.');
}

function textIn(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // Other bytes than this encoding has: the next one is tried.
    return undefined;
  }
}
