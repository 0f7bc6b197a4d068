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

/** What a code may make of its bearer; nothing that is stored makes more of them. */
const panelRoles: readonly string[] = ['panel', 'operator', 'auditor'];
export const isPanelRole = (role: string): boolean => panelRoles.includes(role);

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
 * the other fifteen are its secret (75 bits): whoever guesses blindly spends nobody else's tries. What is stored of the
 * secret covers all that is granted with it, so that a row that is changed in the file opens nothing.
 */
export class PanelInvitations {
  readonly #parts: InvitationParts;
  /** Until when each code that was used would have been good: a row that is put back lets nobody in again. */
  readonly #used = new Map<string, number>();

  constructor(parts: InvitationParts) {
    this.#parts = parts;
  }

  /** @throws MenshenError `expiry-invalid`, `body-invalid` for another role, `too-many-requests` with fifty open ones. */
  make(wanted: { role: string; label: string; days: number }, by: string): Invitation {
    const { store, audit, randomness } = this.#parts;
    checkDays(wanted.days);
    if (!isPanelRole(wanted.role))
      throw new MenshenError('body-invalid', `By a code come ${panelRoles.join(', ')}, and no other role.`);
    const nowMs = this.#nowMs();
    store.panelInvitations.forgetBefore(nowMs);
    if (store.panelInvitations.count() >= maxOpen) {
      throw new MenshenError('too-many-requests', `${maxOpen} invitations are open. They end by themselves; wait.`);
    }
    const letters = [...randomness.bytes(codeLength)].map((byte) => alphabet[byte & 31] ?? '').join('');
    const id = letters.slice(0, groupLength);
    const expiresAtMs = nowMs + codeLifeMs;
    store.transaction(() => {
      const { role, label, days } = wanted;
      const granted = { ...{ role, label, days, expiresAtMs }, madeBy: by };
      store.panelInvitations.add({ ...{ id, ...granted, codeHash: this.#hash(letters, granted) }, tries: 0 });
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
    const invitation = store.panelInvitations.get(letters.slice(0, groupLength));
    const hash = this.#hash(letters, invitation ?? nothingGranted);
    const right = equalBytes(hash, invitation?.codeHash ?? new Uint8Array(hash.length));
    if (invitation === undefined) throw refused();
    if (right && this.#isOpen(invitation)) return invitation;
    const { id, tries, expiresAtMs } = invitation;
    store.transaction(() => {
      store.panelInvitations.countTry(id);
      const isVoid = tries + 1 >= maxTries || this.#nowMs() >= expiresAtMs;
      if (isVoid) store.panelInvitations.remove(id);
      audit.append('panel.enrolment-refused', { invitation: id, tries: tries + 1, void: isVoid });
    });
    throw refused();
  }

  /** To be called in the transaction that lets the panel in. @throws MenshenError `panel-refused` when somebody was quicker. */
  useUp(invitation: PanelInvitationRow): void {
    if (!this.#isOpen(invitation) || !this.#parts.store.panelInvitations.remove(invitation.id)) throw refused();
  }

  /** To be called once that is committed. */
  used({ id, expiresAtMs }: PanelInvitationRow): void {
    for (const [each, untilMs] of this.#used) if (untilMs <= this.#nowMs()) this.#used.delete(each);
    this.#used.set(id, expiresAtMs);
  }

  /** Role and days are asked again: what was made in another way than `make` grants nothing. */
  #isOpen({ id, tries, expiresAtMs, role, days }: PanelInvitationRow): boolean {
    const inTime = tries < maxTries && this.#nowMs() < expiresAtMs && !this.#used.has(id);
    return inTime && isPanelRole(role) && isLength(days);
  }

  #hash(letters: string, { role, label, days, madeBy, expiresAtMs }: Granted): Uint8Array {
    const all = JSON.stringify([letters, role, label, days, madeBy, expiresAtMs]);
    return keyedHash(this.#parts.store.keys.apiKeys, `panel-invitation:${all}`);
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.wallMs());
  }
}

type Granted = Pick<PanelInvitationRow, 'role' | 'label' | 'days' | 'madeBy' | 'expiresAtMs'>;
/** Hashed where nobody is invited: the same work. */
const nothingGranted: Granted = { role: 'panel', label: '', days: 0, madeBy: '', expiresAtMs: 0 };

const isLength = (days: number): boolean => Number.isInteger(days) && days >= 1 && days <= longestGrantDays;

/** @throws MenshenError `expiry-invalid`. */
export function checkDays(days: number): void {
  if (!isLength(days)) throw new MenshenError('expiry-invalid', `A panel is let in for 1 to ${longestGrantDays} days.`);
}

const refused = (): MenshenError =>
  new MenshenError(
    'panel-refused',
    'The code is wrong, was used, or is older than fifteen minutes. Make a new one with `menshen panels invite`.',
  );
