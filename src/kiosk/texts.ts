import type english from '../../config/languages/en/kiosk.json';

/** Every text that a translator edits in `config/languages/<tag>/kiosk.json`; English names them all. */
export type TextKey = keyof typeof english;
export type Values = Readonly<Record<string, string | number>>;

/** `/kiosk/texts/<tag>.json`, as the service reads it from there. */
export type TextTable = Readonly<Record<string, string>>;

/** Groups of texts whose last part is a code of the service's closed lists. */
export type CodeGroup = 'guidance' | 'reason' | 'face-mode' | 'error' | 'consent-state' | 'age' | 'proved';

export interface Texts {
  (key: TextKey, values?: Values): string;
  /** A code that this page does not know yet gets the group's `other`, never a bare code. */
  code(group: CodeGroup, code: string, values?: Values): string;
  date(iso: string): string;
  dateTime(iso: string): string;
}

export const noTexts: TextTable = {};

/** Texts of one language; `{name}` in a text is replaced by the value of that name. */
export function textsOf(texts: TextTable, language: string): Texts {
  const text = (key: string, values: Values = {}) => fill(texts[key] ?? key, values);
  const formatted = (iso: string, options: Intl.DateTimeFormatOptions) => {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? iso : new Intl.DateTimeFormat(language, options).format(date);
  };
  return Object.assign((key: TextKey, values?: Values) => text(key, values), {
    code: (group: CodeGroup, code: string, values?: Values) =>
      text(`${group}.${code}` in texts ? `${group}.${code}` : `${group}.other`, values),
    date: (iso: string) => formatted(iso, { dateStyle: 'long' }),
    dateTime: (iso: string) => formatted(iso, { dateStyle: 'long', timeStyle: 'short' }),
  });
}

export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
