/** What a check finds, and in which words: everything is said in Chinese and in English. */

export const reportLanguages = ['zh', 'en'] as const;
export type ReportLanguage = (typeof reportLanguages)[number];
export type Text = Readonly<Record<ReportLanguage, string>>;

/**
 * enforced: code keeps it, and the check looks at what the code left. attested: only a person can know it; who said so
 * and when is shown, and it is never shown as verified. reminder: somebody must act in time, or know.
 */
export type Mode = 'enforced' | 'attested' | 'reminder';

export const statuses = ['not-met', 'reminder', 'attested', 'met', 'not-applicable'] as const;
export type Status = (typeof statuses)[number];

export interface Evidence {
  readonly text: Text;
  /** An entry of the audit chain. */
  readonly auditSeq?: number;
  readonly documentHash?: string;
  readonly receiptId?: string;
  /** A call of the interface that shows more. */
  readonly route?: string;
}

export interface Finding {
  readonly status: Status;
  readonly evidence: readonly Evidence[];
  /** Attested findings alone. */
  readonly attestedBy?: string;
  /** `YYYY-MM-DD`. */
  readonly on?: string;
  /** Instead of what the part says. */
  readonly whatToDo?: Text;
}

export const say = (zh: string, en: string): Text => ({ zh, en });

/** Evidence in words, with the place where more is to be seen. */
export const shows = (zh: string, en: string, where: Omit<Evidence, 'text'> = {}): Evidence => ({
  text: say(zh, en),
  ...where,
});

export const met = (...evidence: readonly Evidence[]): Finding => ({ status: 'met', evidence });
export const notMet = (...evidence: readonly Evidence[]): Finding => ({ status: 'not-met', evidence });
export const reminder = (...evidence: readonly Evidence[]): Finding => ({ status: 'reminder', evidence });
export const notApplicable = (...evidence: readonly Evidence[]): Finding => ({ status: 'not-applicable', evidence });
export const attestedFinding = (attestedBy: string, on: string, ...evidence: readonly Evidence[]): Finding => ({
  status: 'attested',
  evidence,
  attestedBy,
  on,
});
export const judge = (holds: boolean, ...evidence: readonly Evidence[]): Finding =>
  holds ? met(...evidence) : notMet(...evidence);

/** Several judgements of which each must hold; all their evidence is shown. */
export function all(...findings: readonly Finding[]): Finding {
  const evidence = findings.flatMap((finding) => finding.evidence);
  return judge(
    findings.every(({ status }) => status === 'met'),
    ...evidence,
  );
}
