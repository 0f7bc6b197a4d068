import { translated } from './fault.js';
import type { Implementation, KernelName } from './kernel-name.js';
import { chooseKernel, chooseNative } from './native.js';
import type { PixelFunctions } from './pixel-functions.js';

type Bound<K extends keyof PixelFunctions> = PixelFunctions[K] extends (
  kernel: KernelName,
  ...rest: infer Rest
) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The same, bound to a kernel; what goes wrong inside is a MenshenError `internal`. */
export type NativePixels = { readonly [K in keyof PixelFunctions]: Bound<K> };

/**
 * The native pixel functions, or nothing where TypeScript has to do or was asked for.
 *
 * @throws MenshenError `addon-unavailable` when an implementation is asked for that this machine does not have.
 */
export function nativePixels(wanted?: Implementation | 'native'): NativePixels | undefined {
  const addon = chooseNative(wanted);
  if (!addon) return undefined;
  const kernel = chooseKernel(addon, wanted);
  return {
    resample: (...rest) => translated(() => addon.resample(kernel, ...rest)),
    warp: (...rest) => translated(() => addon.warp(kernel, ...rest)),
    mirror: (...rest) => translated(() => addon.mirror(kernel, ...rest)),
    luminance: (...rest) => translated(() => addon.luminance(kernel, ...rest)),
    sharpness: (...rest) => translated(() => addon.sharpness(kernel, ...rest)),
    noise: (...rest) => translated(() => addon.noise(kernel, ...rest)),
    uprightLines: (...rest) => translated(() => addon.uprightLines(kernel, ...rest)),
  };
}
