import { describe, expect, it } from 'vitest';
import { seal } from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { packedVector, unpackedVector } from '#menshen/store/packed-vector.js';
import { seededRandom } from '../../scripts/demo-recording/random.mjs';
import { openTestStore, rawDatabase } from '../support/temp-store.js';
import { filledStore, vector as stored } from './fixtures/filled-store.js';

const roundTrip = (...values: number[]): number[] => [...unpackedVector(packedVector(Float32Array.from(values)))];
const odd = [0, -0, 1, -1, 2 ** -126, -(2 ** -149), 3 * 2 ** -149, 0.1, -0.1, 1 - 2 ** -24];
const random = seededRandom(7);
/** Of every size that a component may have, and some of the odd ones. */
const components = Float32Array.from({ length: 20_000 }, (_, n) =>
  n < odd.length ? (odd[n] ?? 0) : (random() - 0.5) * 2 ** -Math.floor(40 * random() ** 3),
);

describe('a packed vector', () => {
  it('takes three bytes a component', () => {
    expect(packedVector(new Float32Array(512)).length).toBe(1536);
  });

  it('is off by 2^-16 of each component at most, and keeps its sign', () => {
    const packed = unpackedVector(packedVector(components));
    const wrong = components.filter((value, n) => {
      const now = packed[n] ?? Number.NaN;
      // Below the smallest normal number a float's steps do not get smaller.
      const near = Math.abs(now - value) <= Math.max(Math.abs(value) * 2 ** -16, 2 ** -142);
      return !near || (now !== 0 && Math.sign(now) !== Math.sign(value));
    });
    expect([packed.length, ...wrong]).toEqual([components.length]);
  });

  it('is the same when it is packed again: a renewal does not wear a template down', () => {
    const once = unpackedVector(packedVector(components));
    expect(Buffer.from(packedVector(once)).equals(packedVector(components))).toBe(true);
  });

  it('is rounded to the nearest, a tie to the even one', () => {
    const ulp = 2 ** -15;
    expect(roundTrip(1 + 0.49 * ulp, 1 + 0.51 * ulp, 1 + 0.5 * ulp, 1 + 1.5 * ulp, 2 - 2 ** -23)).toEqual([
      1,
      1 + ulp,
      1,
      1 + 2 * ulp,
      2,
    ]);
  });

  it('changes no similarity of two unit vectors by more than a hundred thousandth', () => {
    const unit = () => {
      const values = Array.from({ length: 512 }, () => random() - 0.5);
      const length = Math.hypot(...values);
      return Float32Array.from(values, (value) => value / length);
    };
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, n) => sum + value * (b[n] ?? 0), 0);
    const changes = Array.from({ length: 200 }, (_, n) => {
      const [probe, template] = [unit(), unit()];
      const compared = n % 2 === 0 ? probe : template;
      return Math.abs(dot(compared, unpackedVector(packedVector(template))) - dot(compared, template));
    });
    expect(Math.max(...changes)).toBeLessThan(1e-5);
  });

  it('with half a component does not open', () => {
    expect(() => unpackedVector(new Uint8Array(4))).toThrow(expect.objectContaining({ code: 'integrity-violation' }));
  });
});

describe('a template that was stored as floats', () => {
  it('opens as it is, and not as if it were packed', () => {
    const { folder, subjectId, templateId } = filledStore();
    const before = openTestStore(folder);
    const { keyId, consentId, modelId } = before.templates.allOf(subjectId)[0] ?? {};
    const key = before.vault.openFace(subjectId, keyId ?? '');
    const floats = new Uint8Array(Float32Array.from(stored).buffer);
    const bound = `menshen:template:${templateId}:${subjectId}:${consentId}:${modelId}:${keyId}:1`;
    const sealed = seal(key, floats, bound, systemRandomness);
    before.close();
    rawDatabase(folder, (db) => db.prepare('UPDATE template SET schema = 1, sealed = ?').run(sealed));
    const opened = openTestStore(folder);
    expect(opened.templates.withVector(templateId, (vector) => [...vector])).toEqual([...stored]);
    opened.close();
    rawDatabase(folder, (db) => db.exec('UPDATE template SET schema = 2'));
    expect(() => openTestStore(folder).templates.withVector(templateId, () => 1)).toThrow(
      expect.objectContaining({ code: 'integrity-violation' }),
    );
  });
});
