export { checkManifest, type ModelFile, type ModelFileOf, type ModelManifest, type ModelRole } from './manifest.js';
export { type ModelOptions, type ModelOutputs, type Models, openModels } from './models.js';
export { loadModelPack, type ModelPack, readManifest } from './pack.js';
