import { translated } from './fault.js';
import type { Implementation } from './kernel-name.js';
import { chooseKernel, chooseNative } from './native.js';

/**
 * Sum of the squared products of `vector` with each of the `rows` rows of `matrix` (row by row, each as long as the
 * vector).
 */
export type ProjectedEnergy = (matrix: Float32Array, rows: number, vector: Float32Array) => number;

/**
 * Native where the addon is; its sums are float32 within a row, so they differ from the twin's by rounding.
 *
 * @throws MenshenError `addon-unavailable` when an implementation is asked for that this machine does not have.
 */
export function openProjection(wanted?: Implementation | 'native'): ProjectedEnergy {
  const addon = chooseNative(wanted);
  if (!addon) return projectedEnergy;
  const kernel = chooseKernel(addon, wanted);
  return (matrix, rows, vector) => translated(() => addon.projectedEnergy(kernel, matrix, rows, vector.length, vector));
}

function projectedEnergy(matrix: Float32Array, rows: number, vector: Float32Array): number {
  let energy = 0;
  for (let row = 0; row < rows; row += 1) {
    const from = row * vector.length;
    let along = 0;
    for (let i = 0; i < vector.length; i += 1) along += (matrix[from + i] ?? 0) * (vector[i] ?? 0);
    energy += along * along;
  }
  return energy;
}
