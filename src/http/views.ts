import type { ReceiptRow } from '../store/index.js';

/** ISO 8601 in UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** A signed record: `body` is what the signature covers, byte for byte. */
export function receiptView({ id, kind, atMs, body, keyId, signature }: ReceiptRow) {
  return {
    receiptId: id,
    kind,
    at: iso(atMs),
    body: JSON.parse(body) as unknown,
    signedText: body,
    keyId,
    signature: Buffer.from(signature).toString('base64'),
  };
}
