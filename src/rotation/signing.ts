import { signingKeyFromSeed } from '../crypto/index.js';
import type { RotationParts } from './parts.js';

/**
 * A new signing key in one commit: the old key signs the entry that names the new one, both sign that the one follows the
 * other, and the old private half is gone. Its public half stays, for all that it signed.
 */
export function changeSigningKey(parts: RotationParts, id: string, by: string): void {
  const { store, audit, clock } = parts;
  const nowMs = Math.round(clock.wallMs());
  store.keys.change(() => {
    store.rotations.begin({ id, key: 'signing', step: 'moving', startedAtMs: nowMs, body: '{}' });
    const seed = store.newSeed();
    const next = signingKeyFromSeed(seed);
    const { seq } = audit.append('keys.signing-key-changed', {
      ...{ id, keyId: next.keyId, publicKey: base64(next.publicKey), by },
      ...{ previousKeyId: store.signingKey.keyId, previousPublicKey: base64(store.signingKey.publicKey) },
    });
    next.wipe();
    // That entry is the last one that the present key signs.
    store.signers.succeed(seed, seq, nowMs);
    store.keys.replace('signing', seed, nowMs);
    store.rotations.finish(id, 'finished', nowMs);
  });
  store.truncateLog();
  parts.afterStep('finished');
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
