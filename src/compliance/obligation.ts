import type { ComplianceFacts } from './facts.js';
import { type Finding, type Mode, notMet, type Status, say, shows, statuses, type Text } from './finding.js';

/** One row of the law: where it stands, what it asks, and how this terminal answers, part by part. */
export interface Obligation {
  /** M: Measures of 2025, D: draft of 2023, P: Personal Information Protection Law. */
  readonly id: string;
  readonly clause: Text;
  /** In this product's own words; the law's own text decides. */
  readonly obligation: Text;
  /** The clause's wording could not be confirmed from a full text. */
  readonly unconfirmedWording?: true;
  readonly parts: readonly ObligationPart[];
}

export interface ObligationPart {
  readonly mode: Mode;
  readonly check: (facts: ComplianceFacts) => Finding;
  /** For the person in charge, when it is not met or waits for them. */
  readonly whatToDo: Text;
}

export const enforced = (check: ObligationPart['check'], zh: string, en: string): ObligationPart => ({
  mode: 'enforced',
  check,
  whatToDo: say(zh, en),
});
export const attested = (check: ObligationPart['check'], zh: string, en: string): ObligationPart => ({
  mode: 'attested',
  check,
  whatToDo: say(zh, en),
});
export const reminding = (check: ObligationPart['check'], zh: string, en: string): ObligationPart => ({
  mode: 'reminder',
  check,
  whatToDo: say(zh, en),
});

/** A part of the product that gives no facts is not there: never met in silence. */
export function needing<T>(part: T | undefined, name: Text, check: (part: T) => Finding): Finding {
  return part === undefined
    ? notMet(shows(`本版本未包含：${name.zh}。`, `This build has no ${name.en}.`))
    : check(part);
}

/** The row's word is that of its weakest part: not met before reminder, before attested, before met. */
export function overall(parts: readonly Status[]): Status {
  return statuses.find((status) => parts.includes(status)) ?? 'not-applicable';
}
