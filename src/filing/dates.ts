/** Dates of the law are local ones, and China has one time zone and no summer time. */
export type ChinaDate = string;

const chinaOffsetMs = 8 * 3_600_000;
export const dayMs = 86_400_000;

/** `YYYY-MM-DD` in China (UTC+8) at this moment. */
export const chinaDate = (atMs: number): ChinaDate => new Date(atMs + chinaOffsetMs).toISOString().slice(0, 10);

/** Whether a text is a day of the calendar. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && chinaDateOf(text) === text;
}

export function nextDay(date: ChinaDate): ChinaDate {
  return new Date(Date.parse(date) + dayMs).toISOString().slice(0, 10);
}

export function isWeekend(date: ChinaDate): boolean {
  const day = new Date(Date.parse(date)).getUTCDay();
  return day === 0 || day === 6;
}

/** Days from one date to another; negative when that one is past. */
export const daysBetween = (from: ChinaDate, to: ChinaDate): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

function chinaDateOf(text: string): string | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 10);
}
