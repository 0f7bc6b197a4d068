import { MenshenError } from '../core/index.js';
import { readXml } from './xml.js';

/** A body's one element, and what is in it by name. */
export type Members = ReadonlyMap<string, unknown>;

/**
 * What a call says, in JSON or XML, whichever it looks like; panels name their content types as they please.
 *
 * @param roots names that the body's one element may have
 * @throws MenshenError `body-invalid`.
 */
export function readBody(body: unknown, roots: readonly string[]): unknown {
  const text = typeof body === 'string' ? body : '';
  const read = text.trimStart().startsWith('<') ? fromXml(text) : fromJson(text);
  if (read === undefined || !roots.includes(read.root)) throw badBody(`The body must be one ${roots.join(' or ')}.`);
  return read.content;
}

/** @throws MenshenError `body-invalid` for members that nobody knows: what cannot be done is not passed over. */
export function membersOf(value: unknown, known: readonly string[]): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badBody('An element is expected.');
  const members = new Map<string, unknown>(Object.entries(value));
  const unknown = [...members.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw badBody(`${unknown.slice(0, 40)} is not supported here.`);
  return members;
}

/** A whole number, also as XML writes it. @throws MenshenError `body-invalid`. */
export function wholeOf(members: Members, name: string, [least, most]: readonly [number, number]): number | undefined {
  const value = members.get(name);
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < least || number > most)
    throw badBody(`${name} must be a whole number from ${least} to ${most}.`);
  return number;
}

/** @throws MenshenError `body-invalid`. */
export function textOf(members: Members, name: string, longest: number): string | undefined {
  const value = members.get(name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.length > longest)
    throw badBody(`${name} must be a text of at most ${longest}.`);
  return value;
}

export const badBody = (why: string): MenshenError => new MenshenError('body-invalid', why);

function fromXml(text: string): { root: string; content: unknown } | undefined {
  return readXml(text);
}

function fromJson(text: string): { root: string; content: unknown } | undefined {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [only, ...more] = Object.entries(value);
  return only === undefined || more.length > 0 ? undefined : { root: only[0], content: only[1] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
