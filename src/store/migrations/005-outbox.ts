/**
 * Listeners on the LAN to which events are sent. What a listener has not got is not copied anywhere: `cursor` is the serial
 * up to which it acknowledged (or passed over) what the audit holds, so that a listener that is away for days costs
 * nothing. A dead letter is a serial that it refused, with why; it refers to the audit by number too.
 */
export const outbox = `
CREATE TABLE listener (
  id TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  url TEXT NOT NULL,
  authority TEXT,
  kinds TEXT NOT NULL,
  heartbeat_seconds INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  refusals INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE dead_letter (
  listener_id TEXT NOT NULL REFERENCES listener (id) ON DELETE CASCADE,
  serial INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  again INTEGER NOT NULL CHECK (again IN (0, 1)),
  PRIMARY KEY (listener_id, serial)
) STRICT, WITHOUT ROWID;
`;
