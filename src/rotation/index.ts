export { noRootPlace, type RootPlace } from './root.js';
export { type RotationProgress, RotationService } from './service.js';
