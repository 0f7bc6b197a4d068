import { createHash } from 'node:crypto';
import { Value } from '#typebox/value';
import { MenshenError } from '../../core/index.js';
import { type EvaluationReport, type ReportContent, reportSchema, reportTag } from './schema.js';

/**
 * Puts the parts together. The id is made of the date and a hash over everything else: the same figures have the same id.
 *
 * Error: `evaluation-invalid` when the parts are not what a report holds (a figure that is no number, for instance).
 */
export function makeReport(content: ReportContent): EvaluationReport {
  const { date, product, pack, machine, dataSets, recognition, pad, steps } = content;
  const parts = {
    schema: reportTag,
    mode: 'evaluation',
    date,
    product,
    pack,
    machine,
    dataSets,
    ...(recognition === undefined ? {} : { recognition }),
    ...(pad === undefined ? {} : { pad }),
    steps,
  } as const;
  return checked({ id: idOf(parts), ...parts });
}

/** As a file: two spaces, a line feed at the end. */
export function writeReport(report: EvaluationReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/**
 * Reads what `writeReport` wrote. Error: `evaluation-invalid` for another shape, another version, or a report whose
 * content is not what its id was made of. The hash finds slips, not forgers: it has no key.
 */
export function readReport(text: string): EvaluationReport {
  const value = parsed(text);
  const tag = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (tag !== reportTag) {
    throw invalid(
      `this is not an evaluation report: \`schema\` is ${shown(tag)}, ${JSON.stringify(reportTag)} is needed.`,
    );
  }
  const report = checked(value);
  const { id, ...content } = report;
  if (idOf(content) !== id) {
    throw invalid(
      `the report ${id} was changed after it was made: its content belongs to ${idOf(content)}. Evaluate again.`,
    );
  }
  return report;
}

const mostComplaints = 3;

function checked(value: unknown): EvaluationReport {
  if (Value.Check(reportSchema, value)) return value;
  const complaints = Value.Errors(reportSchema, value)
    .slice(0, mostComplaints)
    .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  throw invalid(`the report is not of the shape ${reportTag}: ${complaints.join('; ')}.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MenshenError('evaluation-invalid', 'this is not an evaluation report: it is not JSON.', { cause });
  }
}

const hashDigits = 12;

function idOf(content: Omit<EvaluationReport, 'id'>): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `${content.date}-${hash.slice(0, hashDigits)}`;
}

function shown(tag: unknown): string {
  return JSON.stringify(tag)?.slice(0, 60) ?? 'missing';
}

function invalid(detail: string): MenshenError {
  return new MenshenError('evaluation-invalid', detail);
}
