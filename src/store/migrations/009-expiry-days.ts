/**
 * Who ends on one day stands in these indexes in the order of the people's ids, in which they are erased: by the
 * millisecond, each took a page of the index of its own. The moment itself stands there too, so that nobody's row is read
 * who is not due yet.
 */
export const expiryDays = `
DROP INDEX subject_expiry;
CREATE INDEX subject_expiry ON subject (expires_at / 86400000, id, expires_at);
DROP INDEX consent_running;
CREATE INDEX consent_running ON consent (expires_at / 86400000, subject_id, expires_at) WHERE ended_at IS NULL;
`;
