/**
 * `root_slot`: the master key, wrapped once for each root key that opens the store; more than one only while the root key
 * is being changed. `device_key`: the device's own keys, wrapped by the master key; a `former` version is there until what
 * it protects has moved to the current one. `signer`: public halves of signing keys, each vouched for by the key before and
 * by the one after it. `rotation`: what is under way, so that a start after a crash goes on with it. `store_state`: what
 * the store remembers that need not be sealed (`StoreState`). `checkpoint`: signed ends of parts of the audit that were pruned.
 *
 * `pin.pepper`: the version of the pepper in the verifier, which cannot be computed anew without the PIN.
 */
export const keyRecords = `
CREATE TABLE root_slot (
  id INTEGER PRIMARY KEY,
  wrapped BLOB NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE device_key (
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('current', 'former')),
  wrapped BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  ends_at INTEGER,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE signer (
  key_id TEXT PRIMARY KEY,
  statement TEXT NOT NULL,
  by_itself BLOB NOT NULL,
  by_previous BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rotation (
  id TEXT PRIMARY KEY,
  key_name TEXT NOT NULL,
  step TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  done INTEGER NOT NULL DEFAULT 0,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE store_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  seq INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  key_id TEXT NOT NULL,
  signature BLOB NOT NULL
) STRICT;

ALTER TABLE pin ADD COLUMN pepper INTEGER NOT NULL DEFAULT 1;
`;
