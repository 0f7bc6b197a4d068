export { Languages, loadLanguages, shippedLanguages } from './languages.js';
export { escaped } from './markup.js';
export { Texts } from './texts.js';
export { refusedWording } from './wording.js';
