/**
 * How a panel checks a decision before it opens anything; needs nothing but Node.
 *
 *   node verify-decision.mjs PUBLIC_KEY NONCE STATE_FILE [NOW] < decision.json
 *
 * PUBLIC_KEY as `GET /v1/device` gives it, fetched once when the terminal is set up, over a connection that is trusted.
 * NONCE as the panel sent it with its request. STATE_FILE keeps the highest serial that was accepted from this terminal.
 * NOW (ISO 8601) is for tests. Prints what was decided and ends with 0, or prints why it is refused and ends with 1.
 */
import { createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Clocks of terminal and panel may differ by so much. */
const toleranceMs = 60_000;

/** @typedef {Record<string, string | number>} Decision flat: strings and whole numbers */

/**
 * @param {Decision} decision
 * @param {{ publicKey: string, nonce: string, lastSerial: number, nowMs: number }} expected
 * @returns {string | undefined} why it is refused; undefined when it holds
 */
export function refusalOf(decision, { publicKey, nonce, lastSerial, nowMs }) {
  const { signature, ...signed } = decision;
  if (!signatureHolds(canonical(signed), String(signature), publicKey)) return 'bad-signature';
  if (decision.nonce !== nonce) return 'other-nonce';
  if (!(Date.parse(String(decision.expiresAt)) > nowMs)) return 'stale';
  if (!(Date.parse(String(decision.decidedAt)) <= nowMs + toleranceMs)) return 'from-the-future';
  const serial = Number(decision.serial);
  // A denial that could not be recorded has the serial 0; a grant always has its own.
  if (serial === 0 && decision.decision !== 'grant') return undefined;
  return serial > lastSerial ? undefined : 'replayed';
}

/**
 * @param {string} text
 * @param {string} signature base64
 * @param {string} publicKey base64
 */
function signatureHolds(text, signature, publicKey) {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
}

/**
 * RFC 8785 for a flat object of strings and whole numbers: members in the order of their names, no space between.
 *
 * @param {Decision} value
 */
function canonical(value) {
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(value[name])}`);
  return `{${members.join(',')}}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [publicKey = '', nonce = '', stateFile = '', now] = process.argv.slice(2);
  const decision = JSON.parse(readFileSync(0, 'utf8'));
  const lastSerial = existsSync(stateFile) ? Number(readFileSync(stateFile, 'utf8')) : 0;
  const nowMs = now === undefined ? Date.now() : Date.parse(now);
  const refusal = refusalOf(decision, { publicKey, nonce, lastSerial, nowMs });
  if (refusal === undefined && decision.serial > lastSerial) {
    // Noted before the door opens, and whole: a panel that loses power must not accept it again.
    writeFileSync(`${stateFile}.part`, String(decision.serial), { flush: true });
    renameSync(`${stateFile}.part`, stateFile);
  }
  console.log(refusal === undefined ? decision.decision : `refused: ${refusal}`);
  process.exitCode = refusal === undefined ? 0 : 1;
}
