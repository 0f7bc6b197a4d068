import { createHash } from 'node:crypto';
import type { NoticeView } from './view.js';

export interface Page {
  readonly html: string;
  /** The Content-Security-Policy that the page is served with: its own style, and nothing else at all. */
  readonly contentSecurityPolicy: string;
}

/** Large, high in contrast (all pairs over 7:1), readable at 200 % and on paper; no script, nothing from outside. */
const style = `
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #111; font: 1.25rem/1.6 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem; }
nav a { display: inline-block; min-width: 3rem; min-height: 1.5rem; padding: .6rem 1rem; border: 2px solid #111; border-radius: .4rem; color: #111; text-align: center; }
nav a[aria-current] { background: #111; color: #fff; }
a:focus-visible { outline: 4px solid #0645ad; outline-offset: 2px; }
h1 { font-size: 2rem; line-height: 1.3; }
h2 { font-size: 1.35rem; line-height: 1.4; margin: 1.8rem 0 .3rem; }
p { margin: 0 0 .6rem; white-space: pre-line; }
.optional { border: 3px solid #111; border-radius: .5rem; padding: 1rem 1.25rem; }
.optional p { font-weight: 700; font-size: 1.4rem; }
footer { margin-top: 2.5rem; border-top: 2px solid #111; padding-top: 1rem; }
@media print { nav { display: none; } body { font-size: 12pt; } main { max-width: none; padding: 0; } h2 { break-after: avoid; } section { break-inside: avoid; } @page { size: A4; margin: 18mm; } }
`;

const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The notice as one HTML page; the order is the screen's: the choice first. */
export function noticePage(
  { language, title, optional, sections, imprint }: NoticeView & { readonly imprint: string },
  languages: readonly { readonly tag: string; readonly name: string }[],
): Page {
  const links = languages.map(({ tag, name }) => {
    const current = tag === language ? ' aria-current="page"' : '';
    return `<li><a href="?language=${text(tag)}" lang="${text(tag)}" hreflang="${text(tag)}"${current}>${text(name)}</a></li>`;
  });
  const html = `<!doctype html>
<html lang="${text(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<nav aria-label="${languages.map(({ name }) => text(name)).join(' / ')}"><ul>
${links.join('\n')}
</ul></nav>
<h1>${text(title)}</h1>
<div class="optional">
<p>${text(optional.statement)}</p>
<ul>
${optional.alternatives.map((way) => `<li>${text(way)}</li>`).join('\n')}
</ul>
</div>
${sections.map((section) => `<section>\n<h2>${text(section.heading)}</h2>\n<p>${text(section.text)}</p>\n</section>`).join('\n')}
<footer><p>${text(imprint)}</p></footer>
</main>
</body>
</html>
`;
  return { html, contentSecurityPolicy };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What the site wrote is text, whatever stands in it. */
const text = (value: string): string => value.replace(/[&<>"']/g, (found) => entities[found] ?? '');
