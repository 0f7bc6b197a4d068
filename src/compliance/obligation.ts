import type { ComplianceFacts } from './facts.js';
import { type Finding, type Mode, notMet, type Status, say, statuses, type Text } from './finding.js';

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

/** Why facts are missing, and what to do about it. */
export interface Absence {
  readonly text: Text;
  readonly whatToDo: Text;
}

/** A part of the product that this build lacks. */
export const notBuilt = (zh: string, en: string): Absence => ({
  text: say(`本版本未包含：${zh}。`, `This build has no ${en}.`),
  whatToDo: say('使用包含它的版本。', 'Use a build that has it.'),
});

export const noScreen: Absence = {
  text: say('本处没有门旁屏幕。', 'This site has no screen at its gate.'),
  whatToDo: say('在配置中写明 screen，并与屏幕配对。', 'State screen in the configuration and pair the screen.'),
};

export const noRecognition: Absence = {
  text: say('识别没有运行，因此不知道模型。', 'Recognition does not run, so the models are not known.'),
  whatToDo: say('启动服务，查看 menshen doctor。', 'Start the service and look at menshen doctor.'),
};

/** Without its facts a part is not met, never passed over in silence. */
export function needing<T>(part: T | undefined, absence: Absence, check: (part: T) => Finding): Finding {
  if (part !== undefined) return check(part);
  return { ...notMet({ text: absence.text }), whatToDo: absence.whatToDo };
}

/** The row's word is that of its weakest part: not met before reminder, before attested, before met. */
export function overall(parts: readonly Status[]): Status {
  return statuses.find((status) => parts.includes(status)) ?? 'not-applicable';
}
