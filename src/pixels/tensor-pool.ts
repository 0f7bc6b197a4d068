import { emptyTensor, type TensorLayout } from './tensor.js';

/** Tensors of one layout that are used again: a fresh one for each frame is megabytes a second to zero and to collect. */
export interface TensorPool {
  /** All zeros, and nobody else's until it is given back. */
  borrow(): Float32Array;
  /** Wipes it: what was a face must not lie about until the next one overwrites it. */
  giveBack(tensor: Float32Array): void;
}

/** Holds as many tensors as were ever borrowed at the same time: one, as a rule. */
export function createTensorPool(layout: TensorLayout): TensorPool {
  const free: Float32Array[] = [];
  return {
    borrow: () => free.pop() ?? emptyTensor(layout),
    giveBack(tensor) {
      tensor.fill(0);
      free.push(tensor);
    },
  };
}
