/** Writes small ONNX models by hand, so that tests of model packs need no real ones. Field numbers: onnx.proto. */
import { readFields } from '#menshen/inference/onnx/wire.js';

export interface NodeText {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface TensorText {
  readonly name: string;
  readonly dims: readonly number[];
  /** Floats, or int64 where `whole`. */
  readonly values: readonly number[] | Float32Array;
  readonly whole?: boolean;
  /** The values are said to lie in another file. */
  readonly externalFile?: string;
}

export interface ValueText {
  readonly name: string;
  /** A text is a side that is left open. */
  readonly dims: readonly (number | string)[];
  /** Of TensorProto.DataType; 1 is float. */
  readonly type?: number;
}

export interface ModelText {
  readonly nodes: readonly NodeText[];
  readonly tensors?: readonly TensorText[];
  readonly inputs: readonly ValueText[];
  readonly outputs: readonly ValueText[];
  readonly domains?: readonly string[];
}

const irVersion = 8;
const opset = 13;

export function onnxModel({ nodes, tensors = [], inputs, outputs, domains = [] }: ModelText): Uint8Array {
  const graph = [
    ...nodes.map((node) => part(1, nodeOf(node))),
    part(2, utf8('graph')),
    ...tensors.map((tensor) => part(5, tensorOf(tensor))),
    ...inputs.map((value) => part(11, typedValueOf(value))),
    ...outputs.map((value) => part(12, typedValueOf(value))),
  ];
  const imports = ['', ...domains].map((domain) => part(8, join([part(1, utf8(domain)), number(2, opset)])));
  return join([number(1, irVersion), ...imports, part(7, join(graph))]);
}

function nodeOf({ op, inputs, outputs, domain, attributes = {} }: NodeText): Uint8Array {
  return join([
    ...inputs.map((name) => part(1, utf8(name))),
    ...outputs.map((name) => part(2, utf8(name))),
    part(4, utf8(op)),
    ...Object.entries(attributes).map(([name, value]) => part(5, attributeOf(name, value))),
    ...(domain === undefined ? [] : [part(7, utf8(domain))]),
  ]);
}

function attributeOf(name: string, value: number | readonly number[]): Uint8Array {
  if (typeof value === 'number') return join([part(1, utf8(name)), number(3, value), number(20, 2)]);
  return join([part(1, utf8(name)), ...value.map((one) => number(8, one)), number(20, 7)]);
}

function tensorOf({ name, dims, values, whole = false, externalFile }: TensorText): Uint8Array {
  const raw = whole
    ? new Uint8Array(BigInt64Array.from([...values].map(BigInt)).buffer)
    : new Uint8Array(Float32Array.from(values).buffer);
  const data =
    externalFile === undefined
      ? [part(9, raw)]
      : [part(13, join([part(1, utf8('location')), part(2, utf8(externalFile))])), number(14, 1)];
  return join([...dims.map((side) => number(1, side)), number(2, whole ? 7 : 1), part(8, utf8(name)), ...data]);
}

function typedValueOf({ name, dims, type = 1 }: ValueText): Uint8Array {
  const shape = dims.map((side) => part(1, typeof side === 'number' ? number(1, side) : part(2, utf8(side))));
  return join([part(1, utf8(name)), part(2, part(1, join([number(1, type), part(2, join(shape))])))]);
}

function part(field: number, bytes: Uint8Array): Uint8Array {
  return join([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function number(field: number, value: number): Uint8Array {
  return join([varint(field * 8), varint(value)]);
}

/** Negative numbers in two's complement of 64 bits, as protobuf has them. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...bytes, Number(rest)]);
}

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** The same model with every 32-bit weight changed by a pseudo-random share of itself, at most `share`. */
export function withPerturbedWeights(model: Uint8Array, share: number): Uint8Array {
  const copy = Uint8Array.from(model);
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  for (const tensor of partsOf(copy, [7, 5])) {
    const fields = readFields(tensor);
    if (fields.find(({ number }) => number === 2)?.varint !== 1n) continue;
    // Raw bytes, or packed floats.
    for (const { number, payload } of fields) if (number === 9 || number === 4) perturb(payload, share, next);
  }
  return copy;
}

function perturb(bytes: Uint8Array, share: number, next: () => number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    view.setFloat32(at, view.getFloat32(at, true) * (1 + share * next()), true);
  }
}

/** Parts of a message along a path of field numbers; views, not copies. */
function partsOf(message: Uint8Array, [first, ...rest]: readonly number[]): Uint8Array[] {
  const parts = readFields(message).flatMap(({ number, payload }) => (number === first ? [payload] : []));
  return rest.length === 0 ? parts : parts.flatMap((one) => partsOf(one, rest));
}
