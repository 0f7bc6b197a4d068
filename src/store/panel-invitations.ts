/** Codes by which panels with a certificate are let in. */
import type { Database, Row } from './database.js';
import { bytesOf, numberOf, textOf } from './rows.js';

export interface PanelInvitationRow {
  readonly id: string;
  /** Keyed hash over the code and all that is granted with it. */
  readonly codeHash: Uint8Array;
  readonly role: string;
  readonly label: string;
  /** How long the grant will last from the enrolment on. */
  readonly days: number;
  readonly madeBy: string;
  readonly expiresAtMs: number;
  readonly tries: number;
}

export class PanelInvitationRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(invitation: PanelInvitationRow): void {
    this.#db.run(
      `INSERT INTO panel_invitation (id, code_hash, role, label, days, made_by, expires_at, tries)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      invitation.id,
      invitation.codeHash,
      invitation.role,
      invitation.label,
      invitation.days,
      invitation.madeBy,
      invitation.expiresAtMs,
      invitation.tries,
    );
  }

  get(id: string): PanelInvitationRow | undefined {
    const row = this.#db.get('SELECT * FROM panel_invitation WHERE id = ?', id);
    return row === undefined ? undefined : invitationOf(row);
  }

  count(): number {
    return numberOf(this.#db.get('SELECT count(*) AS n FROM panel_invitation') ?? {}, 'n');
  }

  countTry(id: string): void {
    this.#db.run('UPDATE panel_invitation SET tries = tries + 1 WHERE id = ?', id);
  }

  remove(id: string): boolean {
    return this.#db.run('DELETE FROM panel_invitation WHERE id = ?', id) > 0;
  }

  /** Those whose time is over. */
  forgetBefore(nowMs: number): void {
    this.#db.run('DELETE FROM panel_invitation WHERE expires_at <= ?', nowMs);
  }
}

function invitationOf(row: Row): PanelInvitationRow {
  return {
    id: textOf(row, 'id'),
    codeHash: bytesOf(row, 'code_hash'),
    role: textOf(row, 'role'),
    label: textOf(row, 'label'),
    days: numberOf(row, 'days'),
    madeBy: textOf(row, 'made_by'),
    expiresAtMs: numberOf(row, 'expires_at'),
    tries: numberOf(row, 'tries'),
  };
}
