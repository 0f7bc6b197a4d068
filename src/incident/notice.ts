import type { Texts } from '../language/index.js';
import type { Incident, IncidentTexts } from './kinds.js';

export const audiences = ['people', 'authority'] as const;
export type Audience = (typeof audiences)[number];

export interface NoticeFacts {
  readonly deviceId: string;
  readonly processorName: string;
  readonly contact: string;
  /** People held on the device now; told to the authority only. */
  readonly people: number;
}

export interface PrintableNotice {
  readonly title: string;
  readonly text: string;
  /** A whole page for a printer; loads nothing. */
  readonly html: string;
  /** What nobody has stated yet; each says so on the page. */
  readonly missing: readonly ('cause' | 'possibleHarm' | 'remedy')[];
}

/**
 * What PIPL art. 57 has people and the authority told: kinds of information, cause and possible harm, remedy, what people
 * can do, contact. A field nobody has stated says that it is still being looked into; it is never made up.
 */
export function incidentNotice(
  incident: Incident,
  written: IncidentTexts,
  facts: NoticeFacts,
  texts: Texts,
  audience: Audience,
): PrintableNotice {
  const title = texts.say(`title.${audience}`);
  const rows = rowsOf(incident, written, facts, texts, audience);
  const intro = [texts.say('basis'), texts.say('frozen')];
  const signature = texts.say('signature');
  return {
    title,
    text: [title, '', ...intro, '', ...rows.map(([label, value]) => `${label}: ${value}`), '', signature].join('\n'),
    html: page(texts.language, title, intro, rows, signature),
    missing: (['cause', 'possibleHarm', 'remedy'] as const).filter((field) => written[field] === undefined),
  };
}

type Row = readonly [label: string, value: string];

function rowsOf(
  { id, kind, severity, dataKinds, reportedAtMs }: Incident,
  { cause, possibleHarm, remedy, selfHelp }: IncidentTexts,
  { deviceId, processorName, contact, people }: NoticeFacts,
  texts: Texts,
  audience: Audience,
): Row[] {
  const row = (label: string, value: string): Row => [texts.say(`label.${label}`), value];
  const unknown = texts.say('unknown');
  const forAuthority: Row[] = [row('severity', texts.say(`severity.${severity}`)), row('people', String(people))];
  return [
    row('kind', texts.say(`kind.${kind}`)),
    row('reported', new Date(reportedAtMs).toISOString()),
    ...(audience === 'authority' ? forAuthority : []),
    row('data', dataKinds.map((data) => texts.say(`data.${data}`)).join('; ')),
    row('cause', cause ?? unknown),
    row('harm', possibleHarm ?? unknown),
    row('remedy', remedy ?? unknown),
    row('selfHelp', selfHelp ?? texts.say('selfHelp.default')),
    row('contact', `${processorName}, ${contact}`),
    row('device', deviceId),
    row('reference', id),
  ];
}

function page(
  language: string,
  title: string,
  intro: readonly string[],
  rows: readonly Row[],
  signature: string,
): string {
  const style =
    'body{font:12pt/1.6 serif;max-width:18cm;margin:2cm auto;padding:0 1cm}th{text-align:left;vertical-align:top;width:5cm;padding-right:1em}td{white-space:pre-wrap}';
  return `<!doctype html>
<html lang="${escaped(language)}"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head>
<body><h1>${escaped(title)}</h1>
${intro.map((line) => `<p>${escaped(line)}</p>`).join('\n')}
<table>
${rows.map(([label, value]) => `<tr><th scope="row">${escaped(label)}</th><td>${escaped(value)}</td></tr>`).join('\n')}
</table>
<p>${escaped(signature)}</p></body></html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
