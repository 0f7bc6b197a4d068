// The native functions called past the door, with whatever JavaScript can hand them: a crash here ends the test run.
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { addonStatus } from '#menshen/addon/index.js';

const reason = addonStatus().reason;
if (reason) console.log(`misuse of the native addon is not tested: ${reason}`);
const addon = reason ? undefined : createRequire(import.meta.url)('../../native/build/menshen.node');

const values: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number below zero', -1],
  ['a fraction', 0.5],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['2^53', 2 ** 53],
  ['a bigint', 1n],
  ['text', 'x'.repeat(1000)],
  ['an object', {}],
  ['an array', [1, 0, 0]],
  ['a symbol', Symbol('s')],
  ['a DataView', new DataView(new ArrayBuffer(12))],
  ['a Float64Array', new Float64Array(3)],
  ['an Int32Array', new Int32Array(3)],
  ['a shorter Float32Array', new Float32Array(2)],
  ['an empty Float32Array', new Float32Array(0)],
  ['a proxy', new Proxy(new Float32Array(3), {})],
];

describe.skipIf(!addon).each(values)('native code that is handed %s', (_, value) => {
  it('throws from every argument of every method', () => {
    const gallery = new addon.Gallery(3, 'plain');
    const vector = Float32Array.of(1, 0, 0);
    gallery.put(0, vector);
    const calls = [
      () => new addon.Gallery(value, 'plain'),
      () => new addon.Gallery(3, value),
      () => gallery.put(value, vector),
      () => gallery.put(0, value),
      () => gallery.clear(value),
      () => gallery.top(value, 1),
      () => gallery.top(vector, value),
      () => gallery.similarityAt(value, vector),
      () => gallery.similarityAt(0, value),
      () => addon.openSecret(value),
      () => addon.destroySecret(value),
    ];
    for (const call of calls) expect(call).toThrow(TypeError);
    expect(gallery.similarityAt(0, vector)).toBe(1);
  });

  it('throws from every argument of every pixel function', () => {
    const picture = [new Uint8Array(12), 2, 2];
    const tensor = [new Float32Array(3), 1, 1, 'rgb', 0, 0, 0, 1, 1, 1];
    const calls: Record<string, unknown[]> = {
      resample: ['plain', ...picture, 0, 0, 2, 2, 1, ...tensor],
      warp: ['plain', ...picture, 1, 0, 0, 0, true, ...tensor],
      luminance: ['plain', ...picture, 0, 0, 2, 2],
      sharpness: ['plain', new Float32Array(9), 3, 3],
    };
    for (const [name, fitting] of Object.entries(calls)) {
      for (const index of fitting.keys()) {
        // A fraction and a negative number are fine for a place or a factor.
        if (typeof value === 'number' && Math.abs(value) <= 1 && typeof fitting[index] === 'number') continue;
        expect(() => addon[name](...fitting.with(index, value)), `${name}, argument ${index}`).toThrow(TypeError);
      }
      expect(() => addon[name](...fitting.slice(0, -1))).toThrow(TypeError);
    }
  });

  it('throws from every method that is taken from its gallery', () => {
    const { prototype } = addon.Gallery;
    for (const name of ['put', 'clear', 'top', 'similarityAt', 'memory', 'readThrough', 'close']) {
      expect(() => Reflect.apply(prototype[name], value, [])).toThrow(TypeError);
      expect(() => Reflect.apply(prototype[name], Object.create(prototype), [])).toThrow(TypeError);
    }
  });
});

describe.skipIf(!addon)('a native gallery', () => {
  it('throws from every method but close once it is closed', () => {
    const gallery = new addon.Gallery(3, 'plain');
    const vector = Float32Array.of(1, 0, 0);
    gallery.close();
    gallery.close();
    const calls = [
      () => gallery.put(0, vector),
      () => gallery.clear(0),
      () => gallery.top(vector, 1),
      () => gallery.similarityAt(0, vector),
      () => gallery.memory(),
      () => gallery.readThrough(),
    ];
    for (const call of calls) expect(call).toThrow(/closed/);
  });

  it('throws when it is called without new', () => {
    expect(() => addon.Gallery(3, 'plain')).toThrow(TypeError);
  });

  it('matches nobody with a probe that another thread turned into NaN', () => {
    const gallery = new addon.Gallery(3, 'plain');
    gallery.put(0, Float32Array.of(1, 0, 0));
    expect(gallery.top(Float32Array.of(Number.NaN, 0, 0), 1)).toEqual([]);
  });

  it('takes no harm from a secret that is destroyed twice', () => {
    const { buffer } = addon.openSecret(16);
    addon.destroySecret(buffer);
    addon.destroySecret(buffer);
    expect(buffer.byteLength).toBe(0);
  });
});
