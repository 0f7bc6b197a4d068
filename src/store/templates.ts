import { randomUUID } from 'node:crypto';
import { MenshenError, type Randomness } from '../core/index.js';
import { seal, unseal } from '../crypto/index.js';
import type { ConsentGate, ConsentPurpose } from './consent-gate.js';
import type { Database, Row } from './database.js';
import { packedVector, unpackedVector } from './packed-vector.js';
import { bytesOf, numberOf, optionalNumberOf, textOf } from './rows.js';
import type { KeyVault } from './vault.js';

/** What lies in `sealed`: 1 was a float a component, 2 is packed. Rows of before are read as they are. */
const packedSchema = 2;

export interface TemplateInfo {
  readonly id: string;
  readonly subjectId: string;
  readonly keyId: string;
  readonly consentId: string;
  readonly modelId: string;
  readonly frames: number;
  readonly forIdentification: boolean;
  readonly createdAtMs: number;
}

export interface NewTemplate {
  readonly subjectId: string;
  readonly consentId: string;
  readonly modelId: string;
  readonly frames: number;
  readonly forIdentification: boolean;
  readonly createdAtMs: number;
  /** Unit vector. The caller wipes it. */
  readonly vector: Float32Array;
}

export interface TemplatePage {
  readonly modelId: string;
  readonly after: number;
  readonly limit: number;
}

/** Not ended, not run out, not up for review, and of the template's own person. */
const consentHolds = `consent.subject_id = template.subject_id AND consent.ended_at IS NULL
  AND consent.expires_at > ? AND coalesce(consent.review_at, consent.expires_at) > ?`;

/** Templates, each under a key of its own that is unwrapped only while the consent it is bound to holds. */
export class Templates {
  readonly #db: Database;
  readonly #vault: KeyVault;
  readonly #randomness: Randomness;
  readonly #gate: ConsentGate;

  constructor(parts: { db: Database; vault: KeyVault; randomness: Randomness; gate: ConsentGate }) {
    this.#db = parts.db;
    this.#vault = parts.vault;
    this.#randomness = parts.randomness;
    this.#gate = parts.gate;
  }

