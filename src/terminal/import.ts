import type { Config } from '../config/index.js';
import type { Doors } from '../doors/index.js';
import { type ImportParts, PeopleImport } from '../import/index.js';
import type { Eraser, RetentionService } from '../retention/index.js';

/** People from a table; what an import that was cut left behind goes like anybody whose erasure was ordered. */
export function openImport(
  parts: Omit<ImportParts, 'minPinDigits' | 'undo' | 'decommissioned' | 'groups'> & {
    readonly config: Config;
    readonly eraser: Eraser;
    readonly retention: RetentionService;
    readonly doors: Pick<Doors, 'setGroups'>;
  },
): PeopleImport {
  const { config, eraser, retention, doors } = parts;
  const groups = config.access?.groups.map(({ id }) => id);
  return new PeopleImport({
    ...parts,
    ...(groups === undefined
      ? {}
      : {
          groups: {
            known: (id) => groups.includes(id),
            assign: (subjectId, wanted, by) => doors.setGroups(subjectId, wanted, by),
          },
        }),
    minPinDigits: config.credentials.pin.minDigits,
    undo: async (subjectIds) => {
      await eraser.erase(subjectIds.map((subjectId) => ({ subjectId, scope: 'person', trigger: 'order' })));
    },
    decommissioned: () => retention.decommissioned() !== undefined,
  });
}
