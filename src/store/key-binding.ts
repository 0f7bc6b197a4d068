/** What a wrapped key is bound to, so that a wrap moved to another row, person, consent or epoch does not open. */
import type { Row } from './database.js';
import { textOf } from './rows.js';

export type KeyPurpose = 'profile' | 'face';

export interface KeyBinding {
  readonly keyId: string;
  readonly purpose: KeyPurpose;
  readonly subjectId: string;
  readonly consentId: string;
}

/** @param row of `wrapped_key`. */
export function bindingOf(row: Row): KeyBinding {
  return {
    keyId: textOf(row, 'id'),
    purpose: textOf(row, 'purpose') === 'face' ? 'face' : 'profile',
    subjectId: textOf(row, 'subject_id'),
    consentId: textOf(row, 'consent_id'),
  };
}

/** The associated data of a key's wrap. */
export const boundTo = ({ keyId, purpose, subjectId, consentId }: KeyBinding, epoch: number): string =>
  wrapBound(`${keyId}:${purpose}:${subjectId}:${consentId}`, epoch);

/** The same as SQLite puts it together, for when all rows are rewrapped: one string from each instead of four. */
export const nameSql = `id || ':' || purpose || ':' || subject_id || ':' || consent_id`;

/** @param name what `nameSql` gives. */
export const wrapBound = (name: string, epoch: number): string => `menshen:key:${name}:${epoch}`;
