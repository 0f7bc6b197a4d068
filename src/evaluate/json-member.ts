import { MenshenError } from '../core/index.js';

/**
 * Replaces one member's value in the text of a JSON object and leaves every other byte alone, so that a file that people
 * keep under version control changes only where it was meant to. Nested objects are laid out with two spaces.
 *
 * Error: `model-pack-invalid` when the text is not a JSON object or has no such member.
 */
export function replaceMember(text: string, path: readonly string[], value: unknown): string {
  checkJson(text);
  let range = { from: 0, to: text.length };
  for (const name of path) range = memberIn(text, range, name);
  const indent = '  '.repeat(path.length);
  const written = JSON.stringify(value, undefined, 2).replaceAll('\n', `\n${indent}`);
  return text.slice(0, range.from) + written + text.slice(range.to);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Strings (with their escapes), brackets, separators and everything between them: enough for text that is known to be JSON. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

function memberIn(text: string, within: Range, name: string): Range {
  let depth = 0;
  let key: string | undefined;
  let inValue = false;
  let found: Range | undefined;
  let last: Range | undefined;
  for (const match of text.slice(within.from, within.to).matchAll(tokens)) {
    const token = match[0];
    const from = within.from + match.index;
    if (token === '}' || token === ']') depth -= 1;
    const own = depth === 1 && token !== '}' && token !== ']';
    if (own && !inValue && token.startsWith('"')) key = JSON.parse(token);
    if (own && token === ',') [key, inValue] = [undefined, false];
    else if (own && token === ':') inValue = true;
    else if (inValue && depth >= 1 && key === name) {
      last = { from: last?.from ?? from, to: from + token.length };
      found = last;
    }
    if (token === '{' || token === '[') depth += 1;
  }
  if (found !== undefined) return found;
  throw new MenshenError('model-pack-invalid', `the manifest has no member ${name}.`);
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new MenshenError('model-pack-invalid', 'the manifest is not JSON.', { cause });
  }
}
