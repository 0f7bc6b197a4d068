/**
 * The URL that a text is, or undefined. Not by `URL.canParse`: once it is optimised, that of Node 20 misreads letters such
 * as "Æ", says yes to texts that the constructor then refuses, and no to others that it takes.
 */
export function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
