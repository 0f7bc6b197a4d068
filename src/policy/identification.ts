import type { Config } from '../config/index.js';
import type { Store } from '../store/index.js';

/**
 * M4.3: 1:N compares a face with everybody’s, so it needs the assessment that says why 1:1 does not do.
 *
 * @returns why identification is not justified, or undefined when it is, or is not asked for.
 */
export function unjustifiedIdentification({ face }: Config, store: Store): string | undefined {
  if (face.method === '1:1') return undefined;
  const named = face.identificationJustification?.assessmentId;
  const row = store.documents.newest('assessment');
  // Written by the register of assessments alone.
  const valid = row === undefined ? undefined : (JSON.parse(row.body) as { assessment: { id: string } }).assessment.id;
  if (named !== undefined && named === valid) return undefined;
  return `face.identificationJustification names assessment ${named ?? '(none)'}, the present one is ${valid ?? '(none)'}: name the one that justifies 1:N, or use 1:1 (M4.3)`;
}
