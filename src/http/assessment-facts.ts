import type { AssessmentFacts } from '../assessment/index.js';
import { thresholdFor } from '../compare/index.js';
import { MenshenError } from '../core/index.js';
import { thresholdOptions } from '../policy/index.js';
import type { Services } from './services.js';

/** What the machine knows when somebody writes an impact assessment: counts and settings, nobody's data. */
export function assessmentFacts({ config, store, vision, notice, assessments }: Services): AssessmentFacts {
  const { site, face, cameras } = config;
  const evaluation = evaluationOf(config, vision?.facts()?.thresholds ?? []);
  const supersedes = assessments.list()[0]?.assessment.id;
  const { minInterEyeDistancePx } = face;
  const { minorsRules } = site;
  return {
    today: assessments.today(),
    purposeCode: site.purpose.code,
    purpose: site.purpose.description,
    method: face.method,
    necessity: site.necessity,
    impactOnRights: site.impactOnRights,
    alternatives: notice.fields.alternatives,
    retentionDays: site.retention.maxDays,
    retentionJustification: site.retention.justification,
    people: store.subjects.count(),
    templates: store.templates.countByModel().reduce((sum, { templates }) => sum + templates, 0),
    falseMatchRate: face.falseMatchRate,
    ...(evaluation === undefined ? {} : { evaluation }),
    ...(minInterEyeDistancePx === undefined ? {} : { minInterEyeDistancePx }),
    cameras: cameras.map(({ id, captureZone }) => ({
      id,
      zone: captureZone.polygon.map(({ x, y }) => `(${x}, ${y})`).join(' '),
    })),
    attackDetection: face.attackDetection,
    secondFactor: face.secondFactor,
    ...(minorsRules === undefined ? {} : { minorsRules }),
    accessibilityHelp: site.accessibilityHelp,
    ...(supersedes === undefined ? {} : { supersedes }),
  };
}

function evaluationOf(
  config: Services['config'],
  tables: Parameters<typeof thresholdFor>[0],
): AssessmentFacts['evaluation'] {
  if (tables.length === 0) return undefined;
  try {
    const options = thresholdOptions(config);
    const { fmr, evaluation } = thresholdFor(tables, 'reference-fused', config.face.falseMatchRate, options);
    return { id: evaluation.id, date: evaluation.date, population: evaluation.population, fmr };
  } catch (thrown) {
    // Face mode says why itself (`threshold-unsupported`); here it is one more thing the author has to know.
    if (thrown instanceof MenshenError && thrown.code === 'threshold-unsupported') return undefined;
    throw thrown;
  }
}
