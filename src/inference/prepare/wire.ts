import { MenshenError } from '../../core/index.js';

/** One field of a protobuf message. Wire types of the encoding: 0 varint, 1 eight bytes, 2 counted bytes, 5 four bytes. */
export interface WireField {
  readonly number: number;
  readonly wireType: 0 | 1 | 2 | 5;
  /** A varint's value, as the unsigned 64-bit number it is on the wire; 0 for the other types. */
  readonly varint: bigint;
  /** The payload without tag and length; views into the message, never copies. */
  readonly payload: Uint8Array;
  /** Tag, length and payload, to write a field back as it was. */
  readonly raw: Uint8Array;
}

/** What bytes become when they are written: views in order, joined once at the end. */
export type Chunks = Uint8Array[];

/**
 * Splits a protobuf message into its fields without interpreting them (protobuf.dev/programming-guides/encoding).
 *
 * Error: `model-pack-invalid` for anything that is no message: truncated, a length beyond the end, groups, or more
 * fields than any model has.
 */
export function readFields(message: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  while (at < message.length) {
    if (fields.length === mostFields) throw unreadable('a message has too many fields');
    const field = readField(message, at);
    fields.push(field);
    at += field.raw.length;
  }
  return fields;
}

/** Numbers of a repeated varint field, packed or not, as signed 64-bit. Error: `model-pack-invalid`. */
export function signedVarints(fields: readonly WireField[], number: number): bigint[] {
  return fields
    .filter((field) => field.number === number)
    .flatMap(({ wireType, varint, payload }) => {
      if (wireType === 0) return [BigInt.asIntN(64, varint)];
      if (wireType === 2) return unpacked(payload);
      throw unreadable(`field ${number} is not a number`);
    });
}

/** The last value of a field that is meant to occur once, as protobuf has it; undefined when it is absent. */
export function lastField(fields: readonly WireField[], number: number): WireField | undefined {
  return fields.findLast((field) => field.number === number);
}

/** A field's text, or empty when it is absent. Error: `model-pack-invalid` (not UTF-8). */
export function textOf(field: WireField | undefined): string {
  if (field === undefined) return '';
  try {
    return utf8.decode(field.payload);
  } catch (cause) {
    throw unreadable('a name is not UTF-8', cause);
  }
}

export function varintField(number: number, value: bigint): Uint8Array {
  return Uint8Array.from([...varintBytes(BigInt(number << 3)), ...varintBytes(BigInt.asUintN(64, value))]);
}

export function textField(number: number, text: string): Chunks {
  return countedField(number, [encoder.encode(text)]);
}

export function countedField(number: number, content: Chunks): Chunks {
  const length = content.reduce((sum, chunk) => sum + chunk.length, 0);
  return [Uint8Array.from([...varintBytes(BigInt((number << 3) | 2)), ...varintBytes(BigInt(length))]), ...content];
}

export function joined(chunks: Chunks): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The error of every reader here: the runtime, not the preparation, has the last word on such a file. */
export function unreadable(detail: string, cause?: unknown): MenshenError {
  return new MenshenError('model-pack-invalid', `the model cannot be read for preparation: ${detail}.`, { cause });
}

/** A model of the packs we know has about two hundred; a hostile file must not make millions of objects. */
const mostFields = 200_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

function readField(message: Uint8Array, start: number): WireField {
  const tag = readVarint(message, start);
  const number = Number(tag.value >> 3n);
  if (number === 0 || number > 0x1fffffff) throw unreadable('a field number is out of range');
  const wireType = Number(tag.value & 7n);
  if (wireType === 0) {
    const { value, end } = readVarint(message, tag.end);
    return { number, wireType, varint: value, payload: nothing, raw: message.subarray(start, end) };
  }
  if (wireType === 1) return fieldOf(message, { number, wireType, start, from: tag.end, length: 8 });
  if (wireType === 5) return fieldOf(message, { number, wireType, start, from: tag.end, length: 4 });
  if (wireType !== 2) throw unreadable(`wire type ${wireType} is not supported`);
  const count = readVarint(message, tag.end);
  if (count.value > BigInt(message.length)) throw unreadable('a length goes beyond the end');
  return fieldOf(message, { number, wireType, start, from: count.end, length: Number(count.value) });
}

function fieldOf(
  message: Uint8Array,
  at: { number: number; wireType: 1 | 2 | 5; start: number; from: number; length: number },
): WireField {
  const end = at.from + at.length;
  if (end > message.length) throw unreadable('a length goes beyond the end');
  return {
    number: at.number,
    wireType: at.wireType,
    varint: 0n,
    payload: message.subarray(at.from, end),
    raw: message.subarray(at.start, end),
  };
}

function readVarint(message: Uint8Array, start: number): { value: bigint; end: number } {
  const first = message[start];
  if (first !== undefined && first < 0x80) return { value: BigInt(first), end: start + 1 };
  let value = 0n;
  for (let length = 0; length < 10; length += 1) {
    const byte = message[start + length];
    if (byte === undefined) throw unreadable('it ends inside a number');
    value |= BigInt(byte & 0x7f) << BigInt(7 * length);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: start + length + 1 };
  }
  throw unreadable('a number is longer than 64 bits');
}

function unpacked(payload: Uint8Array): bigint[] {
  const values: bigint[] = [];
  let at = 0;
  while (at < payload.length) {
    if (values.length === mostFields) throw unreadable('a list of numbers is too long');
    const { value, end } = readVarint(payload, at);
    values.push(BigInt.asIntN(64, value));
    at = end;
  }
  return values;
}

function varintBytes(value: bigint): number[] {
  if (value < 0x80n) return [Number(value)];
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}
