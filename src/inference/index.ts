export {
  type PackedImpostorModel,
  packedImpostorModelSchema,
  packImpostorModel,
  unpackImpostorModel,
} from './impostor-model.js';
export { checkManifest } from './manifest.js';
export type { ModelFile, ModelFileOf, ModelManifest, ModelRole } from './manifest-schema.js';
export { type ModelOptions, type ModelOutputs, type Models, openModels, runtimeVersion } from './models.js';
export { embeddingModelIdOf, loadModelPack, type ModelPack, readManifest } from './pack.js';
