import { createHash } from 'node:crypto';
import { equalBytes } from '../crypto/index.js';

/** HTTP Digest (RFC 7616) with qop=auth, by the newer and by the older of its algorithms. */
export const algorithms = ['SHA-256', 'MD5'] as const;
export type Algorithm = (typeof algorithms)[number];

/** What a client sends in `Authorization: Digest …`. */
export interface DigestAnswer {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly algorithm: Algorithm;
  readonly cnonce: string;
  /** Eight hexadecimal digits. */
  readonly nc: string;
  /** Lower-case hexadecimal. */
  readonly response: string;
}

const nodeNames = { 'SHA-256': 'sha256', MD5: 'md5' } as const;
const longestHeader = 2048;
const mostParameters = 12;

/** A hash's lower-case hexadecimal. */
export function hexOf(algorithm: Algorithm, text: string): string {
  return createHash(nodeNames[algorithm]).update(text, 'utf8').digest('hex');
}

/** What stands for a password, for one name in one realm (RFC 7616, 3.4.2). */
export function secretOf(
  algorithm: Algorithm,
  { username, realm, password }: Record<'username' | 'realm' | 'password', string>,
): string {
  return hexOf(algorithm, `${username}:${realm}:${password}`);
}

/** RFC 7616, 3.4.1. @param secret of `secretOf` */
export function responseFor(
  secret: string,
  method: string,
  answer: Omit<DigestAnswer, 'response' | 'username' | 'realm'>,
): string {
  const { algorithm, nonce, nc, cnonce, uri } = answer;
  return hexOf(algorithm, [secret, nonce, nc, cnonce, 'auth', hexOf(algorithm, `${method}:${uri}`)].join(':'));
}

/** In constant time. */
export function answerHolds(secret: string, method: string, answer: DigestAnswer): boolean {
  return equalBytes(Buffer.from(responseFor(secret, method, answer)), Buffer.from(answer.response));
}

/** Undefined for whatever is not exactly what the standard allows and we speak: nothing is guessed. */
export function readDigest(header: string): DigestAnswer | undefined {
  const parameters = header.length > longestHeader ? undefined : parametersOf(header);
  if (parameters === undefined) return undefined;
  const { algorithm: named = 'MD5', qop, ...rest } = Object.fromEntries(parameters);
  const algorithm = algorithms.find((known) => known === named);
  const { username, realm, nonce, uri, cnonce, nc, response } = rest;
  if (algorithm === undefined || qop !== 'auth') return undefined;
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined) return undefined;
  if (cnonce === undefined || cnonce.length > 200 || nc === undefined || response === undefined) return undefined;
  if (!/^[0-9a-f]{8}$/i.test(nc) || !/^[0-9a-f]{32,64}$/.test(response)) return undefined;
  return { username, realm, nonce, uri, algorithm, cnonce, nc, response };
}

/** `name=token` and `name="text"`, separated by commas; each name once, and only names that the standard has. */
function parametersOf(header: string): Map<string, string> | undefined {
  const scheme = /^Digest +/i.exec(header);
  if (scheme === null) return undefined;
  const parameter = /([a-z]{2,12})=(?:"((?:[^"\\\r\n]|\\["\\])*)"|([\w!#$%&'*+.^`|~-]+))(?:[ \t]*,[ \t]*|$)/giy;
  parameter.lastIndex = scheme[0].length;
  const found = new Map<string, string>();
  while (parameter.lastIndex < header.length) {
    const [, name = '', quoted, token] = parameter.exec(header) ?? [];
    const key = name.toLowerCase();
    if (!known.has(key) || found.has(key) || found.size >= mostParameters) return undefined;
    found.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '');
  }
  return found;
}

const known: ReadonlySet<string> = new Set([
  ...['username', 'realm', 'nonce', 'uri', 'response', 'algorithm', 'cnonce', 'opaque', 'qop', 'nc'],
]);
