/**
 * Each wrapped key has a place for even and one for odd epochs, so that the keys of the next epoch can be written little
 * by little beside those in force, and one small commit switches. Both places always have a wrap's full length (nonce 24,
 * key 32, tag 16): a row never grows, so no page is ever split by an erasure.
 *
 * Keys, PINs and cards lie in the order of their person's id, and erasures go in that order: what is deleted together
 * shares pages, and each page that a transaction touches is written to the log whole (random order cost 19 pages a
 * person and most of an erasure's time). A template no longer refers to its key by a foreign key, because that took an
 * index of its own: the two go together in `Templates.removeOf`, and a template without its key opens nothing.
 *
 * The indexes are for what would otherwise read a whole table: who is due, whose erasure is owed, which receipt is the
 * newest, which erasure is unfinished.
 */
export const epochsSideBySide = `
CREATE TABLE template_kept (
  id TEXT PRIMARY KEY,
  subject_id TEXT NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
  key_id TEXT NOT NULL,
  consent_id TEXT NOT NULL,
  model_id TEXT NOT NULL,
  schema INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  for_identification INTEGER NOT NULL CHECK (for_identification IN (0, 1)),
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO template_kept SELECT * FROM template;
DROP TABLE template;
ALTER TABLE template_kept RENAME TO template;
CREATE UNIQUE INDEX template_subject_model ON template (subject_id, model_id);

CREATE TABLE key_kept (
  subject_id TEXT NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL CHECK (purpose IN ('profile', 'face')),
  id TEXT NOT NULL,
  consent_id TEXT NOT NULL,
  wrap_even BLOB NOT NULL,
  wrap_odd BLOB NOT NULL,
  PRIMARY KEY (subject_id, purpose, id)
) STRICT, WITHOUT ROWID;
INSERT INTO key_kept SELECT subject_id, purpose, id, consent_id,
  CASE WHEN epoch % 2 = 0 THEN wrapped ELSE zeroblob(72) END,
  CASE WHEN epoch % 2 = 1 THEN wrapped ELSE zeroblob(72) END
  FROM wrapped_key INDEXED BY wrapped_key_subject ORDER BY subject_id;
DROP TABLE wrapped_key;
ALTER TABLE key_kept RENAME TO wrapped_key;

CREATE TABLE pin_kept (
  subject_id TEXT PRIMARY KEY REFERENCES subject (id) ON DELETE CASCADE,
  salt BLOB NOT NULL,
  verifier BLOB NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO pin_kept SELECT * FROM pin;
DROP TABLE pin;
ALTER TABLE pin_kept RENAME TO pin;

CREATE TABLE card_kept (
  subject_id TEXT NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  card_index BLOB NOT NULL UNIQUE,
  sealed BLOB NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (subject_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO card_kept SELECT subject_id, id, card_index, sealed, added_at FROM card;
DROP TABLE card;
ALTER TABLE card_kept RENAME TO card;

CREATE INDEX subject_expiry ON subject (expires_at);
CREATE INDEX consent_running ON consent (expires_at) WHERE ended_at IS NULL;
CREATE INDEX consent_ended ON consent (subject_id, record_id) WHERE ended_at IS NOT NULL;
CREATE INDEX receipt_newest ON receipt (at);
CREATE INDEX erasure_unfinished ON erasure (started_at) WHERE finished_at IS NULL;
`;
