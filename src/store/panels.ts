/** Panels that come with a certificate, and their certificates. */
import { MenshenError } from '../core/index.js';
import type { Database, Row } from './database.js';
import type { Keyring } from './keyring.js';
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

/** Whether the row stands as the daemon wrote it, and was neither revoked nor replaced since. */
interface Vouched {
  readonly vouched: boolean;
}
/** How many rows. */
interface SealedAnew {
  readonly done: number;
  /** Its seal does not open: the row was changed. */
  readonly damaged: number;
  /** It stands without a seal: of before there were any, or its mark of revocation was taken away. Nobody vouches for it. */
  readonly unsealed: number;
}

export type StoredPanel = PanelRow & Vouched;
export type StoredCertificate = PanelCertificateRow & Vouched;

/**
 * Each row is sealed as a whole; revoking and replacing destroy the seal. So a row that is changed in the file, or whose
 * mark of revocation is taken away there, counts no more.
 */
export class Panels {
  readonly #db: Database;
  readonly #keys: Keyring;

  constructor(db: Database, keys: Keyring) {
    this.#db = db;
    this.#keys = keys;
  }

  add(panel: PanelRow): void {
    this.#db.run(
      'INSERT INTO panel (id, role, label, created_at, expires_at, seal) VALUES (?, ?, ?, ?, ?, ?)',
      panel.id,
      panel.role,
      panel.label,
      panel.createdAtMs,
      panel.expiresAtMs,
      this.#sealFor(panelText(panel)),
    );
  }

  get(id: string): StoredPanel | undefined {
    const row = this.#db.get('SELECT * FROM panel WHERE id = ?', id);
    return row === undefined ? undefined : this.#panelOf(row);
  }

  list(): StoredPanel[] {
    return this.#db.all('SELECT * FROM panel ORDER BY created_at, id').map((row) => this.#panelOf(row));
  }

  /** @param panel as it was just read, and vouched for. */
  extend(panel: PanelRow, expiresAtMs: number): void {
    const seal = this.#sealFor(panelText({ ...panel, expiresAtMs }));
    this.#db.run('UPDATE panel SET expires_at = ?, seal = ? WHERE id = ?', expiresAtMs, seal, panel.id);
  }

  revoke(id: string, atMs: number): boolean {
    return this.#db.transaction(() => {
      this.#db.run('UPDATE panel_certificate SET seal = NULL WHERE panel_id = ?', id);
      const revoked = 'UPDATE panel SET revoked_at = ?, seal = NULL WHERE id = ? AND revoked_at IS NULL';
      return this.#db.run(revoked, atMs, id) > 0;
    });
  }

  /** Grants in force that end by then and that nobody was warned of yet. */
  endingBy(nowMs: number, untilMs: number): StoredPanel[] {
    return this.#db
      .all(
        `SELECT * FROM panel WHERE revoked_at IS NULL AND expires_at > ? AND expires_at <= ?
         AND ending_told IS NOT expires_at ORDER BY expires_at`,
        nowMs,
        untilMs,
      )
      .map((row) => this.#panelOf(row));
  }

  endingTold(id: string): void {
    this.#db.run('UPDATE panel SET ending_told = expires_at WHERE id = ?', id);
  }

  addCertificate(certificate: PanelCertificateRow): void {
    this.#db.run(
      'INSERT INTO panel_certificate (fingerprint, panel_id, key_hash, made_at, ends_at, seal) VALUES (?, ?, ?, ?, ?, ?)',
      certificate.fingerprint,
      certificate.panelId,
      certificate.keyHash,
      certificate.madeAtMs,
      certificate.endsAtMs,
      this.#sealFor(certificateText(certificate)),
    );
  }

  certificate(fingerprint: Uint8Array): StoredCertificate | undefined {
    const row = this.#db.get('SELECT * FROM panel_certificate WHERE fingerprint = ?', fingerprint);
    return row === undefined ? undefined : this.#certificateOf(row);
  }

  certificatesOf(panelId: string): StoredCertificate[] {
    return this.#db
      .all('SELECT * FROM panel_certificate WHERE panel_id = ? ORDER BY made_at, fingerprint', panelId)
      .map((row) => this.#certificateOf(row));
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
        `UPDATE panel_certificate SET replaced_at = ?, seal = NULL
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
      `UPDATE panel_certificate SET replaced_at = ?, seal = NULL
       WHERE panel_id = ? AND used_at IS NULL AND replaced_at IS NULL`,
      atMs,
      panelId,
    );
  }

  /**
   * Under the current version of the key; what nobody vouches for stays as it is. Revoked and replaced ones are over: their
   * seals were destroyed with intent.
   */
  sealAnew(): SealedAnew {
    const count = { done: 0, damaged: 0, unsealed: 0 };
    for (const row of this.#db.all('SELECT * FROM panel WHERE revoked_at IS NULL')) {
      const panel = panelOf(row);
      const seal = this.#nextSeal(row, panelText(panel), count);
      if (seal !== undefined) this.#db.run('UPDATE panel SET seal = ? WHERE id = ?', seal, panel.id);
    }
    const standing = `SELECT * FROM panel_certificate
      WHERE replaced_at IS NULL AND panel_id IN (SELECT id FROM panel WHERE revoked_at IS NULL)`;
    for (const row of this.#db.all(standing)) {
      const certificate = certificateOf(row);
      const seal = this.#nextSeal(row, certificateText(certificate), count);
      if (seal !== undefined)
        this.#db.run('UPDATE panel_certificate SET seal = ? WHERE fingerprint = ?', seal, certificate.fingerprint);
    }
    return count;
  }

  #nextSeal(row: Row, text: string, count: { -readonly [what in keyof SealedAnew]: number }): Uint8Array | undefined {
    const holds = this.#isSealed(row, text);
    count[holds ? 'done' : row.seal === null ? 'unsealed' : 'damaged'] += 1;
    return holds ? this.#sealFor(text) : undefined;
  }

  #panelOf(row: Row): StoredPanel {
    const panel = panelOf(row);
    return { ...panel, vouched: this.#isSealed(row, panelText(panel)) };
  }

  #certificateOf(row: Row): StoredCertificate {
    const certificate = certificateOf(row);
    return { ...certificate, vouched: this.#isSealed(row, certificateText(certificate)) };
  }

  /** Nothing is inside: what counts is what it is bound to. */
  #sealFor(text: string): Uint8Array {
    return this.#keys.seal('device-secrets', new Uint8Array(0), text);
  }

  #isSealed(row: Row, text: string): boolean {
    if (row.seal === null) return false;
    try {
      this.#keys.unseal('device-secrets', bytesOf(row, 'seal'), text);
      return true;
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return false;
      throw thrown;
    }
  }
}

const panelText = ({ id, role, label, createdAtMs, expiresAtMs }: PanelRow): string =>
  `menshen:panel:${JSON.stringify([id, role, label, createdAtMs, expiresAtMs])}:1`;

const certificateText = ({ fingerprint, panelId, keyHash, madeAtMs, endsAtMs }: PanelCertificateRow): string =>
  `menshen:panel-certificate:${JSON.stringify([hex(fingerprint), panelId, hex(keyHash), madeAtMs, endsAtMs])}:1`;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

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
