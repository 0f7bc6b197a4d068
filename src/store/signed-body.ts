import type { Row } from './database.js';
import { bytesOf, textOf } from './rows.js';

/** A JSON body with the Ed25519 signature over its canonical form. */
export interface SignedBody {
  readonly body: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** @throws MenshenError `store-corrupt` when a column holds something else. */
export const signedOf = (row: Row): SignedBody => ({
  body: textOf(row, 'body'),
  keyId: textOf(row, 'key_id'),
  signature: bytesOf(row, 'signature'),
});
