import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, keyedHash } from '../crypto/index.js';
import type { PanelInvitationRow, Store } from '../store/index.js';

export interface Invitation {
  /** Told once; only its keyed hash is stored. */
  readonly code: string;
  readonly expiresAtMs: number;
}

export interface InvitationParts {
  readonly store: Store;
  readonly audit: AuditPort;
  /** Never behind the time that is vouched for. */
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly randomness: Randomness;
}

const codeLifeMs = 900_000;
const maxTries = 5;
const maxOpen = 50;
export const longestGrantDays = 730;
/** No I, L, O, U: what is read aloud or typed is not mistaken. 32 signs, so every byte's low five bits name one. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groupLength = 5;
const codeLength = 4 * groupLength;

/**
 * One-time codes that let a panel in: fifteen minutes, one use, five tries. The first five signs name the invitation and
 * the other fifteen are its secret (75 bits): whoever guesses blindly spends nobody else's tries.
 */
export class PanelInvitations {
  readonly #parts: InvitationParts;

  constructor(parts: InvitationParts) {
    this.#parts = parts;
  }

  /** @throws MenshenError `expiry-invalid`, `too-many-requests` with fifty open ones. */
  make(wanted: { role: string; label: string; days: number }, by: string): Invitation {
    const { store, audit, randomness } = this.#parts;
    checkDays(wanted.days);
    const nowMs = this.#nowMs();
    store.panels.forgetInvitationsBefore(nowMs);
    if (store.panels.countInvitations() >= maxOpen) {
      throw new MenshenError('too-many-requests', `${maxOpen} invitations are open. They end by themselves; wait.`);
    }
    const letters = [...randomness.bytes(codeLength)].map((byte) => alphabet[byte & 31] ?? '').join('');
    const id = letters.slice(0, groupLength);
    const expiresAtMs = nowMs + codeLifeMs;
    store.transaction(() => {
      const { role, label, days } = wanted;
      const codeHash = this.#hash(letters);
      store.panels.addInvitation({ ...{ id, codeHash, role, label, days, expiresAtMs }, madeBy: by, tries: 0 });
      audit.append('panel.invited', { invitation: id, role, label, days, expiresAtMs, by });
    });
    return { code: (letters.match(/.{5}/g) ?? []).join('-'), expiresAtMs };
  }

  /**
   * The invitation that a code opens; it is not used up yet. Wrong ones count.
   *
   * @throws MenshenError `panel-refused`: wrong, used, too late and never made look the same.
   */
  open(code: string): PanelInvitationRow {
    const { store, audit } = this.#parts;
    const letters = code.toUpperCase().replaceAll(/[\s-]/g, '');
    const hash = this.#hash(letters);
    const invitation = store.panels.invitation(letters.slice(0, groupLength));
    const right = equalBytes(hash, invitation?.codeHash ?? new Uint8Array(hash.length));
    if (invitation === undefined) throw refused();
    const { id, tries, expiresAtMs } = invitation;
    if (right && tries < maxTries && this.#nowMs() < expiresAtMs) return invitation;
    store.transaction(() => {
      store.panels.countTry(id);
      const isVoid = tries + 1 >= maxTries || this.#nowMs() >= expiresAtMs;
      if (isVoid) store.panels.removeInvitation(id);
      audit.append('panel.enrolment-refused', { invitation: id, tries: tries + 1, void: isVoid });
    });
    throw refused();
  }

  /** To be called in the transaction that lets the panel in. @throws MenshenError `panel-refused` when somebody was quicker. */
  useUp({ id, expiresAtMs }: PanelInvitationRow): void {
    if (this.#nowMs() >= expiresAtMs || !this.#parts.store.panels.removeInvitation(id)) throw refused();
  }

  #hash(letters: string): Uint8Array {
    return keyedHash(this.#parts.store.keys.apiKeys, `panel-invitation:${letters}`);
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.wallMs());
  }
}

/** @throws MenshenError `expiry-invalid`. */
export function checkDays(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > longestGrantDays)
    throw new MenshenError('expiry-invalid', `A panel is let in for 1 to ${longestGrantDays} days.`);
}

const refused = (): MenshenError =>
  new MenshenError(
    'panel-refused',
    'The code is wrong, was used, or is older than fifteen minutes. Make a new one with `menshen panels invite`.',
  );
