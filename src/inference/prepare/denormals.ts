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
    const floats = tensor.floats && withoutDenormals(tensor.floats);
    initializers.set(name, floats ? floatTensor(name, tensor.dims, floats.flushed) : tensor);
    if (floats) flushed.push({ tensor: name, denormals: floats.denormals, elements: floats.flushed.length });
  }
  return { graph: { ...graph, initializers }, flushed };
}

/** The same for numbers of the preparation's own, in place. */
export function flushInPlace(floats: Float32Array): Float32Array {
  for (let at = 0; at < floats.length; at += 1) {
    const value = floats[at] ?? 0;
    if (value < leastNormal && value > -leastNormal) floats[at] = 0;
  }
  return floats;
}

/** Smallest normal IEEE 754 binary32 number. */
const leastNormal = 2 ** -126;
/** Exponent and fraction of an IEEE 754 binary32 number. */
const exponentBits = 0x7f800000;
const fractionBits = 0x007fffff;

/** A copy without its denormals; undefined when there are none. */
function withoutDenormals(floats: Float32Array): { flushed: Float32Array; denormals: number } | undefined {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  let flushed: Float32Array | undefined;
  let denormals = 0;
  for (let at = 0; at < bits.length; at += 1) {
    const number = bits[at] ?? 0;
    if ((number & exponentBits) !== 0 || (number & fractionBits) === 0) continue;
    flushed ??= floats.slice();
    flushed[at] = 0;
    denormals += 1;
  }
  return flushed && { flushed, denormals };
}
