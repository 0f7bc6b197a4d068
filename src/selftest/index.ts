export type { Outcome, SelfTestCheck } from './check.js';
export { addonTwinCheck, coreDumpCheck, lockedMemoryCheck } from './checks/addon.js';
export { cipherCheck, vectors as cipherVectors } from './checks/ciphers.js';
export { type EgressProbe, egressCheck } from './checks/egress.js';
export { configurationFileCheck, keyFileCheck, storeFolderCheck, umaskCheck } from './checks/files.js';
export { auditCheck, type ModelState, modelCheck, storeCheck, tlsCheck } from './checks/ports.js';
export { type CheckResult, SelfTest, type SelfTestParts, type SelfTestReport } from './self-test.js';
