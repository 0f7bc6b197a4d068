import { afterEach, describe, expect, it } from 'vitest';
import { addonStatus, type Gallery, type Implementation, openGallery } from '#menshen/addon/index.js';
import { MenshenError } from '#menshen/core/index.js';
import { numbersFrom, unitVector } from './fixtures/vectors.mjs';

const kernels: readonly Implementation[] = ['native-avx512', 'native-avx2', 'native-neon', 'native-plain'];
const native = kernels.filter(canRun);
if (native.length === 0) console.log(`native galleries are not tested: ${addonStatus().reason}`);
else console.log(`galleries tested: ${native.join(', ')}, typescript`);
const implementations: readonly Implementation[] = [...native, 'typescript'];

const opened: Gallery[] = [];
afterEach(() => {
  for (const gallery of opened.splice(0)) gallery.close();
});

function open(dimensions: number, implementation: Implementation): Gallery {
  const gallery = openGallery(dimensions, { implementation });
  opened.push(gallery);
  return gallery;
}

function canRun(implementation: Implementation): boolean {
  try {
    openGallery(1, { implementation }).close();
    return true;
  } catch (fault) {
    if (fault instanceof MenshenError && fault.code === 'addon-unavailable') return false;
    throw fault;
  }
}

const internal = expect.objectContaining({ name: 'MenshenError', code: 'internal' });

describe.each(implementations)('a %s gallery', (implementation) => {
  it('finds the template that is most like the probe', () => {
    const gallery = open(3, implementation);
    gallery.add('ada', Float32Array.of(1, 0, 0));
    gallery.add('bo', Float32Array.of(0, 1, 0));
    expect(gallery.bestMatch(Float32Array.of(0, 0.6, 0.8))).toEqual({ id: 'bo', similarity: expect.closeTo(0.6, 5) });
  });

  it('finds nobody when it is empty', () => {
    expect(open(3, implementation).bestMatch(Float32Array.of(0, 0, 1))).toBeUndefined();
  });

  it('finds somebody even when every similarity is negative', () => {
    const gallery = open(2, implementation);
    gallery.add('ada', Float32Array.of(-1, 0));
    expect(gallery.bestMatch(Float32Array.of(1, 0))).toEqual({ id: 'ada', similarity: -1 });
  });

  it('never finds a removed template', () => {
    const gallery = open(8, implementation);
    gallery.add('ada', unitVector(1, 8));
    gallery.remove('ada');
    expect([gallery.bestMatch(unitVector(1, 8)), gallery.similarity('ada', unitVector(1, 8)), gallery.size]).toEqual([
      undefined,
      undefined,
      0,
    ]);
  });

  it('gives the place of a removed template to the next without mixing the two up', () => {
    const gallery = open(8, implementation);
    gallery.add('ada', unitVector(1, 8));
    gallery.add('bo', unitVector(2, 8));
    gallery.remove('ada');
    gallery.add('cy', unitVector(3, 8));
    expect(gallery.bestMatch(unitVector(1, 8))?.id).not.toBe('ada');
    expect(gallery.bestMatch(unitVector(3, 8))?.id).toBe('cy');
  });

  it('replaces the template of an id that is added again', () => {
    const gallery = open(8, implementation);
    gallery.add('ada', unitVector(1, 8));
    gallery.add('ada', unitVector(2, 8));
    expect([gallery.size, gallery.similarity('ada', unitVector(2, 8))]).toEqual([1, expect.closeTo(1, 5)]);
  });

  it('settles a tie the same way every time: the place taken first wins', () => {
    const gallery = open(64, implementation);
    for (let person = 0; person < 600; person++) gallery.add(`person-${person}`, unitVector(7, 64));
    expect(gallery.top(unitVector(7, 64), 3).map(({ id }) => id)).toEqual(['person-0', 'person-1', 'person-2']);
  });

  it('does not keep the array it was given', () => {
    const gallery = open(8, implementation);
    const template = unitVector(1, 8);
    gallery.add('ada', template);
    template.fill(0);
    expect(gallery.similarity('ada', unitVector(1, 8))).toBeCloseTo(1, 5);
  });

  it('takes no memory of its own for templates that only come and go', () => {
    const gallery = open(16, implementation);
    gallery.add('first', unitVector(1, 16));
    const before = gallery.memory().totalBytes;
    for (let round = 0; round < 2000; round++) {
      gallery.add(`person-${round}`, unitVector(round, 16));
      gallery.remove(`person-${round}`);
    }
    expect(gallery.memory().totalBytes).toBe(before);
  });

  it.each([
    ['NaN', Float32Array.of(Number.NaN, 0, 1)],
    ['infinity', Float32Array.of(Number.POSITIVE_INFINITY, 0, 0)],
    ['too few dimensions', Float32Array.of(1, 0)],
    ['too many dimensions', Float32Array.of(1, 0, 0, 0)],
    ['length zero', Float32Array.of(0, 0, 0)],
    ['a length that is not one', Float32Array.of(1, 1, 1)],
    ['no data any more', detached()],
  ])('refuses a probe and a template with %s', (_, vector) => {
    const gallery = open(3, implementation);
    gallery.add('ada', Float32Array.of(1, 0, 0));
    expect(() => gallery.bestMatch(vector)).toThrow(internal);
    expect(() => gallery.similarity('ada', vector)).toThrow(internal);
    expect(() => gallery.add('bo', vector)).toThrow(internal);
    expect(gallery.size).toBe(1);
  });

  it('refuses every call but close and size after it was closed', () => {
    const gallery = open(3, implementation);
    gallery.add('ada', Float32Array.of(1, 0, 0));
    gallery.close();
    const probe = Float32Array.of(1, 0, 0);
    const calls = [
      () => gallery.add('ada', probe),
      () => gallery.remove('ada'),
      () => gallery.has('ada'),
      () => gallery.bestMatch(probe),
      () => gallery.top(probe, 1),
      () => gallery.similarity('ada', probe),
      () => gallery.memory(),
    ];
    for (const call of calls) expect(call).toThrow(internal);
    gallery.close();
    expect(gallery.size).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN, 65])('refuses a list of %d matches', (count) => {
    const gallery = open(3, implementation);
    expect(() => gallery.top(Float32Array.of(1, 0, 0), count)).toThrow(internal);
  });

  it('says what it runs on and what it holds', () => {
    const gallery = open(512, implementation);
    gallery.add('ada', unitVector(1, 512));
    const memory = gallery.memory();
    expect(memory.implementation).toBe(implementation);
    expect(memory.totalBytes).toBeGreaterThanOrEqual(2048);
    if (implementation === 'typescript') expect(memory.lock).toBe('unlocked');
  });
});

