/** Panels that come with a certificate, their certificates, and the codes by which new ones are let in. */
import type { Database, Row } from './database.js';
import { bytesOf, numberOf, optionalNumberOf, textOf } from './rows.js';

export interface PanelRow {
  readonly id: string;
  readonly role: string;
  readonly label: string;
  readonly createdAtMs: number;
  /** The end of the grant; a certificate never lasts longer. */
  readonly expiresAtMs: number;
  readonly revokedAtMs?: number;
}

export interface PanelCertificateRow {
  /** SHA-256 of the DER. */
  readonly fingerprint: Uint8Array;
  readonly panelId: string;
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly keyHash: Uint8Array;
  readonly madeAtMs: number;
  readonly endsAtMs: number;
  readonly usedAtMs?: number;
  /** A newer one of the same panel was used. */
  readonly replacedAtMs?: number;
}

export interface PanelInvitationRow {
  readonly id: string;
  readonly codeHash: Uint8Array;
  readonly role: string;
  readonly label: string;
  /** How long the grant will last from the enrolment on. */
  readonly days: number;
  readonly madeBy: string;
  readonly expiresAtMs: number;
  readonly tries: number;
}

export class Panels {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(panel: PanelRow): void {
    this.#db.run(
      'INSERT INTO panel (id, role, label, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      panel.id,
      panel.role,
      panel.label,
      panel.createdAtMs,
      panel.expiresAtMs,
    );
  }

  get(id: string): PanelRow | undefined {
    const row = this.#db.get('SELECT * FROM panel WHERE id = ?', id);
    return row === undefined ? undefined : panelOf(row);
  }

  list(): PanelRow[] {
    return this.#db.all('SELECT * FROM panel ORDER BY created_at, id').map(panelOf);
  }

  extend(id: string, expiresAtMs: number): void {
    this.#db.run('UPDATE panel SET expires_at = ? WHERE id = ?', expiresAtMs, id);
  }

  revoke(id: string, atMs: number): boolean {
    return this.#db.run('UPDATE panel SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', atMs, id) > 0;
  }

  /** Grants in force that end by then and that nobody was warned of yet. */
  endingBy(nowMs: number, untilMs: number): PanelRow[] {
    return this.#db
      .all(
        `SELECT * FROM panel WHERE revoked_at IS NULL AND expires_at > ? AND expires_at <= ?
         AND ending_told IS NOT expires_at ORDER BY expires_at`,
        nowMs,
        untilMs,
      )
      .map(panelOf);
  }

  endingTold(id: string): void {
    this.#db.run('UPDATE panel SET ending_told = expires_at WHERE id = ?', id);
  }

  addCertificate(certificate: PanelCertificateRow): void {
    this.#db.run(
      'INSERT INTO panel_certificate (fingerprint, panel_id, key_hash, made_at, ends_at) VALUES (?, ?, ?, ?, ?)',
      certificate.fingerprint,
      certificate.panelId,
      certificate.keyHash,
      certificate.madeAtMs,
      certificate.endsAtMs,
    );
  }

  certificate(fingerprint: Uint8Array): PanelCertificateRow | undefined {
    const row = this.#db.get('SELECT * FROM panel_certificate WHERE fingerprint = ?', fingerprint);
    return row === undefined ? undefined : certificateOf(row);
  }

  certificatesOf(panelId: string): PanelCertificateRow[] {
    return this.#db
      .all('SELECT * FROM panel_certificate WHERE panel_id = ? ORDER BY made_at, fingerprint', panelId)
      .map(certificateOf);
  }

  /** Whose key it is or was. */
  holderOfKey(keyHash: Uint8Array): string | undefined {
    const row = this.#db.get('SELECT panel_id FROM panel_certificate WHERE key_hash = ? LIMIT 1', keyHash);
    return row === undefined ? undefined : textOf(row, 'panel_id');
  }

  /** It proved to work: every other one of its panel ends. */
  useCertificate({ fingerprint, panelId }: PanelCertificateRow, atMs: number): void {
    this.#db.transaction(() => {
      this.#db.run('UPDATE panel_certificate SET used_at = ? WHERE fingerprint = ?', atMs, fingerprint);
      this.#db.run(
        `UPDATE panel_certificate SET replaced_at = ?
         WHERE panel_id = ? AND fingerprint <> ? AND replaced_at IS NULL`,
        atMs,
        panelId,
        fingerprint,
      );
    });
  }

  /** Renewals whose answer never arrived: the next one takes their place. */
  replaceUnused(panelId: string, atMs: number): void {
    this.#db.run(
      'UPDATE panel_certificate SET replaced_at = ? WHERE panel_id = ? AND used_at IS NULL AND replaced_at IS NULL',
      atMs,
      panelId,
    );
  }

  addInvitation(invitation: PanelInvitationRow): void {
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

  invitation(id: string): PanelInvitationRow | undefined {
    const row = this.#db.get('SELECT * FROM panel_invitation WHERE id = ?', id);
    return row === undefined ? undefined : invitationOf(row);
  }

  countInvitations(): number {
    return numberOf(this.#db.get('SELECT count(*) AS n FROM panel_invitation') ?? {}, 'n');
  }

  countTry(id: string): void {
    this.#db.run('UPDATE panel_invitation SET tries = tries + 1 WHERE id = ?', id);
  }

  removeInvitation(id: string): boolean {
    return this.#db.run('DELETE FROM panel_invitation WHERE id = ?', id) > 0;
  }

  forgetInvitationsBefore(nowMs: number): void {
    this.#db.run('DELETE FROM panel_invitation WHERE expires_at <= ?', nowMs);
  }
}

function panelOf(row: Row): PanelRow {
  const revokedAtMs = optionalNumberOf(row, 'revoked_at');
  return {
    id: textOf(row, 'id'),
    role: textOf(row, 'role'),
    label: textOf(row, 'label'),
    createdAtMs: numberOf(row, 'created_at'),
    expiresAtMs: numberOf(row, 'expires_at'),
    ...(revokedAtMs === undefined ? {} : { revokedAtMs }),
  };
}

function certificateOf(row: Row): PanelCertificateRow {
  const usedAtMs = optionalNumberOf(row, 'used_at');
  const replacedAtMs = optionalNumberOf(row, 'replaced_at');
  return {
    fingerprint: bytesOf(row, 'fingerprint'),
    panelId: textOf(row, 'panel_id'),
    keyHash: bytesOf(row, 'key_hash'),
    madeAtMs: numberOf(row, 'made_at'),
    endsAtMs: numberOf(row, 'ends_at'),
    ...(usedAtMs === undefined ? {} : { usedAtMs }),
    ...(replacedAtMs === undefined ? {} : { replacedAtMs }),
  };
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
