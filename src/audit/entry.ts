import { canonicalJson, hash } from '../crypto/index.js';
import type { AuditRow } from '../store/index.js';

/** What the first entry follows from. */
export const genesisHash = new Uint8Array(32);

/** BLAKE2b-256 over the canonical JSON of everything in an entry but hash and signature. */
export function hashOf(row: Omit<AuditRow, 'hash' | 'signature'>): Uint8Array {
  return hash(
    canonicalJson({
      seq: row.seq,
      atMs: row.atMs,
      kind: row.kind,
      eventSerial: row.eventSerial ?? null,
      body: row.body,
      prevHash: Buffer.from(row.prevHash).toString('hex'),
      keyId: row.keyId,
    }),
  );
}
