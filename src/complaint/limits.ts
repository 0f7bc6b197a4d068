import type { RegisterEntry } from '../store/index.js';

/** Where a complaint came in: somebody at the screen whom nobody knows, or an operator who wrote it down for a person. */
export const complaintVias = ['screen', 'operator'] as const;
export type ComplaintVia = (typeof complaintVias)[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * How many complaints are taken, each way by itself, so that a flood at the screen leaves the operator's way open. With
 * 4 kB each the screen can fill less than 150 kB a day.
 */
export const complaintLimits: Readonly<Record<ComplaintVia, { readonly perHour: number; readonly perDay: number }>> = {
  screen: { perHour: 10, perDay: 30 },
  operator: { perHour: 60, perDay: 200 },
};

/** Whether one more is too many. Entries ahead of the clock were written before it was set back, and count for nothing. */
export function limitReached(
  newest: readonly RegisterEntry[],
  via: ComplaintVia,
  nowMs: number,
): 'hour' | 'day' | undefined {
  const { perHour, perDay } = complaintLimits[via];
  const recent = newest.filter(({ body, atMs }) => body.via === via && atMs <= nowMs && atMs > nowMs - dayMs);
  if (recent.length >= perDay) return 'day';
  return recent.filter(({ atMs }) => atMs > nowMs - hourMs).length >= perHour ? 'hour' : undefined;
}

/** How many of the newest entries hold everything that the limits look at, twice over. */
export const entriesLookedAt = 2 * Object.values(complaintLimits).reduce((sum, { perDay }) => sum + perDay, 0);
