import type english from '../../config/languages/en/console.json';
import type { Texts as PageTexts } from '../pages/texts.js';

/** Every text that a translator edits in `config/languages/<tag>/console.json`; English names them all. */
export type TextKey = keyof typeof english;

/** Groups of texts whose last part is a code of the service's closed lists. */
export type CodeGroup = 'error' | 'trigger' | 'field-problem' | 'draft-state' | 'report-state' | 'role';

export type Texts = PageTexts<TextKey, CodeGroup>;
