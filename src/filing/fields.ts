import type { Config } from '../config/index.js';
import { canonicalJson } from '../crypto/index.js';

/** What a filing says about the use of faces: a change here may be a substantive change of the filing (M15.3). */
export interface FiledFields {
  readonly processorName: string;
  readonly contact: string;
  readonly siteName: string;
  readonly siteType: string;
  readonly access: string;
  readonly purposeCode: string;
  readonly purpose: string;
  readonly necessity: string;
  readonly method: string;
  readonly dataTypes: readonly string[];
  readonly retentionDays: number;
  readonly storageLocation: 'this-device';
  readonly internetTransfer: false;
  readonly alternatives: readonly string[];
  readonly minorsEnrolled: boolean;
}

/** From the running configuration; `notice` gives what the notice derives from it. */
export function filedFields(
  config: Config,
  notice: { readonly dataTypes: readonly string[]; readonly alternatives: readonly string[] },
): FiledFields {
  const { site, face } = config;
  return {
    processorName: site.processor.name,
    contact: site.processor.contact,
    siteName: site.name,
    siteType: site.type,
    access: site.access,
    purposeCode: site.purpose.code,
    purpose: site.purpose.description,
    necessity: site.necessity,
    method: face.method,
    dataTypes: notice.dataTypes,
    retentionDays: site.retention.maxDays,
    storageLocation: 'this-device',
    internetTransfer: false,
    alternatives: notice.alternatives,
    minorsEnrolled: site.minorsRules !== undefined,
  };
}

/** Names of the fields that say something else now. A field that the filing did not know is no change of it. */
export function changedFields(filed: Readonly<Record<string, unknown>>, running: FiledFields): string[] {
  const now: Readonly<Record<string, unknown>> = { ...running };
  return Object.keys(now)
    .filter((name) => name in filed && canonicalJson(filed[name]) !== canonicalJson(now[name]))
    .sort();
}
