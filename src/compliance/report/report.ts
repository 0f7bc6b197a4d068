import type { ComplianceFacts, MethodStatistics } from '../facts.js';
import { type Evidence, type Finding, type Mode, type ReportLanguage, type Status, say, statuses } from '../finding.js';
import { type Obligation, overall } from '../obligation.js';

/** The table, judged on one set of facts and said in one language. */
export interface ComplianceReport {
  readonly deviceId: string;
  readonly mode: 'live' | 'demonstration';
  /** Only where a live site has such cameras: recordings or stills, which are no cameras. */
  readonly recordedCameras?: readonly string[];
  readonly version: string;
  readonly madeAt: string;
  readonly language: ReportLanguage;
  readonly counts: Readonly<Record<Status, number>>;
  readonly rows: readonly ReportRow[];
  /** M10.2: acts and time of each way in, side by side. */
  readonly statistics: readonly MethodStatistics[];
}

export interface ReportRow {
  readonly id: string;
  readonly clause: string;
  readonly unconfirmedWording: boolean;
  readonly obligation: string;
  readonly status: Status;
  readonly parts: readonly ReportPart[];
}

export interface ReportPart {
  readonly mode: Mode;
  readonly status: Status;
  readonly attestedBy?: string;
  readonly on?: string;
  readonly evidence: readonly ReportEvidence[];
  /** Where something is to be done. */
  readonly whatToDo?: string;
}

export interface ReportEvidence {
  readonly text: string;
  readonly auditSeq?: number;
  /** The entry is no longer kept. */
  readonly pruned?: true;
  readonly documentHash?: string;
  readonly receiptId?: string;
  readonly route?: string;
}

/** Pure: the same facts give the same report. */
export function makeReport(
  obligations: readonly Obligation[],
  facts: ComplianceFacts,
  language: ReportLanguage,
): ComplianceReport {
  const rows = obligations.map((obligation) => rowOf(obligation, facts, language));
  const count = (wanted: Status): number => rows.filter(({ status }) => status === wanted).length;
  return {
    deviceId: facts.deviceId,
    mode: facts.mode,
    ...(facts.recordedCameras.length === 0 ? {} : { recordedCameras: facts.recordedCameras }),
    version: facts.version,
    madeAt: facts.madeAt,
    language,
    counts: Object.fromEntries(statuses.map((status) => [status, count(status)])) as Record<Status, number>,
    rows,
    statistics: facts.audit.decisions.methods,
  };
}

function rowOf(obligation: Obligation, facts: ComplianceFacts, language: ReportLanguage): ReportRow {
  const parts = obligation.parts.map(({ mode, check, whatToDo }): ReportPart => {
    const finding = honest(check(facts), mode);
    const { status, attestedBy, on } = finding;
    return {
      mode,
      status,
      ...(attestedBy === undefined ? {} : { attestedBy }),
      ...(on === undefined ? {} : { on }),
      evidence: finding.evidence.map((evidence) => evidenceOf(evidence, facts, language)),
      ...(status === 'not-met' || status === 'reminder' ? { whatToDo: (finding.whatToDo ?? whatToDo)[language] } : {}),
    };
  });
  return {
    id: obligation.id,
    clause: obligation.clause[language],
    unconfirmedWording: obligation.unconfirmedWording === true,
    obligation: obligation.obligation[language],
    status: overall(parts.map(({ status }) => status)),
    parts,
  };
}

/** What an entry that is past its keeping period said is no longer to be read: that is said where it is named. */
function evidenceOf(
  { text, ...where }: Evidence,
  { audit: { prunedUntilSeq = 0 } }: ComplianceFacts,
  language: ReportLanguage,
): ReportEvidence {
  const { auditSeq } = where;
  if (auditSeq === undefined || auditSeq > prunedUntilSeq) return { text: text[language], ...where };
  const note = say(
    `（审计第 ${auditSeq} 条已过保存期，由签名的检查点代替）`,
    ` (audit entry ${auditSeq} is past its keeping period; a signed checkpoint stands for it)`,
  );
  return { text: `${text[language]}${note[language]}`, ...where, pruned: true };
}

/** What only a person can know is never shown as verified, whatever a check says. */
function honest(finding: Finding, mode: Mode): Finding {
  return mode === 'attested' && finding.status === 'met' ? { ...finding, status: 'not-met' } : finding;
}
