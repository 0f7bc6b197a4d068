import { type ReportLanguage, statuses } from '../finding.js';
import type { ComplianceReport, ReportEvidence, ReportPart, ReportRow } from './report.js';
import { modeWords, statusWords, warnings, word } from './words.js';
import { wrapped } from './wrap.js';

const columns = 100;

/** The whole report for a terminal window of 100 columns. */
export function reportAsText(report: ComplianceReport): string {
  const { language } = report;
  const counts = statuses.map((status) => `${statusWords[status][language]} ${report.counts[status]}`).join(' · ');
  return [
    `${word('title', language)} · ${report.deviceId} · ${report.version} · ${report.madeAt}`,
    counts,
    ...wrapped(word('notLaw', language), columns),
    ...warnings(report).flatMap((warning) => wrapped(warning, columns)),
    ...report.rows.flatMap((row) => ['', ...rowAsLines(row, language)]),
    '',
    ...statisticsAsLines(report),
    '',
    counts,
  ].join('\n');
}

/** One row with everything about it. */
export function rowAsText(row: ReportRow, language: ReportLanguage): string {
  return rowAsLines(row, language).join('\n');
}

function rowAsLines(row: ReportRow, language: ReportLanguage): string[] {
  const unconfirmed = row.unconfirmedWording ? ` · ${word('unconfirmed', language)}` : '';
  return [
    ...wrapped(`${row.id.padEnd(6)}[${statusWords[row.status][language]}] ${row.obligation}`, columns, 6),
    ...wrapped(`      ${row.clause}${unconfirmed}`, columns, 6),
    ...row.parts.flatMap((part) => partAsLines(part, language)),
  ];
}

function partAsLines(part: ReportPart, language: ReportLanguage): string[] {
  const { attestedBy, on } = part;
  const who =
    attestedBy === undefined ? '' : ` · ${word('by', language)} ${attestedBy}, ${word('on', language)} ${on ?? '?'}`;
  return [
    ...wrapped(`      ${modeWords[part.mode][language]}: ${statusWords[part.status][language]}${who}`, columns, 8),
    ...part.evidence.flatMap((evidence) => wrapped(`        - ${evidenceText(evidence, language)}`, columns, 10)),
    ...(part.whatToDo === undefined
      ? []
      : wrapped(`        > ${word('whatToDo', language)}: ${part.whatToDo}`, columns, 10)),
  ];
}

function evidenceText(
  { text, auditSeq, documentHash, receiptId, route }: ReportEvidence,
  language: ReportLanguage,
): string {
  const places = [
    ...(auditSeq === undefined ? [] : [`${word('audit', language)} ${auditSeq}`]),
    ...(documentHash === undefined ? [] : [`${word('document', language)} ${documentHash.slice(0, 12)}…`]),
    ...(receiptId === undefined ? [] : [`${word('receipt', language)} ${receiptId}`]),
    ...(route === undefined ? [] : [`${word('see', language)} ${route}`]),
  ];
  return places.length === 0 ? text : `${text} [${places.join(', ')}]`;
}

function statisticsAsLines({ statistics, language }: ComplianceReport): string[] {
  return [
    word('statistics', language),
    ...statistics.flatMap(({ method, steps, decisions, grants, medianMs, ninetiethPercentileMs }) =>
      wrapped(
        `  ${method.padEnd(9)} ${word('steps', language)} ${steps}, ${word('decisions', language)} ${decisions}, ${word('grants', language)} ${grants}, ${word('median', language)} ${seconds(medianMs)}, ${word('ninetieth', language)} ${seconds(ninetiethPercentileMs)}`,
        columns,
        12,
      ),
    ),
  ];
}

export const seconds = (ms: number | undefined): string => (ms === undefined ? '-' : `${(ms / 1000).toFixed(1)} s`);
