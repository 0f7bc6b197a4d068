/** Texts of one page in one language, as a translator writes them in `config/languages/<tag>/<page>.json`. */
export type TextTable = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number>>;

export interface Texts<Key extends string, Group extends string> {
  (key: Key, values?: Values): string;
  /** A code that this page does not know yet gets the group's `other`, never a bare code. */
  code(group: Group, code: string, values?: Values): string;
  date(iso: string): string;
  dateTime(iso: string): string;
}

export const noTexts: TextTable = {};

/** Texts of one language; `{name}` in a text is replaced by the value of that name. */
export function textsOf<Key extends string, Group extends string>(
  texts: TextTable,
  language: string,
): Texts<Key, Group> {
  const text = (key: string, values: Values = {}) => fill(texts[key] ?? key, values);
  const formatted = (iso: string, options: Intl.DateTimeFormatOptions) => {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? iso : new Intl.DateTimeFormat(language, options).format(date);
  };
  return Object.assign((key: Key, values?: Values) => text(key, values), {
    code: (group: Group, code: string, values?: Values) =>
      text(`${group}.${code}` in texts ? `${group}.${code}` : `${group}.other`, values),
    date: (iso: string) => formatted(iso, { dateStyle: 'long' }),
    dateTime: (iso: string) => formatted(iso, { dateStyle: 'long', timeStyle: 'short' }),
  });
}

export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** @param page part of the address, such as `/kiosk`. @returns undefined when it cannot be loaded. */
export async function loadTexts(page: string, tag: string): Promise<TextTable | undefined> {
  const response = await fetch(`${page}/texts/${encodeURIComponent(tag)}.json`).catch(() => undefined);
  return response?.ok ? ((await response.json()) as TextTable) : undefined;
}

/** For screen readers and fonts. */
export function declareLanguage(tag: string): void {
  document.documentElement.lang = tag === 'zh' ? 'zh-CN' : tag;
}
