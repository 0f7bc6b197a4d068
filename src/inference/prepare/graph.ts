import {
  type Chunks,
  countedField,
  joined,
  lastField,
  readFields,
  signedVarints,
  textField,
  textOf,
  unreadable,
  varintField,
  type WireField,
} from '../onnx/wire.js';
import { FloatPool, type Initializer, readTensor, tensorChunks } from './tensor.js';

export interface Attribute {
  readonly name: string;
  /** The message's fields; most attributes are only passed on, so values are read when asked for. */
  readonly fields: readonly WireField[];
  readonly raw: Uint8Array;
}

export interface Node {
  readonly name: string;
  readonly opType: string;
  /** Empty for the operators of ONNX itself. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
}

/** A model that may be rewritten: nodes in the order of computation, weights by name. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  readonly outputs: readonly string[];
  /** Weights that a caller may override at a run: no constants. */
  readonly inputs: readonly string[];
  readonly opset: number;
  /** Everything else of the file, as it was. */
  readonly rest: { readonly model: readonly WireField[]; readonly graph: readonly WireField[] };
}

/**
 * Reads an ONNX file (github.com/onnx/onnx, onnx.proto) with everything that the rewrites must not miss.
 *
 * Error: `model-pack-invalid` with the reason why this model is left alone.
 */
export function readGraph(bytes: Uint8Array): Graph {
  const model = readFields(bytes);
  refuse(model, [
    [20, 'it carries training information'],
    [25, 'it defines functions of its own'],
  ]);
  const irVersion = lastField(model, 1)?.varint ?? 0n;
  if (irVersion < 4n || irVersion > 13n) throw unreadable(`its format version is ${irVersion}`);
  const [body, ...more] = model.filter(({ number, wireType }) => number === 7 && wireType === 2);
  if (body === undefined || more.length > 0) throw unreadable('it has no single graph');
  const fields = readFields(body.payload);
  refuse(fields, [[15, 'it has sparse weights']]);
  if (fields.filter(({ number }) => number === 1).length > mostNodes) throw unreadable('it has too many nodes');
  const pool = new FloatPool();
  const graph: Graph = {
    nodes: fields.filter(({ number }) => number === 1).map(readNode),
    initializers: byName(fields.filter(({ number }) => number === 5).map(({ payload }) => readTensor(payload, pool))),
    inputs: fields.filter(({ number }) => number === 11).map(valueName),
    outputs: fields.filter(({ number }) => number === 12).map(valueName),
    opset: standardOpset(model),
    rest: { model, graph: fields },
  };
  refuseDisorder(graph);
  refuseHeavySharing(graph);
  return graph;
}

/** The file again. Shapes noted for tensors inside the graph are left out: the runtime infers them, and some changed. */
export function writeGraph({ nodes, initializers, rest }: Graph): Uint8Array {
  const content = [
    ...nodes.flatMap((node) => countedField(1, nodeChunks(node))),
    ...rest.graph.filter(({ number }) => ![1, 5, 13].includes(number)).map(({ raw }) => raw),
    ...[...initializers.values()].flatMap((tensor) => countedField(5, tensorChunks(tensor))),
  ];
  return joined(rest.model.flatMap((field) => (field.number === 7 ? countedField(7, content) : [field.raw])));
}

/** Undefined when the node has no such number. */
export function intOf(node: Node, name: string): number | undefined {
  const field = fieldOf(node, name, 3);
  return field?.wireType === 0 ? Number(BigInt.asIntN(64, field.varint)) : undefined;
}

export function floatOf(node: Node, name: string): number | undefined {
  const field = fieldOf(node, name, 2);
  if (field?.wireType !== 5) return undefined;
  const { buffer, byteOffset } = field.payload;
  return new DataView(buffer, byteOffset, 4).getFloat32(0, true);
}

export function intsOf(node: Node, name: string): readonly number[] {
  return signedVarints(attributeOf(node, name)?.fields ?? [], 8).map(Number);
}

/** Any bytes may stand there; what is no text equals nothing that a rewrite looks for. */
export function stringOf(node: Node, name: string): string | undefined {
  const field = fieldOf(node, name, 4);
  return field && Buffer.from(field.payload).toString('latin1');
}

export function intAttribute(name: string, value: number): Attribute {
  return attribute(name, [varintField(3, BigInt(value)), varintField(20, attributeTypes.int)]);
}

export function floatAttribute(name: string, value: number): Attribute {
  const bytes = new Uint8Array(5);
  bytes[0] = (2 << 3) | 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return attribute(name, [bytes, varintField(20, attributeTypes.float)]);
}

