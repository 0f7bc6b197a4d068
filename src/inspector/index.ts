export type { BundleSources, EvaluationReportFile } from './contents.js';
export { type BundleOrder, Inspector, type InspectorParts } from './inspector.js';
export { redactedConfig } from './redact.js';
export { type SoftwareFile, softwareFiles } from './software.js';
export { type BundleVerdict, verifyBundle } from './verify.js';
