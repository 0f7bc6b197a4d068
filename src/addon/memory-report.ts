import type { HeldBytes } from './held-bytes.js';
import { loadNative } from './native.js';

export type LockState = 'locked' | 'partly-locked' | 'unlocked';

/** Whether secret memory can reach a swap device or a core dump; for the health report and the alarm about it. */
export interface SecureMemoryReport {
  readonly totalBytes: number;
  /** Pinned in memory, so never written to swap. */
  readonly lockedBytes: number;
  readonly lock: LockState;
  /** RLIMIT_MEMLOCK of the process (a privileged one may exceed it); `unknown` without the native addon. */
  readonly limitBytes: number | 'unlimited' | 'unknown';
  readonly excludedFromDumps: boolean;
}

/** Adds the lock's state and the system's limit to what a holder of memory counted. */
export function memoryReport({ totalBytes, lockedBytes, excludedFromDumps }: HeldBytes): SecureMemoryReport {
  return { totalBytes, lockedBytes, lock: lockState(lockedBytes, totalBytes), limitBytes: limit(), excludedFromDumps };
}

function lockState(lockedBytes: number, totalBytes: number): LockState {
  if (lockedBytes === 0) return 'unlocked';
  return lockedBytes < totalBytes ? 'partly-locked' : 'locked';
}

function limit(): SecureMemoryReport['limitBytes'] {
  const { addon } = loadNative();
  if (!addon) return 'unknown';
  const bytes = addon.lockLimitBytes();
  return Number.isFinite(bytes) ? bytes : 'unlimited';
}
