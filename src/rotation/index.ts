export { noRootPlace, type RootPlace, type RootTarget } from './root.js';
export { type RotationProgress, RotationService } from './service.js';
