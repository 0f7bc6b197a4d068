import type { AuditPort } from '../core/index.js';
import type { Store } from '../store/index.js';
import type { PackFacts } from '../vision/index.js';

/** Puts on record that other models (or other settings or thresholds of theirs) run than last time; true when they do. */
export function recordPackChange(
  store: Store,
  audit: AuditPort,
  { packId, packHash, modelId }: Pick<PackFacts, 'packId' | 'packHash' | 'modelId'>,
): boolean {
  const running = `${packId} ${modelId} ${packHash}`;
  const before = store.packMark.read();
  if (before === running) return false;
  store.transaction(() => {
    store.packMark.write(running);
    const [oldPackId, oldModelId, oldPackHash] = before?.split(' ') ?? [];
    audit.append('models.changed', {
      ...{ fromPackId: oldPackId ?? null, fromModelId: oldModelId ?? null, fromPackHash: oldPackHash ?? null },
      ...{ packId, modelId, packHash },
      templatesOfOtherModels: store.templates.peopleWithout(modelId),
    });
  });
  return true;
}
