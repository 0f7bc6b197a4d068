export { type GalleryPack, IdentificationGallery, type IdentificationMatch } from './identification.js';
