export {
  type GalleryPack,
  IdentificationGallery,
  type IdentificationMatch,
  type TemplateReader,
} from './identification.js';
