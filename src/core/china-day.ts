/**
 * The first moment of a day of the calendar in China, by which the law's days are counted.
 *
 * @param date `YYYY-MM-DD`. @returns milliseconds since 1970, or undefined for what is no date of the calendar.
 */
export function chinaDayMs(date: string): number | undefined {
  const ms = Date.parse(`${date}T00:00:00+08:00`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(ms)) return undefined;
  // The 30th of February is read as a day in March.
  return new Date(ms + chinaOffsetMs).toISOString().startsWith(date) ? ms : undefined;
}

const chinaOffsetMs = 8 * 3_600_000;
