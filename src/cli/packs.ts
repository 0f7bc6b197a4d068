/** The model packs of a site as commands see them. The runtime is loaded only when one of these is called. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/index.js';
import type { ModelCheck, PackCheck, PackFolders } from '../packs/index.js';
import { productVersion, projectFolder } from '../platform/index.js';
import { type Context, defaultConfigPath } from './context.js';

export const builtInPack = join(projectFolder, 'models', 'default');

/** The site's own packs lie beside its store: writable for it, and never in the program's folder. */
export const addedPacks = (config: Config): string => join(config.store.folder, 'packs');

export const configuredPack = (config: Config | undefined): string => config?.models.folder ?? builtInPack;

export function packFolders(config: Config | undefined): PackFolders {
  return config === undefined ? { builtIn: builtInPack } : { builtIn: builtInPack, added: addedPacks(config) };
}

/** The site's configuration, or undefined where none was written yet. @throws MenshenError when it is not valid. */
export function configIfThere(context: Context): Config | undefined {
  const path = context.configPath();
  // A file that somebody named and that is not there is a mistake, not a machine without a site.
  return path === defaultConfigPath && !existsSync(path) ? undefined : context.config();
}

export async function recordedWith(): Promise<string> {
  const { runtimeVersion } = await import('../inference/index.js');
  return `menshen ${productVersion()}, ONNX Runtime ${runtimeVersion()}, ${process.platform} ${process.arch}`;
}

/** One line a model. */
export function modelLine({ role, file, licence, problem, drift }: ModelCheck): string {
  const state = problem === undefined ? 'ok  ' : 'FAIL';
  const golden = drift === undefined ? '' : `golden values off by ${(100 * drift).toPrecision(2)} % of the tolerance`;
  return `${state} ${role.padEnd(9)}  ${file.padEnd(20)}  ${problem ?? `${licence}; ${golden}`}`;
}

const kinds = ['single-single', 'reference-single', 'reference-fused'] as const;

/** The lowest false match rate that was measured for each kind of comparison, and what follows where none was. */
export function thresholdLine({ thresholds }: PackCheck['manifest']): string {
  return kinds
    .map((kind) => {
      const points = thresholds.find(({ evaluation }) => evaluation.kind === kind)?.points ?? [];
      const lowest = Math.min(...points.map(({ fmr }) => fmr));
      return `${kind} ${points.length === 0 ? 'not measured (face mode stays off)' : lowest}`;
    })
    .join(', ');
}
