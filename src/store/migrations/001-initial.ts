/** First schema. Times are milliseconds since 1970 UTC; every BLOB called sealed or wrapped is XChaCha20-Poly1305. */
export const initial = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

CREATE TABLE subject (
  id TEXT PRIMARY KEY,
  person_index BLOB UNIQUE,
  profile BLOB NOT NULL,
  age_band TEXT NOT NULL CHECK (age_band IN ('adult', 'minor', 'undeclared')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE wrapped_key (
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('profile', 'face')),
  subject_id TEXT NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
  consent_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  wrapped BLOB NOT NULL
) STRICT;
CREATE INDEX wrapped_key_subject ON wrapped_key (subject_id);

CREATE TABLE template (
  id TEXT PRIMARY KEY,
  subject_id TEXT NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
  key_id TEXT NOT NULL REFERENCES wrapped_key (id) ON DELETE CASCADE,
  consent_id TEXT NOT NULL,
  model_id TEXT NOT NULL,
  schema INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  for_identification INTEGER NOT NULL CHECK (for_identification IN (0, 1)),
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX template_subject_model ON template (subject_id, model_id);

CREATE TABLE consent (
  record_id TEXT PRIMARY KEY,
  subject_id TEXT NOT NULL,
  notice_hash TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  end_reason TEXT,
  purge_receipt_id TEXT,
  body TEXT NOT NULL,
  key_id TEXT NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE INDEX consent_subject ON consent (subject_id);

CREATE TABLE notice_seen (
  subject_id TEXT NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
  notice_hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (subject_id, notice_hash)
) STRICT;

CREATE TABLE pin (
  subject_id TEXT PRIMARY KEY REFERENCES subject (id) ON DELETE CASCADE,
  salt BLOB NOT NULL,
  verifier BLOB NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE card (
  id TEXT PRIMARY KEY,
  subject_id TEXT NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
  card_index BLOB NOT NULL UNIQUE,
  sealed BLOB NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE attempt (
  who BLOB PRIMARY KEY,
  failures INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  event_serial INTEGER UNIQUE,
  body TEXT NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL,
  key_id TEXT NOT NULL,
  signature BLOB NOT NULL
) STRICT;

CREATE TABLE receipt (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  subject_id TEXT,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  key_id TEXT NOT NULL,
  signature BLOB NOT NULL
) STRICT;

CREATE TABLE document (
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, version)
) STRICT;

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  label TEXT NOT NULL,
  secret_hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

CREATE TABLE erasure (
  id TEXT PRIMARY KEY,
  from_epoch INTEGER NOT NULL,
  to_epoch INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE clock_mark (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  wall INTEGER NOT NULL,
  trusted INTEGER NOT NULL,
  since_boot INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  elapsed INTEGER NOT NULL,
  anchor_wall INTEGER NOT NULL,
  anchor_elapsed INTEGER NOT NULL,
  suspect TEXT
) STRICT;
`;
