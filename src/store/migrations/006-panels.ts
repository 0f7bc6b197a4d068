/**
 * The device's own certificates with their sealed keys, the panels that were let in by certificate, and the codes that
 * let the next one in. What a panel may do and until when also stands in its certificate, under the authority's
 * signature: a row that was changed behind the daemon's back gives nobody more.
 *
 * `attempt` counts failed tries of a person at a place (door and caller); those of before counted no places, and go.
 * `holder`: the person behind a key, for acts that need two people. `ending_told`: for which end somebody was warned.
 */
export const panels = `
CREATE TABLE device_certificate (
  name TEXT PRIMARY KEY CHECK (name IN ('authority', 'listener')),
  certificate BLOB NOT NULL,
  sealed_key BLOB NOT NULL,
  made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE panel (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  label TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  ending_told INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE panel_certificate (
  fingerprint BLOB PRIMARY KEY,
  panel_id TEXT NOT NULL REFERENCES panel (id),
  key_hash BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  used_at INTEGER,
  replaced_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX panel_certificate_panel ON panel_certificate (panel_id);
CREATE INDEX panel_certificate_key ON panel_certificate (key_hash);

CREATE TABLE panel_invitation (
  id TEXT PRIMARY KEY,
  code_hash BLOB NOT NULL,
  role TEXT NOT NULL,
  label TEXT NOT NULL,
  days INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

DROP TABLE attempt;
CREATE TABLE attempt (
  who BLOB NOT NULL,
  place TEXT NOT NULL,
  failures INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (who, place)
) STRICT, WITHOUT ROWID;

ALTER TABLE api_key ADD COLUMN holder TEXT;
ALTER TABLE api_key ADD COLUMN ending_told INTEGER;
`;
