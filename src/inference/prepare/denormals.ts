import type { Graph } from './graph.js';
import { floatTensor, type Initializer } from './tensor.js';

export interface FlushedTensor {
  readonly tensor: string;
  readonly denormals: number;
  readonly elements: number;
}

/**
 * Sets denormal weights to 0: below 1.2e-38 they add nothing that a 32-bit sum keeps, and processors handle them many
 * times slower than other numbers.
 */
export function flushDenormals(graph: Graph): { readonly graph: Graph; readonly flushed: readonly FlushedTensor[] } {
  const flushed: FlushedTensor[] = [];
  const initializers = new Map<string, Initializer>();
  for (const [name, tensor] of graph.initializers) {
    const { floats, dims } = tensor;
    const denormals = floats ? flushInPlace(floats) : 0;
    initializers.set(name, floats && denormals > 0 ? floatTensor(name, dims, floats) : tensor);
    if (floats && denormals > 0) flushed.push({ tensor: name, denormals, elements: floats.length });
  }
  return { graph: { ...graph, initializers }, flushed };
}

/** Gives how many there were. */
export function flushInPlace(floats: Float32Array): number {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  let denormals = 0;
  for (let at = 0; at < bits.length; at += 1) {
    const number = bits[at] ?? 0;
    if ((number & exponentBits) !== 0 || (number & fractionBits) === 0) continue;
    floats[at] = 0;
    denormals += 1;
  }
  return denormals;
}

/** Exponent and fraction of an IEEE 754 binary32 number. */
const exponentBits = 0x7f800000;
const fractionBits = 0x007fffff;
