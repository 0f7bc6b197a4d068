export { createEmbedder, type Embedder } from './embedder.js';
