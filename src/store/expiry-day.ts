/** How who ends by a moment is found by index: as `migrations/009-expiry-days` writes the expression. */
const dayMs = 86_400_000;

/** Takes `dayAndMoment`. */
export const endsBySql = `expires_at / ${dayMs} <= ? AND expires_at <= ?`;

/** Takes `dayAndMoment`. */
export const endsAfterSql = `expires_at / ${dayMs} >= ? AND expires_at > ?`;

export const soonestFirstSql = `expires_at / ${dayMs}, expires_at`;

/** What the two conditions ask for. */
export const dayAndMoment = (atMs: number): [day: number, atMs: number] => [Math.floor(atMs / dayMs), atMs];
