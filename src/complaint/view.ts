import type { RegisterEntry } from '../store/index.js';
import { type ComplaintVia, complaintVias } from './limits.js';

export type ComplaintState = 'open' | 'answered' | 'closed';

/** What may be listed: nothing that the person said. */
export interface Complaint {
  readonly complaintId: string;
  readonly reference: string;
  readonly atMs: number;
  readonly state: ComplaintState;
  readonly language: string;
  readonly via: ComplaintVia;
  readonly receiptId: string;
  readonly dueAtMs: number;
  /** Open and past the house's own deadline. */
  readonly overdue: boolean;
  readonly answeredAtMs?: number;
  readonly answeredBy?: string;
  readonly closedAtMs?: number;
}

/** With what was told in confidence. */
export interface ComplaintDetails extends Complaint {
  readonly text: string;
  readonly contact?: string;
  readonly answer?: string;
}

/** The house's own rule; no clause of the Measures names a number. */
export const answerWithinDays = 15;
export const dayMs = 86_400_000;

export const idPrefix = 'complaint-';
export const idOf = (reference: string): string => `${idPrefix}${reference}`;

export function complaintOf({ id, atMs, state, body }: RegisterEntry, nowMs: number): Complaint {
  const dueAtMs = atMs + answerWithinDays * dayMs;
  // Written by the register alone.
  const { via, language, receiptId, answeredAtMs, answeredBy, closedAtMs } = body as unknown as Body;
  return {
    complaintId: id,
    reference: id.slice(idPrefix.length),
    atMs,
    state: stateOf(state),
    language,
    via: complaintVias.find((known) => known === via) ?? 'operator',
    receiptId,
    dueAtMs,
    overdue: state === 'open' && nowMs > dueAtMs,
    ...(answeredAtMs === undefined ? {} : { answeredAtMs }),
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(closedAtMs === undefined ? {} : { closedAtMs }),
  };
}

interface Body {
  readonly via: string;
  readonly language: string;
  readonly receiptId: string;
  readonly answeredAtMs?: number;
  readonly answeredBy?: string;
  readonly closedAtMs?: number;
}

const stateOf = (state: string): ComplaintState => (state === 'answered' || state === 'closed' ? state : 'open');