export function withAttribute(node: Node, added: Attribute): Node {
  return { ...node, attributes: [...node.attributes.filter(({ name }) => name !== added.name), added] };
}

/** The largest picture networks have some thousands. */
const mostNodes = 10_000;
/** AttributeProto.AttributeType. */
const attributeTypes = { float: 1n, int: 2n } as const;

function readNode({ payload }: WireField): Node {
  const fields = readFields(payload);
  const texts = (number: number) => fields.filter((field) => field.number === number).map(textOf);
  if (texts(8).some((overload) => overload !== '')) throw unreadable('a node names an overload');
  return {
    name: textOf(lastField(fields, 3)),
    opType: textOf(lastField(fields, 4)),
    domain: textOf(lastField(fields, 7)).replace(/^ai\.onnx$/, ''),
    inputs: texts(1),
    outputs: texts(2),
    attributes: fields.filter(({ number }) => number === 5).map(readAttribute),
  };
}

function readAttribute({ payload }: WireField): Attribute {
  const fields = readFields(payload);
  refuse(fields, [
    [6, 'a node has a graph inside (a branch or loop)'],
    [11, 'a node has graphs inside (a branch or loop)'],
    [21, 'a node refers to an attribute of a function'],
  ]);
  return { name: textOf(lastField(fields, 1)), fields, raw: payload };
}

function attribute(name: string, value: Chunks): Attribute {
  const raw = joined([...textField(1, name), ...value]);
  return { name, fields: readFields(raw), raw };
}

function attributeOf(node: Node, name: string): Attribute | undefined {
  return node.attributes.find((candidate) => candidate.name === name);
}

function fieldOf(node: Node, name: string, number: number): WireField | undefined {
  return lastField(attributeOf(node, name)?.fields ?? [], number);
}

function nodeChunks({ name, opType, domain, inputs, outputs, attributes }: Node): Chunks {
  return [
    ...inputs.flatMap((input) => textField(1, input)),
    ...outputs.flatMap((output) => textField(2, output)),
    ...(name === '' ? [] : textField(3, name)),
    ...textField(4, opType),
    ...attributes.flatMap(({ raw }) => countedField(5, [raw])),
    ...(domain === '' ? [] : textField(7, domain)),
  ];
}

function byName(tensors: readonly Initializer[]): Map<string, Initializer> {
  const map = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  if (map.size !== tensors.length) throw unreadable('two weights have one name');
  return map;
}

const valueName = ({ payload }: WireField): string => textOf(lastField(readFields(payload), 1));

/** The rewrites know the operators as they are from version 7 to 22; others may mean something else. */
function standardOpset(model: readonly WireField[]): number {
  const imports = model.filter(({ number }) => number === 8).map(({ payload }) => readFields(payload));
  const standard = imports.filter((fields) => ['', 'ai.onnx'].includes(textOf(lastField(fields, 1))));
  const version = Number(lastField(standard[0] ?? [], 2)?.varint ?? 0n);
  if (standard.length !== 1 || version < 7 || version > 22) throw unreadable(`its operator set is ${version}`);
  return version;
}

/** Every value has one maker, which stands before its users; so a node's place in the list says what it can see. */
function refuseDisorder({ nodes, initializers, inputs, outputs }: Graph): void {
  const known = new Set([...initializers.keys(), ...inputs]);
  for (const { inputs: used, outputs: made } of nodes) {
    if (used.some((name) => name !== '' && !known.has(name)))
      throw unreadable('a node uses what no node before it made');
    for (const name of made) {
      if (name !== '' && known.has(name)) throw unreadable(`two nodes make ${name}`);
      known.add(name);
    }
  }
  if (outputs.some((name) => !known.has(name))) throw unreadable('an output is made by no node');
}

/** Each use may be rewritten: a small file whose nodes all share one large tensor must not become a huge one. */
function refuseHeavySharing({ nodes, initializers }: Graph): void {
  const sizeOf = (name: string) => initializers.get(name)?.floats?.length ?? 0;
  const stored = [...initializers.keys()].reduce((sum, name) => sum + sizeOf(name), 0);
  const used = nodes.flatMap(({ inputs }) => inputs).reduce((sum, name) => sum + sizeOf(name), 0);
  if (used > 2 * stored + freelyShared) throw unreadable('its nodes share their weights too often');
}

const freelyShared = 1_000_000;

function refuse(fields: readonly WireField[], unsupported: readonly (readonly [number, string])[]): void {
  for (const [number, reason] of unsupported) {
    if (fields.some((field) => field.number === number)) throw unreadable(reason);
  }
}
