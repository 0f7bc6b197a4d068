import { MenshenError } from '../../core/index.js';

/** One field of a protobuf message: a number, or the bytes of text, a message or packed values. */
export interface WireField {
  readonly field: number;
  readonly bytes?: Uint8Array;
  /** Varints only; what exceeds 2^53 loses its last digits, and no field read here does. */
  readonly number?: number;
}

/**
 * The fields of one protobuf message, in the order in which they lie; nothing is copied.
 *
 * Error: `model-pack-invalid` where the bytes are no such message.
 */
export function* fieldsOf(message: Uint8Array): Generator<WireField> {
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const tag = varint(message, cursor);
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { field, number: varint(message, cursor) };
        break;
      case 1:
        yield { field, bytes: take(message, cursor, 8) };
        break;
      case 2:
        yield { field, bytes: take(message, cursor, varint(message, cursor)) };
        break;
      case 5:
        yield { field, bytes: take(message, cursor, 4) };
        break;
      default:
        throw noMessage();
    }
  }
}

const longestVarint = 10;

function varint(message: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  for (let index = 0; index < longestVarint; index += 1) {
    const byte = message[cursor.at];
    if (byte === undefined) throw noMessage();
    cursor.at += 1;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  throw noMessage();
}

function take(message: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  const end = cursor.at + length;
  if (end > message.length) throw noMessage();
  const bytes = message.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

function noMessage(): MenshenError {
  return new MenshenError('model-pack-invalid', 'the file is no ONNX model (its protobuf encoding is broken).');
}
