import { loadNative } from './native.js';

/** What took effect, for the start-up record and the health report. */
export interface CoreDumpProtection {
  /** No core file is written, and the limit cannot be raised again (RLIMIT_CORE 0, soft and hard). */
  readonly coreFilesOff: boolean;
  /**
   * Linux: no core handler gets the memory either, and no other process of this user may attach to this one or read
   * /proc/PID/mem (PR_SET_DUMPABLE 0). Root still can; files under /proc/PID then belong to root.
   */
  readonly processUndumpable: boolean;
  /** Why something did not take effect. */
  readonly reason?: string;
}

/** What the last `disableCoreDumps` of this process achieved; undefined when nobody called it. */
export const coreDumpState = (): CoreDumpProtection | undefined => achieved;

let achieved: CoreDumpProtection | undefined;

/** Turns off core dumps of this process for good. Children are dumpable again after they exec, but keep the limit. */
export function disableCoreDumps(): CoreDumpProtection {
  achieved = disabled();
  return achieved;
}

function disabled(): CoreDumpProtection {
  const { addon, reason } = loadNative();
  if (!addon) return { coreFilesOff: false, processUndumpable: false, reason };
  const effect = addon.disableCoreDumps();
  if (effect.coreFilesOff && effect.processUndumpable) return effect;
  return { ...effect, reason: 'This system refused part of it; set LimitCORE=0 in the service unit.' };
}
