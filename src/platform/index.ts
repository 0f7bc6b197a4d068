export {
  type ChildEnd,
  type GuardedChild,
  type GuardedOptions,
  nodeProgram,
  ownProcessId,
  type ProgramOutput,
  processRuns,
  runGuarded,
  spawnGuarded,
} from './child-process.js';
export { systemClock } from './clock.js';
export { becomeUser, keepFilesPrivate, runsAsRoot } from './drop-rights.js';
export { type EgressFlow, EgressGuard, type EgressRefusal, egressGuard } from './egress.js';
export type { CanaryOutcome } from './egress-canary.js';
export { type FoundFfmpeg, findFfmpeg, findOnPath } from './find-program.js';
export { LanClient, type LanTarget, lanTarget, type MayCall } from './lan.js';
export { openLanWay } from './lan-way.js';
export { isLocalAddress, publicPeers } from './local-network.js';
export { jsonLogger } from './logger.js';
export { availableCores, codeFingerprint, machineInWords, peakResidentMiB, runInBackground } from './machine.js';
export { memoryBackedFolder } from './memory-folder.js';
export {
  credentialsDirectory,
  processUmask,
  productVersion,
  projectFolder,
  residentBytes,
  runtimeFacts,
  withPrivateFiles,
} from './process-facts.js';
export { systemRandomness } from './randomness.js';
export { systemTimers } from './timers.js';
export { SystemTpm, type TpmToolResult } from './tpm.js';
export { endOnUncaught } from './uncaught.js';
