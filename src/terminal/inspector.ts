import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyAudit } from '../audit/index.js';
import type { Config } from '../config/index.js';
import type { AuditPort, Clock } from '../core/index.js';
import type { FilingService, KeepingPeriod } from '../filing/index.js';
import { Inspector, softwareFiles } from '../inspector/index.js';
import type { Languages } from '../language/index.js';
import { productVersion, projectFolder } from '../platform/index.js';
import type { RetentionService } from '../retention/index.js';
import type { Store } from '../store/index.js';

export interface InspectorEdges {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly languages: Languages;
  readonly retention: RetentionService;
  readonly filing: FilingService;
  readonly keeping: KeepingPeriod;
}

/** What the inspector’s bundle tells, from the rooms that know it. */
export function openInspector(edges: InspectorEdges): Inspector {
  const { config, store, filing, keeping, retention } = edges;
  const packFolder = config.models.folder ?? join(projectFolder, 'models', 'default');
  return new Inspector({
    ...edges,
    version: productVersion(),
    verifyAudit: () => verifyAudit(store),
    filing: () => ({ ...filing.status(), ledger: filing.ledger.entries() }),
    keeping: () => ({ records: keeping.rows(), earlyDeletionsRefused: keeping.refusals() }),
    retentionForecast: () => retention.forecast(),
    // A pack that is not there yet is no reason to keep everything else from an inspector.
    modelManifest: () => readFile(join(packFolder, 'manifest.json'), 'utf8').catch(() => undefined),
    software: () => softwareFiles(projectFolder),
  });
}
