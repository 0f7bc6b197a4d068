export {
  type PackedImpostorModel,
  packedImpostorModelSchema,
  packImpostorModel,
  unpackImpostorModel,
} from './impostor-model.js';
export { checkManifest } from './manifest.js';
export { type Golden, type Imprint, sketchLength } from './manifest-golden.js';
export {
  type DetectionDecoder,
  type ModelFile,
  type ModelFileOf,
  type ModelManifest,
  type ModelRole,
  manifestSchema,
} from './manifest-schema.js';
export { type ModelOptions, type Models, openModels, runtimeVersion } from './models.js';
export { detectorStrides, type ModelOutputs, scrfdAnchors, scrfdOutputNames } from './outputs.js';
export {
  embeddingModelIdOf,
  loadModelPack,
  type ModelPack,
  manifestText,
  readChecked,
  readImpostorModel,
  readManifest,
} from './pack.js';
export { type PreparationReport, prepareModel, type Rewrite } from './prepare/prepare-model.js';
