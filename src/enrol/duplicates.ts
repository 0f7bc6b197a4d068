import { Comparator, lowestFmr, thresholdFor } from '../compare/index.js';
import type { Store } from '../store/index.js';
import type { PackFacts } from '../vision/index.js';

const slice = 100;

/**
 * Looks for another person with this face, in slices, at the strictest threshold the pack's evaluation supports.
 *
 * That is one in 1/FMR strangers by chance, so in a large gallery a hit is a question to the operator, not a proof.
 */
export async function findDuplicate(
  store: Store,
  facts: PackFacts,
  subjectId: string,
  reference: Float32Array,
): Promise<string | undefined> {
  const strictest = lowestFmr(facts.thresholds, 'reference-fused');
  const { similarity: atLeast } = thresholdFor(facts.thresholds, 'reference-fused', strictest);
  const comparator = new Comparator(facts.impostorModel);
  for (let after = ''; ; ) {
    const page = store.templates.page(facts.modelId, after, slice);
    const hit = page.find(
      ({ id, subjectId: other }) =>
        other !== subjectId &&
        store.templates.withVector(id, (template) => comparator.similarity(template, reference) >= atLeast),
    );
    if (hit !== undefined) return hit.subjectId;
    const last = page.at(-1);
    if (last === undefined) return undefined;
    after = last.id;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
