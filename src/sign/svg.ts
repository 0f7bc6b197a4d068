import type { DrawnPage, Paint, Shape } from './shapes.js';

/** The page as an SVG of its real size; needs no font and nothing from outside. */
export function svgOf({ widthPt, heightPt, shapes, title, description, language }: DrawnPage): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" lang="${text(language)}" role="img" aria-labelledby="title description" width="${widthPt}pt" height="${heightPt}pt" viewBox="0 0 ${widthPt} ${heightPt}">
<title id="title">${text(title)}</title>
<desc id="description">${text(description)}</desc>
${shapes.map(elementOf).join('\n')}
</svg>
`;
}

function elementOf(shape: Shape): string {
  switch (shape.kind) {
    case 'rectangle': {
      const { x, y, width, height } = shape.box;
      return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"${paintOf(shape.paint)}/>`;
    }
    case 'ellipse': {
      const { x, y, width, height } = shape.box;
      const centre = `cx="${round(x + width / 2)}" cy="${round(y + height / 2)}"`;
      return `<ellipse ${centre} rx="${round(width / 2)}" ry="${round(height / 2)}"${paintOf(shape.paint)}/>`;
    }
    case 'polygon':
      return `<polygon points="${shape.points.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ')}"${paintOf(shape.paint)}/>`;
    case 'path':
      return `<path d="${shape.data}"${paintOf(shape.paint)}/>`;
  }
}

function paintOf({ fill, stroke, strokeWidth }: Paint): string {
  const line = stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${strokeWidth ?? 1}"`;
  return ` fill="${fill ?? 'none'}"${line}`;
}

const round = (value: number): number => Number(value.toFixed(2));

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML knows no way to write them
  value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ').replace(/[&<>"]/g, (found) => entities[found] ?? '');
