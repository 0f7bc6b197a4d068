export { checkManifest } from './manifest.js';
export type { ModelFile, ModelFileOf, ModelManifest, ModelRole } from './manifest-schema.js';
export { type ModelOptions, type ModelOutputs, type Models, openModels } from './models.js';
export { loadModelPack, type ModelPack, readManifest } from './pack.js';
export { type PreparationReport, prepareModel, type Rewrite } from './prepare/prepare-model.js';