describe.each(native)('%s against its TypeScript twin', (implementation) => {
  it.each([1, 3, 15, 16, 17, 127, 128, 512, 513])('agrees in %d dimensions', (dimensions) => {
    const pair = [open(dimensions, implementation), open(dimensions, 'typescript')] as const;
    const next = numbersFrom(dimensions);
    for (let step = 0; step < 900; step++) {
      const id = `person-${Math.floor((next() + 1) * 200)}`;
      if (next() < -0.3) expect(pair[0].remove(id)).toBe(pair[1].remove(id));
      else for (const gallery of pair) gallery.add(id, unitVector(step, dimensions));
    }
    for (let seed = 10_000; seed < 10_020; seed++) expectAgreement(pair, unitVector(seed, dimensions));
  });
});

/** `similarity` compares in float32; the search reads bytes first and must not be swayed by them. */
describe.each(implementations)('the search of a %s gallery', (implementation) => {
  it.each([1, 64, 100, 128, 512, 1000])('answers like a comparison with everybody, in %d dimensions', (dimensions) => {
    const gallery = open(dimensions, implementation);
    const ids = Array.from({ length: 600 }, (_, person) => `person-${person}`);
    for (const [person, id] of ids.entries()) {
      gallery.add(id, mixed(person, 1_000, person % 5 === 0 ? 0.7 : 0.2, dimensions));
    }
    for (const probe of [unitVector(1_000, dimensions), unitVector(2_000, dimensions)]) {
      expect(gallery.top(probe, 10)).toEqual(comparedWithEverybody(gallery, ids, probe).slice(0, 10));
    }
  });

  it('tells near ties apart that differ in a last bit', () => {
    const gallery = open(512, implementation);
    const close = mixed(1, 1_000, 0.7, 512);
    const next = numbersFrom(3);
    const ids = Array.from({ length: 300 }, (_, person) => `person-${person}`);
    for (const id of ids) {
      const bits = new Uint32Array(close.slice().buffer);
      const at = Math.floor((next() + 1) * 256);
      bits[at] = (bits[at] ?? 0) + 1;
      gallery.add(id, new Float32Array(bits.buffer));
    }
    const probe = unitVector(1_000, 512);
    expect(gallery.top(probe, 64)).toEqual(comparedWithEverybody(gallery, ids, probe).slice(0, 64));
  });

  it('finds somebody among templates of which all but one value is denormal', () => {
    const gallery = open(64, implementation);
    for (const at of [3, 40]) gallery.add(`${at}`, new Float32Array(64).fill(1e-42).with(at, 1));
    expect(gallery.bestMatch(new Float32Array(64).fill(1e-42).with(40, 1))).toEqual({ id: '40', similarity: 1 });
  });
});

function mixed(seed: number, goalSeed: number, share: number, dimensions: number): Float32Array {
  const goal = unitVector(goalSeed, dimensions);
  const vector = unitVector(seed, dimensions).map((value, at) => (1 - share) * value + share * (goal[at] ?? 0));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function comparedWithEverybody(gallery: Gallery, ids: readonly string[], probe: Float32Array) {
  const all = ids.map((id) => ({ id, similarity: gallery.similarity(id, probe) ?? Number.NaN }));
  return all.sort((one, other) => other.similarity - one.similarity);
}

function expectAgreement([one, twin]: readonly [Gallery, Gallery], probe: Float32Array): void {
  const found = one.top(probe, 5);
  const expected = twin.top(probe, 5);
  expect(found.length).toBe(expected.length);
  found.forEach(({ similarity }, rank) => {
    expect(Math.abs((expected[rank]?.similarity ?? Number.NaN) - similarity)).toBeLessThan(1e-5);
  });
  for (const { id, similarity } of found) {
    expect(Math.abs((twin.similarity(id, probe) ?? Number.NaN) - similarity)).toBeLessThan(1e-5);
  }
  expect([one.size, one.bestMatch(probe)?.id]).toEqual([twin.size, found[0]?.id]);
}

it.each([0, -1, 1.5, Number.NaN, 65_537])('a gallery of %d dimensions is refused', (dimensions) => {
  expect(() => openGallery(dimensions)).toThrow(internal);
});

function detached(): Float32Array {
  const vector = Float32Array.of(1, 0, 0);
  structuredClone(vector.buffer, { transfer: [vector.buffer] });
  return vector;
}
