import { createHmac } from 'node:crypto';

/** HMAC-SHA256 of a text’s UTF-8, in lower-case hex, keyed with the UTF-8 of `secret`: what panels of any maker can check. */
export function hmacSha256(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
}
