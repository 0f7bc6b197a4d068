import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { MenshenError } from '../core/index.js';
import type { Implementation, KernelName } from './kernel-name.js';
import type { PixelFunctions } from './pixel-functions.js';
import type { SlotStoreConstructor } from './slots.js';

export interface AddonStatus {
  /** What comparisons and pixel work run on when nobody asks for something else. */
  readonly implementation: Implementation;
  readonly simd: KernelName | 'none';
  /** Why it is the TypeScript twin, with the remedy; absent when the native addon is in use. */
  readonly reason?: string;
}

/** Says which implementation is in use in this process, for the health report. */
export function addonStatus(): AddonStatus {
  const loaded = loadNative();
  if (!loaded.addon) return { implementation: 'typescript', simd: 'none', reason: loaded.reason };
  const simd = fastestKernel(loaded.addon);
  return { implementation: `native-${simd}`, simd };
}

/** What native/addon.cpp exports. */
export interface NativeAddon extends PixelFunctions {
  readonly revision: number;
  /** Those this processor can run, fastest first. */
  readonly kernels: readonly KernelName[];
  readonly Gallery: SlotStoreConstructor;
  /** Throws TypeError (code MISUSE) for arrays of another length than `rows` x `columns` and `columns`. */
  projectedEnergy(
    kernel: KernelName,
    matrix: Float32Array,
    rows: number,
    columns: number,
    vector: Float32Array,
  ): number;
  openSecret(byteLength: number): NativeSecret;
  destroySecret(buffer: ArrayBuffer): void;
  /** RLIMIT_MEMLOCK; Infinity when there is none. */
  lockLimitBytes(): number;
  disableCoreDumps(): { coreFilesOff: boolean; processUndumpable: boolean };
  /** False where the C library has another allocator than glibc's. */
  keepHeapSmall(): boolean;
  returnFreeHeap(): boolean;
}

export interface NativeSecret {
  readonly buffer: ArrayBuffer;
  readonly totalBytes: number;
  readonly lockedBytes: number;
  readonly excludedFromDumps: boolean;
}

export type LoadedAddon =
  | { readonly addon: NativeAddon; readonly reason?: never }
  | { readonly addon?: never; readonly reason: string };

/** Loads the addon on first use; a missing or unfit one is no error here but a reason. */
export function loadNative(): LoadedAddon {
  loadedOnce ??= load(addonFile);
  return loadedOnce;
}

/**
 * The addon, or nothing when the twin is wanted or the only choice.
 *
 * @throws MenshenError `addon-unavailable` when native code is asked for by name and cannot be had.
 */
export function chooseNative(wanted: Implementation | 'native' | undefined): NativeAddon | undefined {
  if (wanted === 'typescript') return undefined;
  const { addon, reason } = loadNative();
  if (!addon && wanted !== undefined) throw new MenshenError('addon-unavailable', reason);
  return addon;
}

export function fastestKernel(addon: NativeAddon): KernelName {
  return addon.kernels[0] ?? 'plain';
}

/**
 * The kernel that was asked for by name, or the fastest.
 *
 * @throws MenshenError `addon-unavailable` when this processor cannot run it.
 */
export function chooseKernel(addon: NativeAddon, wanted: Implementation | 'native' | undefined): KernelName {
  if (wanted === undefined || wanted === 'native') return fastestKernel(addon);
  const kernel = addon.kernels.find((name) => `native-${name}` === wanted);
  if (kernel) return kernel;
  throw new MenshenError(
    'addon-unavailable',
    `This processor cannot run ${wanted}; it has ${addon.kernels.join(', ')}.`,
  );
}

const addonFile = fileURLToPath(new URL('../../native/build/menshen.node', import.meta.url));
// Must equal kRevision in native/addon.cpp.
const expectedRevision = 6;

let loadedOnce: LoadedAddon | undefined;

function load(file: string): LoadedAddon {
  if (!existsSync(file))
    return { reason: 'The native addon is not built: install a C++ compiler and run set-up again.' };
  try {
    // The file was built from native/ beside this source; the revision is what ties the two together.
    const addon = createRequire(import.meta.url)(file) as NativeAddon;
    if (addon.revision === expectedRevision) return { addon };
    return { reason: `The native addon is of revision ${addon.revision}, not ${expectedRevision}: run set-up again.` };
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    return { reason: `The native addon does not load (${why}): run set-up again on this machine.` };
  }
}
