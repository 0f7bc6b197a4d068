import { createHmac, timingSafeEqual } from 'node:crypto';

/** A message whose time stamp is further away than this is refused: whoever recorded it cannot play it back later. */
const toleranceMs = 300_000;

/**
 * How a panel checks what a terminal sent to its listener, before it reads the body. Needs nothing but Node; in Python the
 * same is `hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()` with `hmac.compare_digest`.
 *
 * What is signed: five lines joined by a line feed, with none at the end: `menshen-webhook-v1`, the values of the headers
 * `menshen-timestamp`, `menshen-delivery` and `menshen-key`, and the body byte for byte. The key is the UTF-8 of the secret
 * as it was shown when the listener was added, its `whsec_` included.
 *
 * A message that holds may still be one that came before: acknowledge it with 2xx and do nothing when `menshen-delivery` was
 * dealt with already.
 *
 * @param {Readonly<Record<string, string | string[] | undefined>>} headers names in lower case
 * @param {Buffer} body as it came, not parsed and written again
 * @param {string} secret
 * @param {number} nowMs
 * @returns {boolean}
 */
export function messageHolds(headers, body, secret, nowMs = Date.now()) {
  const names = ['menshen-timestamp', 'menshen-delivery', 'menshen-key'];
  const head = ['menshen-webhook-v1', ...names.map((name) => headers[name])].join('\n');
  const expected = createHmac('sha256', secret).update(`${head}\n`).update(body).digest();
  const given = Buffer.from(String(headers['menshen-signature']).replace(/^v1=/, ''), 'hex');
  // Lengths first: the comparison takes the same time wherever two signatures of one length differ.
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  return Math.abs(nowMs - Number(headers['menshen-timestamp']) * 1000) <= toleranceMs;
}
