import { escaped, type Texts } from '../language/index.js';

/** Chinese leads, English stands beside it. */
export interface FormTexts {
  readonly zh: Texts;
  readonly en: Texts;
}

/** `key` names a text of `filing.json`; `value` is text as it stands, or `value.` keys to be said in both languages. */
export interface FormRow {
  readonly key: string;
  readonly value:
    | string
    | number
    | { readonly said: string; readonly with?: Readonly<Record<string, string | number>> };
}

/** One A4 page for reading, printing and copying into the authority’s own form. */
export function formHtml(texts: FormTexts, titleKey: string, rows: readonly FormRow[], noteKeys: readonly string[]) {
  const { zh, en } = texts;
  const title = `${zh.say(titleKey)} / ${en.say(titleKey)}`;
  const notes = noteKeys.map(
    (key) => `<p>${escaped(zh.say(key))}<br><small lang="en">${escaped(en.say(key))}</small></p>`,
  );
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
body{font:14px/1.5 sans-serif;max-width:48em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #333;padding:.4em .6em;text-align:left;vertical-align:top;white-space:pre-wrap}
th{width:34%;font-weight:600}
small{color:#444}
</style>
</head>
<body>
<h1>${escaped(zh.say(titleKey))}<br><small lang="en">${escaped(en.say(titleKey))}</small></h1>
<table>
${rows.map((row) => rowHtml(texts, row)).join('\n')}
</table>
${notes.join('\n')}
</body>
</html>
`;
}

function rowHtml({ zh, en }: FormTexts, { key, value }: FormRow): string {
  // A field that has no text yet is named by its own word rather than left out.
  const label = zh.has(key) ? escaped(zh.say(key)) : escaped(key);
  const gloss = en.has(key) ? `<br><small lang="en">${escaped(en.say(key))}</small>` : '';
  return `<tr><th scope="row">${label}${gloss}</th><td>${valueHtml({ zh, en }, value)}</td></tr>`;
}

function valueHtml({ zh, en }: FormTexts, value: FormRow['value']): string {
  if (typeof value !== 'object') return escaped(String(value));
  const { said, with: values = {} } = value;
  return `${escaped(zh.say(said, values))}<br><small lang="en">${escaped(en.say(said, values))}</small>`;
}
