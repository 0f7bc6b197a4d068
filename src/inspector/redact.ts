import type { Config } from '../config/index.js';

const hidden = '***';
/** A value under such a key is a secret wherever it stands, should the configuration ever get one. */
const secretKey = /pass(word|phrase)?$|secret|token|credential$/i;

/**
 * The configuration without credentials. Of a camera's address only scheme, host and port stay: some cameras want user
 * and password in the path or the query.
 */
export function redactedConfig(config: Config): unknown {
  return redacted(config, '');
}

function redacted(value: unknown, key: string): unknown {
  if (typeof value === 'string') return secretKey.test(key) ? hidden : withoutLogins(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redacted(inner, name)]));
}

function withoutLogins(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*):\/\/(?:[^\s/@]*@)?([^\s/?#]*)(\S*)/gi, (_all, scheme, host, rest) =>
    rest === '' || rest === '/' ? `${scheme}://${host}` : `${scheme}://${host}/${hidden}`,
  );
}
