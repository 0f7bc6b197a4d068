import canonicalizeModule from 'canonicalize';
import { MenshenError } from '../core/index.js';

// The package is CommonJS with a default export that TypeScript and Node see differently.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** Canonical JSON (RFC 8785): what signatures and hashes cover. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new MenshenError('internal', 'a value has no JSON form');
  return text;
}
