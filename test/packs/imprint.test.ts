import { describe, expect, it } from 'vitest';
import { driftBetween, imprintOf } from '#menshen/packs/index.js';

const wave = (length: number, change: (value: number, index: number) => number = (value) => value) =>
  Float32Array.from({ length }, (_, index) => change(Math.sin(index * 0.7) + 0.3, index));

describe('the drift between two imprints', () => {
  it('is nothing for the same tensor', () => {
    expect(driftBetween(imprintOf(wave(5000)), imprintOf(wave(5000)))).toBe(0);
  });

  it('is about the share by which every value changed', () => {
    const shaken = wave(5000, (value, index) => value * (1 + (index % 2 === 0 ? 0.01 : -0.01)));
    const drift = driftBetween(imprintOf(wave(5000)), imprintOf(shaken));
    expect(drift).toBeGreaterThan(0.005);
    expect(drift).toBeLessThan(0.02);
  });

  it('sees one value among many', () => {
    const changed = wave(5000, (value, index) => (index === 4321 ? value + 10 : value));
    expect(driftBetween(imprintOf(wave(5000)), imprintOf(changed))).toBeGreaterThan(0.1);
  });

  it('sees values that changed places', () => {
    const [first = 0, second = 0] = wave(5000);
    const changed = wave(5000, (value, index) => (index === 0 ? second : index === 1 ? first : value));
    expect(driftBetween(imprintOf(wave(5000)), imprintOf(changed))).toBeGreaterThan(1e-3);
  });

  it.each([
    ['another length', wave(4999)],
    ['a NaN', wave(5000, (value, index) => (index === 7 ? Number.NaN : value))],
    ['an infinity', wave(5000, (value, index) => (index === 7 ? Number.POSITIVE_INFINITY : value))],
  ])('is infinite for %s', (_, other) => {
    expect(driftBetween(imprintOf(wave(5000)), imprintOf(other))).toBe(Number.POSITIVE_INFINITY);
  });

  it('of a tensor of zeros is none to itself and large to anything else', () => {
    const zeros = imprintOf(new Float32Array(100));
    expect([driftBetween(zeros, zeros), driftBetween(zeros, imprintOf(wave(100)))]).toEqual([0, expect.any(Number)]);
    expect(driftBetween(zeros, imprintOf(wave(100)))).toBeGreaterThan(1);
  });
});
