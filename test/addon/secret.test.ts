import { describe, expect, it } from 'vitest';
import { addonStatus, openSecret, wipe } from '#menshen/addon/index.js';

const reason = addonStatus().reason;
if (reason) console.log(`native secrets are not tested: ${reason}`);
const implementations = reason ? (['typescript'] as const) : (['native', 'typescript'] as const);
const internal = expect.objectContaining({ name: 'MenshenError', code: 'internal' });

describe.each(implementations)('a %s secret', (implementation) => {
  it('starts as zeros of the length asked for', () => {
    const secret = openSecret(33, { implementation });
    expect(secret.bytes).toEqual(new Uint8Array(33));
    secret.close();
  });

  it('is zeros again after it was wiped, in every view of it', () => {
    const secret = openSecret(32, { implementation });
    const view = new Uint8Array(secret.bytes.buffer, 8, 8);
    secret.bytes.fill(7);
    secret.wipe();
    expect(view).toEqual(new Uint8Array(8));
    secret.close();
  });

  it('leaves nothing in a view that somebody kept over its close', () => {
    const secret = openSecret(32, { implementation });
    const kept = secret.bytes;
    kept.fill(7);
    secret.close();
    secret.close();
    expect([kept.length, kept[0]]).toEqual([0, undefined]);
  });

  it('refuses to be used after its close', () => {
    const secret = openSecret(32, { implementation });
    secret.close();
    for (const use of [() => secret.bytes, () => secret.memory(), () => secret.wipe()]) expect(use).toThrow(internal);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 24 + 1])('refuses a length of %d', (byteLength) => {
    expect(() => openSecret(byteLength, { implementation })).toThrow(internal);
  });
});

describe.skipIf(reason !== undefined)('a native secret', () => {
  it('reports whole pages and the limit of the system', () => {
    const secret = openSecret(32, { implementation: 'native' });
    expect(secret.memory()).toMatchObject({ implementation: 'native', lock: expect.stringMatching(/^(un)?locked$/) });
    expect(secret.memory().totalBytes % 4096).toBe(0);
    secret.close();
  });
});

describe('wipe', () => {
  it('zeros the bytes under the view and no others', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    wipe(bytes.subarray(1, 3));
    expect(bytes).toEqual(Uint8Array.of(1, 0, 0, 4));
  });

  it.each([
    new Float32Array([0.5, Number.NaN]),
    new BigUint64Array([1n, 2n]),
    new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2),
    Buffer.from('key'),
  ])('zeros every kind of view', (view) => {
    wipe(view);
    expect(Buffer.from(view.buffer, view.byteOffset, view.byteLength).every((byte) => byte === 0)).toBe(true);
  });
});
