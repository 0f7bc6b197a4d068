/** The inspector's bundle over a site of tests: made, saved, taken apart and put together again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { verifyAudit } from '#menshen/audit/index.js';
import { type BundleOrder, Inspector, type SoftwareFile } from '#menshen/inspector/index.js';
import { loadLanguages } from '#menshen/language/index.js';
import type { Site } from './site.js';
import { tempFolder } from './temp-store.js';

const languages = loadLanguages();

export function inspectorOf(site: Site, software: readonly SoftwareFile[] = []): Inspector {
  return new Inspector({
    ...site,
    languages,
    version: '9.9.9',
    verifyAudit: () => verifyAudit(site.store),
    filing: () => ({ count: { total: 0 } }),
    keeping: () => ({ records: [] }),
    retentionForecast: () => site.retention.forecast(),
    modelManifest: async () => '{"id":"a-pack"}',
    evaluationReports: async () => [{ name: '2026-01-01-abc.json', text: '{"id":"2026-01-01-abc"}' }],
    software: async () => software,
  });
}

export const order: BundleOrder = {
  by: 'auditor-1',
  interfaces: { routes: [] },
  compliance: async () => ({ rows: [] }),
};

/** The whole zip; the pieces' sizes say how much was ever held at once. */
export async function madeBy(inspector: Inspector, changes: Partial<BundleOrder> = {}) {
  const pieces: Uint8Array[] = [];
  for await (const piece of inspector.open({ ...order, ...changes })) pieces.push(piece);
  return { zip: new Uint8Array(Buffer.concat(pieces)), pieces: pieces.map(({ length }) => length) };
}

export type Files = Record<string, Uint8Array>;
export const taken = (zip: Uint8Array): Files => unzipSync(zip);
export const textIn = (files: Files, name: string): string => Buffer.from(files[name] ?? []).toString('utf8');

/** A zip of these files, as somebody who wants to deceive would make it. */
export const rebuilt = (files: Files): Uint8Array => zipSync(files, { mtime: new Date(1980, 0, 1) });

export function saved(zip: Uint8Array): string {
  const path = join(tempFolder(), 'bundle.zip');
  writeFileSync(path, zip);
  return path;
}
