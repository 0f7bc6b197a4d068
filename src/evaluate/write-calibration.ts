import { readFile } from 'node:fs/promises';
import { MenshenError } from '../core/index.js';
import { checkManifest } from '../inference/index.js';
import type { Calibration } from './calibrate.js';
import { replaceMember } from './json-member.js';
import { replaceFile } from './replace-file.js';

/**
 * Puts a calibration into a pack's `manifest.json`: whole or not at all, every other byte of the file as it was.
 *
 * Errors: `calibration-refused` when the manifest cannot be read or written, `model-pack-invalid` when it would not be
 * valid afterwards (nothing is written then).
 */
export async function writeCalibration(manifestPath: string, calibration: Calibration): Promise<void> {
  const before = await orRefused(() => readFile(manifestPath, 'utf8'), `${manifestPath} cannot be read`);
  const after = calibratedManifest(before, calibration);
  await orRefused(() => replaceFile(manifestPath, after), `${manifestPath} cannot be written`);
}

/** The manifest's text with the calibration's thresholds in it. Error: `model-pack-invalid`. */
export function calibratedManifest(text: string, { tables, pad }: Calibration): string {
  let changed = replaceMember(text, ['thresholds'], tables);
  if (pad !== undefined) {
    changed = replaceMember(changed, ['padThresholds', 'evaluation'], pad.evaluation);
    changed = replaceMember(changed, ['padThresholds', 'bonaFideAtLeast'], pad.bonaFideAtLeast);
    changed = replaceMember(changed, ['padThresholds', 'attackAtMost'], pad.attackAtMost);
  }
  const value: unknown = JSON.parse(changed);
  checkManifest(value);
  return changed;
}

async function orRefused<T>(act: () => Promise<T>, what: string): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown reason';
    throw new MenshenError('calibration-refused', `${what}: ${why}.`, { cause });
  }
}
