/** The little XML that this dialect needs: elements and text. No entities of a document's own, no attributes read, no DTD. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

const namespace = 'http://www.isapi.org/ver20/XMLSchema';
const mostElements = 200;
const deepest = 8;

/** One document; lists become elements of the same name. */
export function writeXml(root: string, content: Json): string {
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} version="2.0" xmlns="${namespace}">`;
  return `${head}${inner(content)}</${root}>\n`;
}

function inner(value: Json): string {
  if (value === null) return '';
  if (typeof value !== 'object') return escaped(String(value));
  if (Array.isArray(value)) return value.map(inner).join('');
  return Object.entries(value)
    .map(([name, member]) => {
      if (member === undefined) return '';
      const members: readonly Json[] = Array.isArray(member) ? member : [member];
      return members.map((one) => `<${name}>${inner(one)}</${name}>`).join('');
    })
    .join('');
}

function escaped(text: string): string {
  return [...text]
    .map((sign) => entityOf[sign] ?? (isXmlCharacter(sign.codePointAt(0) ?? 0) ? sign : '\ufffd'))
    .join('');
}

const entityOf: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0, production 2. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return (code <= 0xd7ff || code >= 0xe000) && code !== 0xfffe && code !== 0xffff;
}

interface Reading {
  readonly text: string;
  at: number;
  elements: number;
}

class NotXml extends Error {}

/** An element's content: text, or its elements by name; a name that stands twice is a list. */
export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] };

/**
 * Undefined for anything but one element with elements and text in it: doctypes, processing instructions (but for the first
 * line's), comments, CDATA and entities other than the five are refused, not skipped.
 */
export function readXml(text: string): { readonly root: string; readonly content: XmlNode } | undefined {
  const head = /^\ufeff?\s*(?:<\?xml[^<>]{0,100}\?>)?\s*/.exec(text)?.[0] ?? '';
  const reading = { text: text.trimEnd(), at: head.length, elements: 0 };
  try {
    const { name, content } = element(reading, 1);
    return reading.at === reading.text.length ? { root: name, content } : undefined;
  } catch (thrown) {
    if (thrown instanceof NotXml) return undefined;
    throw thrown;
  }
}

function element(reading: Reading, depth: number): { readonly name: string; readonly content: XmlNode } {
  reading.elements += 1;
  if (depth > deepest || reading.elements > mostElements) throw new NotXml('too much');
  const [, name = '', empty] = matched(
    reading,
    /<([A-Za-z][A-Za-z0-9]{0,63})(?:\s+[A-Za-z:]{1,40}="[^"<>&]{0,200}")*\s*(\/?)>/y,
  );
  if (empty === '/') return { name, content: '' };
  const children = new Map<string, XmlNode[]>();
  let words = '';
  for (;;) {
    words += plain(matched(reading, /[^<]*/y)[0]);
    if (reading.text.startsWith('</', reading.at)) break;
    const child = element(reading, depth + 1);
    children.set(child.name, [...(children.get(child.name) ?? []), child.content]);
  }
  const [, closing] = matched(reading, /<\/([A-Za-z][A-Za-z0-9]{0,63})\s*>/y);
  if (closing !== name) throw new NotXml('not nested');
  if (children.size === 0) return { name, content: words.trim() };
  if (words.trim() !== '') throw new NotXml('text between elements');
  const members = [...children].map(([key, nodes]) => [key, nodes.length === 1 ? (nodes[0] ?? '') : nodes] as const);
  return { name, content: Object.fromEntries(members) };
}

function matched(reading: Reading, pattern: RegExp): RegExpExecArray {
  pattern.lastIndex = reading.at;
  const match = pattern.exec(reading.text);
  if (match === null) throw new NotXml('not expected here');
  reading.at = pattern.lastIndex;
  return match;
}

const plainOf: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replaceAll(/&([^;]{0,10};?)/g, (_whole, entity: string) => {
    const sign = entity.endsWith(';') ? plainOf[entity.slice(0, -1)] : undefined;
    if (sign === undefined) throw new NotXml('an entity of its own');
    return sign;
  });
}
