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
  let hit: string | undefined;
  let after: number | undefined = 0;
  while (after !== undefined && hit === undefined) {
    after = store.templates.readPage({ modelId: facts.modelId, after, limit: slice }, (other, template) => {
      // What no longer opens can be compared with nobody.
      if (other.subjectId === subjectId || template === undefined) return;
      if (comparator.reaches(template, reference, atLeast)) hit ??= other.subjectId;
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return hit;
}
