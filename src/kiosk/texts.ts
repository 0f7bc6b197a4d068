import type english from '../../config/languages/en/kiosk.json';
import type { Texts as PageTexts } from '../pages/texts.js';

export { fill, noTexts, type TextTable, textsOf, type Values } from '../pages/texts.js';

/** Every text that a translator edits in `config/languages/<tag>/kiosk.json`; English names them all. */
export type TextKey = keyof typeof english;

/** Groups of texts whose last part is a code of the service's closed lists. */
export type CodeGroup = 'guidance' | 'reason' | 'face-mode' | 'error' | 'consent-state' | 'age' | 'proved';

export type Texts = PageTexts<TextKey, CodeGroup>;
