import { beforeEach, describe, expect, it } from 'vitest';
import { signingKeyFromSeed, verifySignature } from '#menshen/crypto/index.js';
import { rememberedVerification } from '#menshen/store/verified-signatures.js';

const key = signingKeyFromSeed(new Uint8Array(32).fill(1));
const other = signingKeyFromSeed(new Uint8Array(32).fill(2));

describe('a remembered verification', () => {
  let looks = 0;
  let verify = rememberedVerification(2);
  beforeEach(() => {
    looks = 0;
    verify = rememberedVerification(2, (...of) => {
      looks += 1;
      return verifySignature(...of);
    });
    expect(verify(key.publicKey, 'a consent', key.sign('a consent'))).toBe(true);
  });

  it('looks at the same bytes under the same key once', () => {
    expect(verify(key.publicKey, 'a consent', key.sign('a consent'))).toBe(true);
    expect(looks).toBe(1);
  });

  it.each([
    ['another text', key.publicKey, 'A consent', key.sign('a consent')],
    ['another signature', key.publicKey, 'a consent', other.sign('a consent')],
    ['another key', other.publicKey, 'a consent', key.sign('a consent')],
    ['no signature', key.publicKey, 'a consent', new Uint8Array(0)],
  ])('believes nothing of %s', (_what, publicKey, text, signature) => {
    expect(verify(publicKey, text, signature)).toBe(false);
    expect(verify(publicKey, text, signature)).toBe(false);
    expect(looks).toBe(3);
  });

  it('is not moved by what becomes of the bytes it was given', () => {
    const signature = key.sign('another');
    expect(verify(key.publicKey, 'another', signature)).toBe(true);
    signature.fill(0);
    expect(verify(key.publicKey, 'another', signature)).toBe(false);
  });

  it('remembers the newest, up to its limit', () => {
    for (const text of ['second', 'third']) verify(key.publicKey, text, key.sign(text));
    expect(looks).toBe(3);
    verify(key.publicKey, 'third', key.sign('third'));
    expect(looks).toBe(3);
    verify(key.publicKey, 'a consent', key.sign('a consent'));
    expect(looks).toBe(4);
  });
});
