import { MenshenError } from '../../core/index.js';

/** One field of a protobuf message: where it stands; read only when asked, because most fields are only passed on. */
export class WireField {
  constructor(
    private readonly message: Uint8Array,
    readonly number: number,
    /** 0 varint, 1 eight bytes, 2 counted bytes, 5 four bytes. */
    readonly wireType: number,
    private readonly start: number,
    private readonly from: number,
    private readonly end: number,
  ) {}

  /** The content without tag and length; a view into the message, never a copy. */
  get payload(): Uint8Array {
    return this.message.subarray(this.from, this.end);
  }

  /** Tag, length and content, to write a field back as it was. */
  get raw(): Uint8Array {
    return this.message.subarray(this.start, this.end);
  }

  /** A varint's value, as the unsigned 64-bit number it is on the wire; 0 for the other types. */
  get varint(): bigint {
    return this.wireType === 0 ? wideValue(this.message, this.from, this.end) : 0n;
  }
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
    const afterKey = varintEnd(message, at);
    const key = narrowValue(message, at, afterKey);
    const number = Math.floor(key / 8);
    if (number === 0 || number > 0x1fffffff) throw unreadable('a field number is out of range');
    const from = key % 8 === 2 ? varintEnd(message, afterKey) : afterKey;
    const end = contentEnd(message, { wireType: key % 8, afterKey, from });
    fields.push(new WireField(message, number, key % 8, at, from, end));
    at = end;
  }
  return fields;
}

/** Numbers of a repeated varint field, packed or not, as signed 64-bit. Error: `model-pack-invalid`. */
export function signedVarints(fields: readonly WireField[], number: number): bigint[] {
  return fields
    .filter((field) => field.number === number)
    .flatMap((field) => {
      if (field.wireType === 0) return [BigInt.asIntN(64, field.varint)];
      if (field.wireType === 2) return unpacked(field.payload);
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
  const { payload } = field;
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('latin1');
  if (ascii.test(text)) return text;
  try {
    return utf8.decode(payload);
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

/** The error of every reader here. */
export function unreadable(detail: string, cause?: unknown): MenshenError {
  return new MenshenError('model-pack-invalid', `the file is no ONNX model: ${detail}.`, { cause });
}

/** A model of the packs we know has about two hundred; a hostile file must not make millions of objects. */
const mostFields = 200_000;

/** Nearly every name is, and is then read much faster. */
const ascii = /^[\x20-\x7e]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function contentEnd(
  message: Uint8Array,
  { wireType, afterKey, from }: { wireType: number; afterKey: number; from: number },
): number {
  if (wireType === 0) return varintEnd(message, from);
  const length = wireType === 1 ? 8 : wireType === 5 ? 4 : narrowValue(message, afterKey, from);
  if (![1, 2, 5].includes(wireType)) throw unreadable(`wire type ${wireType} is not supported`);
  if (from + length > message.length) throw unreadable('a length goes beyond the end');
  return from + length;
}

/** Where the varint that begins at `start` ends; 64 bits take at most ten bytes. */
function varintEnd(message: Uint8Array, start: number): number {
  for (let at = start; at < start + 10; at += 1) {
    const byte = message[at];
    if (byte === undefined) throw unreadable('it ends inside a number');
    if (byte < 0x80) return at + 1;
  }
  throw unreadable('a number is longer than 64 bits');
}

/** Tags and lengths; imprecise above 2^53, which is beyond every end. */
function narrowValue(message: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= start; at -= 1) value = value * 0x80 + ((message[at] ?? 0) & 0x7f);
  return value;
}

function wideValue(message: Uint8Array, start: number, end: number): bigint {
  let value = 0n;
  for (let at = end - 1; at >= start; at -= 1) value = (value << 7n) | BigInt((message[at] ?? 0) & 0x7f);
  return BigInt.asUintN(64, value);
}

function unpacked(payload: Uint8Array): bigint[] {
  const values: bigint[] = [];
  let at = 0;
  while (at < payload.length) {
    if (values.length === mostFields) throw unreadable('a list of numbers is too long');
    const end = varintEnd(payload, at);
    values.push(BigInt.asIntN(64, wideValue(payload, at, end)));
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
