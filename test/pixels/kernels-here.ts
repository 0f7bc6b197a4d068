import { addonStatus, type Implementation } from '#menshen/addon/index.js';
import { MenshenError } from '#menshen/core/index.js';
import { openPixelKernels } from '#menshen/pixels/index.js';

const kernels: readonly Implementation[] = ['native-avx512', 'native-avx2', 'native-neon', 'native-plain'];

/** The native kernels that this machine can run. */
export const native: readonly Implementation[] = kernels.filter(canRun);
if (native.length === 0) console.log(`native pixel kernels are not tested: ${addonStatus().reason}`);
else console.log(`pixel kernels tested: ${native.join(', ')}`);

function canRun(implementation: Implementation): boolean {
  try {
    openPixelKernels(implementation);
    return true;
  } catch (fault) {
    if (fault instanceof MenshenError && fault.code === 'addon-unavailable') return false;
    throw fault;
  }
}
