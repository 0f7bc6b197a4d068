import { describe, expect, test } from 'vitest';
import { addonStatus, type Implementation, openProjection } from '#menshen/addon/index.js';
import { MenshenError } from '#menshen/core/index.js';
import { numbersFrom } from './fixtures/vectors.mjs';

const kernels: readonly Implementation[] = ['native-avx512', 'native-avx2', 'native-neon', 'native-plain'];
const native = kernels.filter(canRun);
if (native.length === 0) console.log(`the native projection is not tested: ${addonStatus().reason}`);

function canRun(implementation: Implementation): boolean {
  try {
    openProjection(implementation);
    return true;
  } catch (fault) {
    if (fault instanceof MenshenError && fault.code === 'addon-unavailable') return false;
    throw fault;
  }
}

function someFloats(count: number, seed: number): Float32Array {
  const next = numbersFrom(seed);
  return Float32Array.from({ length: count }, () => next());
}

describe.each(native)('%s', (implementation) => {
  const projectedEnergy = openProjection(implementation);
  const twin = openProjection('typescript');

  test.each([1, 15, 16, 17, 64, 500, 512, 513])('says what the twin says of rows of %i', (columns) => {
    const matrix = someFloats(7 * columns, columns);
    const vector = someFloats(columns, columns + 1);

    const energy = projectedEnergy(matrix, 7, vector);

    const expected = twin(matrix, 7, vector);
    expect(Math.abs(energy - expected)).toBeLessThanOrEqual(1e-5 * (1 + expected));
  });

  test('a number that is none stays none', () => {
    const vector = someFloats(32, 3);
    vector[5] = Number.NaN;

    expect(projectedEnergy(someFloats(64, 4), 2, vector)).toBeNaN();
  });

  test.each([
    ['a matrix that is too short', new Float32Array(63), 2],
    ['no row', new Float32Array(0), 0],
    ['half a row', new Float32Array(64), 1.5],
  ])('refuses %s', (_what, matrix, rows) => {
    expect(() => projectedEnergy(matrix, rows, new Float32Array(32))).toThrow(MenshenError);
  });
});

test('the twin adds the squares of the products', () => {
  expect(openProjection('typescript')(Float32Array.of(1, 2, 3, 4), 2, Float32Array.of(1, 1))).toBe(9 + 49);
});
