import { describe, expect, it } from 'vitest';
import { nonceRandomness } from '#menshen/crypto/index.js';

/** Counts up, so that every byte can be told from the next 255. */
function counting() {
  let next = 0;
  const draws: number[] = [];
  return {
    draws,
    bytes(count: number) {
      draws.push(count);
      return Uint8Array.from({ length: count }, () => next++ % 251);
    },
  };
}

describe('randomness for nonces', () => {
  it('hands every byte out once, in as many draws as it takes', () => {
    const source = counting();
    const nonces = nonceRandomness(source);
    const all = Array.from({ length: 300 }, () => [...nonces.bytes(24)]).flat();
    expect(all).toEqual(Array.from({ length: 300 * 24 }, (_, index) => index % 251));
    expect(source.draws).toEqual([3072, 3072, 3072]);
  });

  it('gives more at once than it draws ahead, and never the same again', () => {
    const source = counting();
    const nonces = nonceRandomness(source);
    const first = [...nonces.bytes(10)];
    const many = nonces.bytes(5000);
    expect([first, many.length, many[0]]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5000, 3072 % 251]);
    expect([...nonces.bytes(2)]).toEqual([8072 % 251, 8073 % 251]);
  });
});
