export { type CoreDumpProtection, coreDumpState, disableCoreDumps } from './core-dumps.js';
export {
  type CosineSimilarity,
  type Gallery,
  type GalleryMatch,
  type GalleryOptions,
  maxTopCount,
  openGallery,
} from './gallery.js';
export { keepHeapSmall, returnFreeHeap } from './heap.js';
export type { Implementation } from './kernel-name.js';
export type { LockState, SecureMemoryReport } from './memory-report.js';
export { type AddonStatus, addonStatus } from './native.js';
export { type NativePixels, nativePixels } from './pixels.js';
export { openProjection, type ProjectedEnergy } from './projection.js';
export { openSecret, type SecretBuffer, type SecretOptions, wipe } from './secret.js';
