import { loadNative } from './native.js';

/**
 * Has the C library keep little more memory than it uses: by default every thread has an arena of its own, which under
 * odd requests came to 40 to 55 MiB (measured: 122 to 136 MiB of them against 80). For the daemon, once and early;
 * without the addon or with another C library than glibc it changes nothing.
 */
export function keepHeapSmall(): void {
  loadNative().addon?.keepHeapSmall();
}

/** Gives what is free in the C heap back to the system, now and then: what lay in it is gone then, too. */
export function returnFreeHeap(): void {
  loadNative().addon?.returnFreeHeap();
}
