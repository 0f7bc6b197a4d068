import type { Config } from '../config/index.js';
import { type ImportParts, PeopleImport } from '../import/index.js';
import type { Eraser, RetentionService } from '../retention/index.js';

/** People from a table; what an import that was cut left behind goes like anybody whose erasure was ordered. */
export function openImport(
  parts: Omit<ImportParts, 'minPinDigits' | 'undo' | 'decommissioned'> & {
    readonly config: Config;
    readonly eraser: Eraser;
    readonly retention: RetentionService;
  },
): PeopleImport {
  const { config, eraser, retention } = parts;
  return new PeopleImport({
    ...parts,
    minPinDigits: config.credentials.pin.minDigits,
    undo: async (subjectIds) => {
      await eraser.erase(subjectIds.map((subjectId) => ({ subjectId, scope: 'person', trigger: 'order' })));
    },
    decommissioned: () => retention.decommissioned() !== undefined,
  });
}
