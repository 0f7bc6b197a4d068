/** The same scan as `npm run break -- forensics` uses. */
export { canScanProcesses, scanProcessMemory } from '../../scripts/break/memory-scan.mjs';
