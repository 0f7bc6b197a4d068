import { MenshenError } from '../core/index.js';

/** @param text ISO 8601. @throws MenshenError `expiry-invalid` for what is no time to come. */
export function futureMs(text: string, nowMs: number): number {
  const ms = Date.parse(text);
  if (!(ms > nowMs)) throw new MenshenError('expiry-invalid', 'State an expiry in the future (ISO 8601).');
  return ms;
}
