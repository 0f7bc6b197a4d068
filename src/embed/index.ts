export { type AlignedFace, createEmbedder, type Embedder } from './embedder.js';
