import type { SignContent } from './content.js';
import type { Lettering } from './lettering.js';
import { black, type Drawn, marginPt, type Shape, white, widthPt } from './shapes.js';

/** For reading across a hall. */
const headlinePt = [46, 27] as const;

/** "Face recognition in use", as large as it goes. */
export function drawHead({ words }: SignContent, lettering: Lettering): Drawn {
  const iconPt = 84;
  const x = marginPt + 20 + iconPt + 18;
  const shapes: Shape[] = [];
  let y = marginPt + 14;
  for (const [index, { headline }] of words.entries()) {
    const wanted = { sizePt: headlinePt[index] ?? headlinePt[1], weight: 700 } as const;
    const style = lettering.onOneLine(headline, wanted, marginPt + widthPt - 16 - x);
    const paragraph = lettering.paragraph(headline, style, Number.POSITIVE_INFINITY);
    shapes.push(...lettering.draw(paragraph, x, y, white));
    y += paragraph.heightPt;
  }
  const height = Math.max(y - marginPt + 14, iconPt + 28);
  const box = { x: marginPt, y: marginPt, width: widthPt, height };
  const icon = drawIcon(marginPt + 20, marginPt + (height - iconPt) / 2, iconPt);
  return { shapes: [{ kind: 'rectangle', box, paint: { fill: black } }, ...icon, ...shapes], endPt: marginPt + height };
}

/** A face between the corners of a finder. */
function drawIcon(x: number, y: number, size: number): Shape[] {
  const arm = size * 0.26;
  const [right, bottom] = [x + size, y + size];
  const corners =
    `M${x} ${y + arm}L${x} ${y}L${x + arm} ${y}M${right - arm} ${y}L${right} ${y}L${right} ${y + arm}` +
    `M${right} ${bottom - arm}L${right} ${bottom}L${right - arm} ${bottom}M${x + arm} ${bottom}L${x} ${bottom}L${x} ${bottom - arm}`;
  const line = { stroke: white, strokeWidth: 5 };
  const dot = (cx: number, cy: number): Shape => ({
    kind: 'ellipse',
    box: { x: x + cx * size - 4, y: y + cy * size - 4, width: 8, height: 8 },
    paint: { fill: white },
  });
  const mouth = `M${x + size * 0.4} ${y + size * 0.65}L${x + size * 0.6} ${y + size * 0.65}`;
  const face = { x: x + size * 0.22, y: y + size * 0.15, width: size * 0.56, height: size * 0.7 };
  return [
    { kind: 'path', data: corners, paint: line },
    { kind: 'ellipse', box: face, paint: { stroke: white, strokeWidth: 4 } },
    dot(0.4, 0.44),
    dot(0.6, 0.44),
    { kind: 'path', data: mouth, paint: { stroke: white, strokeWidth: 4 } },
  ];
}
