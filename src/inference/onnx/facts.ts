import { MenshenError } from '../../core/index.js';
import { readFields, textOf, type WireField } from './wire.js';

/** What a model file says of itself that decides whether it may be opened at all. */
export interface OnnxFacts {
  /** Operators by their domain; the standard's own domain is the empty text. */
  readonly operators: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where tensors are kept that are not in the file. */
  readonly externalFiles: readonly string[];
}

/** Field numbers of onnx.proto. */
const model = { graph: 7, functions: 25 } as const;
const graph = { node: 1, initializer: 5, sparseInitializer: 15 } as const;
const node = { operator: 4, attribute: 5, domain: 7 } as const;
const attribute = { tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;
const tensor = { externalData: 13, dataLocation: 14 } as const;
const functionProto = { node: 7 } as const;

/** Graphs within graphs; beyond this a file is made to exhaust the stack. */
const deepestNesting = 16;
const externalLocation = 1n;

/**
 * Reads operators and external data references of an ONNX file, without running anything of it.
 *
 * Error: `model-pack-invalid` for what is no ONNX file.
 */
export function onnxFactsOf(bytes: Uint8Array): OnnxFacts {
  const seen: Seen = { operators: new Map(), externalFiles: [] };
  let graphs = 0;
  for (const { number: field, counted: part } of partsOf(bytes)) {
    if (part === undefined) continue;
    if (field === model.graph) {
      graphs += 1;
      readGraph(part, seen, 0);
    }
    if (field === model.functions) readFunction(part, seen);
  }
  if (graphs === 0) throw new MenshenError('model-pack-invalid', 'the file holds no ONNX graph.');
  return seen;
}

interface Seen {
  readonly operators: Map<string, Set<string>>;
  readonly externalFiles: string[];
}

function readGraph(bytes: Uint8Array, seen: Seen, depth: number): void {
  if (depth > deepestNesting) throw new MenshenError('model-pack-invalid', 'the model nests too many graphs.');
  for (const { number: field, counted: part } of partsOf(bytes)) {
    if (part === undefined) continue;
    if (field === graph.node) readNode(part, seen, depth);
    if (field === graph.initializer) readTensor(part, seen);
    if (field === graph.sparseInitializer) for (const half of partsOf(part)) readTensor(half.counted ?? empty, seen);
  }
}

function readFunction(bytes: Uint8Array, seen: Seen): void {
  for (const { number: field, counted: part } of partsOf(bytes)) {
    if (field === functionProto.node && part !== undefined) readNode(part, seen, 0);
  }
}

function readNode(bytes: Uint8Array, seen: Seen, depth: number): void {
  let operator = '';
  let domain = '';
  for (const { number: field, counted: part } of partsOf(bytes)) {
    if (part === undefined) continue;
    if (field === node.operator) operator = utf8Of(part);
    if (field === node.domain) domain = utf8Of(part);
    if (field === node.attribute) readAttribute(part, seen, depth);
  }
  const names = seen.operators.get(domain) ?? new Set();
  seen.operators.set(domain, names.add(operator));
}

function readAttribute(bytes: Uint8Array, seen: Seen, depth: number): void {
  for (const { number: field, counted: part } of partsOf(bytes)) {
    if (part === undefined) continue;
    if (field === attribute.graph || field === attribute.graphs) readGraph(part, seen, depth + 1);
    if (field === attribute.tensor || field === attribute.tensors) readTensor(part, seen);
  }
}

function readTensor(bytes: Uint8Array, seen: Seen): void {
  let external = false;
  let where = '';
  for (const { number: field, counted: part, field: whole } of partsOf(bytes)) {
    if (field === tensor.dataLocation) external = whole.varint === externalLocation;
    if (field === tensor.externalData && part !== undefined) where ||= entryOf(part, 'location');
  }
  if (external || where !== '') seen.externalFiles.push(where);
}

function entryOf(bytes: Uint8Array, wanted: string): string {
  const [key, value] = readFields(bytes).map(textOf);
  return key === wanted ? (value ?? '') : '';
}

interface Part {
  readonly field: WireField;
  readonly number: number;
  /** Text, a message or packed values; absent for numbers. */
  readonly counted?: Uint8Array;
}

function partsOf(message: Uint8Array): Part[] {
  return readFields(message).map((field) =>
    field.wireType === 0 ? { field, number: field.number } : { field, number: field.number, counted: field.payload },
  );
}

const empty = new Uint8Array(0);
/** Names of a hostile file may be anything: they are only compared and shown. */
const utf8Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
