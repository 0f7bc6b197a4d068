import type { FastifyRequest } from 'fastify';

const name = 'menshen-screen';
const path = '/kiosk';

/** The screen's API key as its cookie carries it, or undefined. A cookie that is there twice counts as none. */
export function screenToken({ headers }: FastifyRequest): string | undefined {
  const values = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined;
}

/**
 * The `set-cookie` header that gives the page its key: out of reach of scripts, sent below `/kiosk` alone, and never with
 * a request that another page started. An API key has no sign that a cookie must escape.
 */
export function screenCookie(token: string, { maxAgeMs, secure }: { maxAgeMs: number; secure: boolean }): string {
  const seconds = Math.floor(maxAgeMs / 1000);
  return `${name}=${token}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
