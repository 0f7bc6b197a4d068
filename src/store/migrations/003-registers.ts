/**
 * What the law has people record besides consents: complaints, incidents, inspections, filings, declarations, one-time
 * codes. One table for all of them, since each is a dated entry with a state; what names people lies in `sealed`.
 *
 * `review_at`: when a guardian's consent comes up for review. `subject_use`: the last day of use, for erasing after
 * inactivity; a day and no more, so that it is no record of movements.
 */
export const registers = `
CREATE TABLE register_entry (
  register TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  subject_id TEXT,
  body TEXT NOT NULL,
  sealed BLOB,
  PRIMARY KEY (register, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX register_entry_state ON register_entry (register, state, at);

CREATE TABLE subject_use (
  subject_id TEXT PRIMARY KEY REFERENCES subject (id) ON DELETE CASCADE,
  day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE consent ADD COLUMN review_at INTEGER;
`;
