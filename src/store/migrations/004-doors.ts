/**
 * Doors. `last_entry`: the one area a person entered last, sealed under their own key, until `forget_at`; no movements.
 * `awaited_passage`: grants of which nobody has said yet whether somebody entered. `duress_verifier` shares the PIN's
 * salt, so that one hash is compared with both.
 */
export const doors = `
CREATE TABLE door_state (
  door_id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('normal', 'lock-down', 'free')),
  reason TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE last_entry (
  subject_id TEXT PRIMARY KEY REFERENCES subject (id) ON DELETE CASCADE,
  sealed BLOB NOT NULL,
  forget_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX last_entry_forget ON last_entry (forget_at);

CREATE TABLE awaited_passage (
  verification_id TEXT PRIMARY KEY,
  door_id TEXT NOT NULL,
  serial INTEGER NOT NULL UNIQUE,
  subject_id TEXT NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
  first_subject_id TEXT REFERENCES subject (id) ON DELETE SET NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE pin ADD COLUMN duress_verifier BLOB;
`;
