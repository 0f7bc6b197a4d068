import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packReportsFolder } from '../core/index.js';
import { replaceFile } from './replace-file.js';
import type { EvaluationReport } from './report/schema.js';

/**
 * Keeps a report beside the pack that it was made for, under its id, whole but for the file names of single pictures: a
 * data set's people are nobody's business on a gate.
 *
 * @returns where it lies
 */
export async function keepReport(packFolder: string, report: EvaluationReport): Promise<string> {
  const folder = join(packFolder, packReportsFolder);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${report.id}.json`);
  await replaceFile(path, `${JSON.stringify(withoutFileNames(report), null, 1)}\n`);
  return path;
}

function withoutFileNames(report: EvaluationReport): EvaluationReport {
  const { recognition } = report;
  if (recognition === undefined) return report;
  const nobody = { falseMatches: [], falseNonMatches: [] };
  const comparisons = recognition.comparisons.map((figures) => ({ ...figures, worst: nobody }));
  return { ...report, recognition: { ...recognition, comparisons } };
}
