import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyAudit } from '../audit/index.js';
import type { Config } from '../config/index.js';
import { type AuditPort, type Clock, packReportsFolder } from '../core/index.js';
import type { FilingService, KeepingPeriod } from '../filing/index.js';
import { type EvaluationReportFile, Inspector, softwareFiles } from '../inspector/index.js';
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
    modelManifest: () => readFile(join(packFolder, 'manifest.json'), 'utf8').catch(absent(undefined)),
    evaluationReports: () => evaluationReports(join(packFolder, packReportsFolder)),
    software: () => softwareFiles(projectFolder),
  });
}

/** A pack without reports is a pack whose reports stay with whoever made it; one that is there and unreadable is a fault. */
async function evaluationReports(folder: string): Promise<EvaluationReportFile[]> {
  const names = await readdir(folder).catch(absent<string[]>([]));
  const reports = names.filter((name) => /^[\w.-]+\.json$/.test(name)).sort();
  return Promise.all(reports.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })));
}

/** What is not there is nothing; what cannot be read is a fault. */
const absent =
  <T>(nothing: T) =>
  (cause: NodeJS.ErrnoException): T => {
    if (cause.code === 'ENOENT') return nothing;
    throw cause;
  };
