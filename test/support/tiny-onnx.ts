/** Writes tiny ONNX files for tests, with nothing of the product's own reader or writer. */

export interface TinyNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly int?: Readonly<Record<string, number>>;
  /** More of the NodeProto, encoded. */
  readonly extra?: Uint8Array;
}

export interface TinyTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: readonly number[];
  /** Written as repeated floats instead of raw bytes. */
  readonly asFloatData?: boolean;
  /** More of the TensorProto, encoded. */
  readonly extra?: Uint8Array;
}

export interface TinyModel {
  readonly nodes: readonly TinyNode[];
  readonly weights: readonly TinyTensor[];
  /** Shape of the graph's input `x`. */
  readonly input: readonly number[];
  /** Names of outputs; the first is usually `y`. */
  readonly outputs: readonly string[];
  /** Weights that are declared as inputs too, so that a run may override them. */
  readonly overridable?: readonly string[];
  readonly irVersion?: number;
  readonly opset?: number;
  /** More of the GraphProto and the ModelProto, encoded. */
  readonly graphExtra?: Uint8Array;
  readonly modelExtra?: Uint8Array;
}

export function tinyModel(model: TinyModel): Uint8Array {
  const shapes = new Map(model.weights.map(({ name, dims }) => [name, dims]));
  const graph = concat(
    ...model.nodes.map((node) => bytesField(1, nodeBytes(node))),
    textField(2, 'tiny'),
    ...model.weights.map((tensor) => bytesField(5, tensorBytes(tensor))),
    bytesField(11, valueBytes('x', model.input)),
    ...(model.overridable ?? []).map((name) => bytesField(11, valueBytes(name, shapes.get(name) ?? []))),
    ...model.outputs.map((name) => bytesField(12, valueBytes(name))),
    model.graphExtra ?? none,
  );
  return concat(
    numberField(1, model.irVersion ?? 6),
    bytesField(7, graph),
    bytesField(8, concat(textField(1, ''), numberField(2, model.opset ?? 9))),
    bytesField(8, concat(textField(1, 'test.domain'), numberField(2, 1))),
    model.modelExtra ?? none,
  );
}

export function numberField(number: number, value: number): Uint8Array {
  return concat(varint(number * 8), varint(value));
}

export function textField(number: number, text: string): Uint8Array {
  return bytesField(number, new TextEncoder().encode(text));
}

export function bytesField(number: number, content: Uint8Array): Uint8Array {
  return concat(varint(number * 8 + 2), varint(content.length), content);
}

const none = new Uint8Array(0);

function nodeBytes({ op, inputs, outputs, domain, ints, int, extra }: TinyNode): Uint8Array {
  return concat(
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, op),
    ...Object.entries(ints ?? {}).map(([name, values]) =>
      bytesField(5, concat(textField(1, name), ...values.map((value) => numberField(8, value)), numberField(20, 7))),
    ),
    ...Object.entries(int ?? {}).map(([name, value]) =>
      bytesField(5, concat(textField(1, name), numberField(3, value), numberField(20, 2))),
    ),
    domain === undefined ? none : textField(7, domain),
    extra ?? none,
  );
}

function tensorBytes({ name, dims, values, asFloatData, extra }: TinyTensor): Uint8Array {
  const floats = new Uint8Array(Float32Array.from(values).buffer);
  return concat(
    ...dims.map((side) => numberField(1, side)),
    numberField(2, 1),
    textField(8, name),
    bytesField(asFloatData === true ? 4 : 9, floats),
    extra ?? none,
  );
}

/** A float tensor; without dims its shape is left to inference. */
function valueBytes(name: string, dims?: readonly number[]): Uint8Array {
  const shape = dims?.map((side) => bytesField(1, numberField(1, side)));
  const tensor = concat(numberField(1, 1), shape === undefined ? none : bytesField(2, concat(...shape)));
  return concat(textField(1, name), bytesField(2, bytesField(1, tensor)));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
