/**
 * `seal`: the daemon wrote this row as it stands, and has neither revoked nor replaced it since. Rows from before have
 * none, because nothing tells a good one from one that was changed: those panels are invited again, open codes end.
 * A key that was revoked keeps nothing that its secret could fit.
 */
export const panelSeals = `
ALTER TABLE panel ADD COLUMN seal BLOB;
ALTER TABLE panel_certificate ADD COLUMN seal BLOB;
DELETE FROM panel_invitation;
UPDATE api_key SET secret_hash = zeroblob(32) WHERE revoked_at IS NOT NULL;
`;