  /**
   * Stores a template under a fresh key bound to its consent. One template per person and model.
   *
   * @throws MenshenError `consent-required` when that consent does not hold.
   */
  add(template: NewTemplate): TemplateInfo {
    return this.#db.transaction(() => {
      this.#gate.check(template.subjectId, template.consentId, 'in-use');
      const { keyId, key } = this.#vault.create('face', template.subjectId, template.consentId);
      const info: TemplateInfo = {
        id: templateIdOf(template.subjectId),
        subjectId: template.subjectId,
        keyId,
        consentId: template.consentId,
        modelId: template.modelId,
        frames: template.frames,
        forIdentification: template.forIdentification,
        createdAtMs: template.createdAtMs,
      };
      const sealed = this.#sealed(key, template.vector, info);
      this.#db.run(
        `INSERT INTO template (id, subject_id, key_id, consent_id, model_id, schema, frames, for_identification, sealed, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        info.id,
        info.subjectId,
        keyId,
        info.consentId,
        info.modelId,
        packedSchema,
        info.frames,
        info.forIdentification ? 1 : 0,
        sealed,
        info.createdAtMs,
      );
      return info;
    });
  }

  ofSubject(subjectId: string, modelId: string): TemplateInfo | undefined {
    const row = this.#db.get('SELECT * FROM template WHERE subject_id = ? AND model_id = ?', subjectId, modelId);
    return row === undefined ? undefined : infoOf(row);
  }

  /** Of whatever models, newest first. */
  allOf(subjectId: string): TemplateInfo[] {
    return this.#db
      .all('SELECT * FROM template WHERE subject_id = ? ORDER BY created_at DESC, id', subjectId)
      .map(infoOf);
  }

  /** How many templates each model has. */
  countByModel(): { modelId: string; templates: number }[] {
    return this.#db
      .all('SELECT model_id, count(*) AS n FROM template GROUP BY model_id ORDER BY model_id')
      .map((row) => ({ modelId: textOf(row, 'model_id'), templates: numberOf(row, 'n') }));
  }

  /** People with templates of other models only: who is left to enrol again. */
  peopleWithout(modelId: string): number {
    const row = this.#db.get(
      `SELECT count(DISTINCT subject_id) AS n FROM template
       WHERE subject_id NOT IN (SELECT subject_id FROM template WHERE model_id = ?)`,
      modelId,
    );
    return numberOf(row ?? {}, 'n');
  }

  /**
   * Decrypts one template for the length of `use`, then wipes it.
   *
   * @throws MenshenError `not-found` when it or its key was erased, `consent-required` when its consent does not hold,
   * `integrity-violation` when that consent's row is not what was signed.
   */
  withVector<T>(templateId: string, use: (vector: Float32Array) => T): T {
    return this.#open(templateId, 'in-use', use);
  }

  #open<T>(templateId: string, purpose: ConsentPurpose, use: (vector: Float32Array) => T): T {
    const row = this.#db.get('SELECT * FROM template WHERE id = ?', templateId);
    if (row === undefined) throw new MenshenError('not-found', 'This template was erased.');
    const info = infoOf(row);
    const vector = openVector(row, info, this.#vault.openFace(info.subjectId, info.keyId, purpose));
    try {
      return use(vector);
    } finally {
      vector.fill(0);
    }
  }

  /**
   * Decrypts a page of a model's templates, one after the other, each wiped when `use` returns: one statement for
   * templates, consents and keys together, in the order in which they lie on the disk. Those whose consent does not hold
   * are passed over; the consents' signatures are not looked at here, where a hundred thousand may come.
   *
   * @param after where the page before ended; 0 for the first.
   * @returns where this page ended, or undefined when there was nothing left.
   */
  readPage(
    page: TemplatePage,
    use: (info: TemplateInfo, vector: Float32Array | undefined) => void,
  ): number | undefined {
    const nowMs = this.#gate.nowMs();
    const rows = this.#db.all(
      `SELECT template.rowid AS place, template.*, purpose, wrap_even, wrap_odd
       FROM template
       CROSS JOIN consent ON consent.record_id = template.consent_id AND ${consentHolds}
       LEFT JOIN wrapped_key AS key
         ON key.subject_id = template.subject_id AND purpose = 'face' AND key.id = template.key_id
       WHERE template.rowid > ? AND model_id = ? ORDER BY template.rowid LIMIT ?`,
      nowMs,
      nowMs,
      page.after,
      page.modelId,
      page.limit,
    );
    for (const row of rows) this.#readRow(row, use);
    const last = rows.at(-1);
    return last === undefined ? undefined : numberOf(last, 'place');
  }

  /**
   * Binds a person's templates to a consent that takes the place of another: same vectors, new keys. Call it in the
   * transaction that records the new consent, while the old one still holds.
   *
   * @returns how many were bound anew.
   * @throws MenshenError `integrity-violation` when one does not open.
   */
  rebind(subjectId: string, fromConsentId: string, toConsentId: string): number {
    return this.#db.transaction(() => {
      const held = this.allOf(subjectId).filter(({ consentId }) => consentId === fromConsentId);
      for (const info of held) this.#rebindOne(info, toConsentId);
      return held.length;
    });
  }

  count(): number {
    return numberOf(this.#db.get('SELECT count(*) AS n FROM template') ?? {}, 'n');
  }

  /** Distinct persons of whom a template is stored, of whatever model (M15.1). */
  countSubjects(): number {
    return numberOf(this.#db.get('SELECT count(DISTINCT subject_id) AS n FROM template') ?? {}, 'n');
  }

  /** When the newest template was stored; undefined when there is none. */
  newestAtMs(): number | undefined {
    return optionalNumberOf(this.#db.get('SELECT max(created_at) AS at FROM template') ?? {}, 'at');
  }

  /** Rows and face keys of a person; `KeyVault.advancePast` must follow. Returns how many templates went. */
  removeOf(subjectId: string): number {
    const removed = this.#db.run('DELETE FROM template WHERE subject_id = ?', subjectId);
    this.#db.run(`DELETE FROM wrapped_key WHERE subject_id = ? AND purpose = 'face'`, subjectId);
    return removed;
  }

  #rebindOne(info: TemplateInfo, consentId: string): void {
    this.#open(info.id, 'handed-over', (vector) => {
      const { keyId, key } = this.#vault.create('face', info.subjectId, consentId);
      const sealed = this.#sealed(key, vector, { ...info, keyId, consentId });
      const sql = 'UPDATE template SET key_id = ?, consent_id = ?, schema = ?, sealed = ? WHERE id = ?';
      this.#db.run(sql, keyId, consentId, packedSchema, sealed, info.id);
    });
    const sql = `DELETE FROM wrapped_key WHERE subject_id = ? AND purpose = 'face' AND id = ?`;
    this.#db.run(sql, info.subjectId, info.keyId);
  }

  /** @param key wiped here. */
  #sealed(key: Uint8Array, vector: Float32Array, info: TemplateInfo): Uint8Array {
    const packed = packedVector(vector);
    try {
      return seal(key, packed, boundTo(info, packedSchema), this.#randomness);
    } finally {
      packed.fill(0);
      key.fill(0);
    }
  }

  #readRow(row: Row, use: (info: TemplateInfo, vector: Float32Array | undefined) => void): void {
    const info = infoOf(row);
    const vector = this.#vectorOrDamaged(row, info);
    try {
      use(info, vector);
    } finally {
      vector?.fill(0);
    }
  }

  #vectorOrDamaged(row: Row, info: TemplateInfo): Float32Array | undefined {
    if (row.purpose === null) return undefined;
    try {
      return openVector(row, info, this.#vault.openRow({ ...row, id: info.keyId }));
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return undefined;
      throw thrown;
    }
  }
}

/**
 * Random but for its first eight digits, which are its person's: in the index of these ids, too, people who are erased
 * one after the other then lie beside each other.
 */
const templateIdOf = (subjectId: string): string => `t-${subjectId.slice(2, 10)}${randomUUID().slice(8)}`;

/** @param key wiped here. @throws MenshenError `integrity-violation`. */
function openVector(row: Row, info: TemplateInfo, key: Uint8Array): Float32Array {
  try {
    const schema = numberOf(row, 'schema');
    const plain = unseal(key, bytesOf(row, 'sealed'), boundTo(info, schema));
    if (schema !== packedSchema)
      return new Float32Array(plain.buffer, plain.byteOffset, plain.byteLength / Float32Array.BYTES_PER_ELEMENT);
    try {
      return unpackedVector(plain);
    } finally {
      plain.fill(0);
    }
  } finally {
    key.fill(0);
  }
}

function infoOf(row: Row): TemplateInfo {
  return {
    id: textOf(row, 'id'),
    subjectId: textOf(row, 'subject_id'),
    keyId: textOf(row, 'key_id'),
    consentId: textOf(row, 'consent_id'),
    modelId: textOf(row, 'model_id'),
    frames: numberOf(row, 'frames'),
    forIdentification: numberOf(row, 'for_identification') === 1,
    createdAtMs: numberOf(row, 'created_at'),
  };
}

const boundTo = (info: TemplateInfo, schema: number): string =>
  `menshen:template:${info.id}:${info.subjectId}:${info.consentId}:${info.modelId}:${info.keyId}:${schema}`;
