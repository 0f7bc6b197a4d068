import { verifySignature } from '../crypto/index.js';
import type { ConsentRow } from './records.js';

/** What a consent record's columns must agree with. */
export interface SignedConsent {
  readonly recordId: string;
  readonly subjectId: string;
  readonly noticeHash: string;
  readonly materialHash: string;
  /** ISO 8601. */
  readonly expiry: string;
  readonly guardian?: { readonly reviewDate: string };
}

/** The record as it was signed, or undefined when the row says something else than it, or this device did not sign it. */
export function signedConsent(row: ConsentRow, publicKey: Uint8Array): SignedConsent | undefined {
  if (!verifySignature(publicKey, row.body, row.signature)) return undefined;
  // Signed by this device, so written by the consent room.
  const body = JSON.parse(row.body) as SignedConsent;
  const same =
    body.recordId === row.recordId &&
    body.subjectId === row.subjectId &&
    body.noticeHash === row.noticeHash &&
    Date.parse(body.expiry) === row.expiresAtMs &&
    (body.guardian === undefined ? undefined : birthdayMs(body.guardian.reviewDate)) === row.reviewAtMs;
  return same ? body : undefined;
}

/**
 * The first moment of a day of the calendar in China, whose law asks for the review on the 14th birthday.
 *
 * @param date `YYYY-MM-DD`. @returns undefined for what is no date of the calendar.
 */
export function birthdayMs(date: string): number | undefined {
  const ms = Date.parse(`${date}T00:00:00+08:00`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(ms)) return undefined;
  // The 30th of February is read as a day in March.
  return new Date(ms + chinaOffsetMs).toISOString().startsWith(date) ? ms : undefined;
}

const chinaOffsetMs = 8 * 3_600_000;
