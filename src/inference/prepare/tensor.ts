import {
  type Chunks,
  countedField,
  lastField,
  readFields,
  signedVarints,
  textField,
  textOf,
  unreadable,
  varintField,
  type WireField,
} from '../onnx/wire.js';

/** An initializer (TensorProto) as far as the preparation has to know it. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  /** The values of a 32-bit float tensor, row by row; undefined for every other kind. Nobody else's memory. */
  readonly floats: Float32Array | undefined;
  /** The message as it was read; undefined for a tensor that the preparation made. */
  readonly raw: Uint8Array | undefined;
}

/** Zeroed arrays out of few large buffers: a model has a thousand small tensors, and each buffer of its own costs. */
export class FloatPool {
  #page = new Float32Array(0);
  #used = 0;

  take(length: number): Float32Array {
    if (this.#page.length - this.#used < length) {
      this.#page = new Float32Array(Math.max(length, pageFloats));
      this.#used = 0;
    }
    const taken = this.#page.subarray(this.#used, this.#used + length);
    this.#used += length;
    return taken;
  }
}

/** One MiB. */
const pageFloats = 2 ** 18;

/** Error: `model-pack-invalid`; external data is refused, because only this file's bytes were checked. */
export function readTensor(raw: Uint8Array, pool: FloatPool): Initializer {
  const fields = readFields(raw);
  const has = (number: number) => fields.some((field) => field.number === number);
  const name = textOf(lastField(fields, 8));
  if (has(13) || (lastField(fields, 14)?.varint ?? 0n) !== 0n) throw unreadable('it keeps weights in another file');
  if (has(3)) throw unreadable(`the tensor ${name} is split into segments`);
  const dims = signedVarints(fields, 1).map((side) => {
    if (side < 0n || side > largestSide) throw unreadable(`the tensor ${name} has an impossible shape`);
    return Number(side);
  });
  const isFloat = lastField(fields, 2)?.varint === floatType;
  return { name, dims, floats: isFloat ? floatsIn(fields, { dims, name, pool }) : undefined, raw };
}

export function floatTensor(name: string, dims: readonly number[], floats: Float32Array): Initializer {
  return { name, dims, floats, raw: undefined };
}

export function tensorChunks({ name, dims, floats, raw }: Initializer): Chunks {
  if (raw !== undefined) return [raw];
  const values = floats ?? new Float32Array(0);
  return [
    ...dims.map((side) => varintField(1, BigInt(side))),
    varintField(2, floatType),
    ...textField(8, name),
    ...countedField(9, [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]),
  ];
}

export function elementsOf(dims: readonly number[]): number {
  return dims.reduce((product, side) => product * side, 1);
}

/** TensorProto.DataType.FLOAT. */
const floatType = 1n;
const largestSide = 0x7fffffffn;

/** Only as many floats as there are bytes for: the shape alone never decides how much is allocated. */
function floatsIn(
  fields: readonly WireField[],
  { dims, name, pool }: { dims: readonly number[]; name: string; pool: FloatPool },
): Float32Array {
  const stored = fields.filter(({ number }) => number === 4 || number === 9);
  const [only] = stored;
  if (stored.length > 1 || (only && only.wireType !== 2)) throw unreadable(`the tensor ${name} is stored in pieces`);
  const bytes = only?.payload ?? new Uint8Array(0);
  if (bytes.length !== elementsOf(dims) * 4) throw unreadable(`the tensor ${name} does not have its shape's size`);
  const floats = pool.take(bytes.length / 4);
  new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength).set(bytes);
  return floats;
}
