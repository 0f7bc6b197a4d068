import type { SignContent, SignWords } from './content.js';
import type { OutlineFont } from './fonts.js';
import { drawFoot, drawImprint, footRoomPt } from './foot.js';
import { drawHead } from './head.js';
import { Lettering } from './lettering.js';
import { a4, black, type Drawn, type DrawnPage, marginPt, type Shape, white, widthPt } from './shapes.js';

/** A4; letters for reading from a step away, a headline for reading across a hall. */
const labelWidthPt = 118;
const statementPt = [17, 14] as const;
const alternativePt = 16;
const labelPt = [12.5, 10.5] as const;
const valuePt = [14, 12.5] as const;
/** Long texts shrink to this part of the sizes above, then lose lines: the full notice has them. */
const scales = [1, 0.94, 0.88, 0.82, 0.76] as const;
const lineLimits = [6, 4, 3, 2] as const;

interface Fit {
  readonly scale: number;
  readonly maxLines: number;
}

/** The whole sign as shapes. @throws MenshenError `sign-unprintable`. */
export function drawSign(content: SignContent, font: OutlineFont): DrawnPage {
  const lettering = new Lettering(font);
  const imprint = drawImprint(content, lettering);
  const roomPt = imprint.startPt - footRoomPt(content, lettering);
  const body = fitting(content, roomPt, lettering);
  const foot = drawFoot(content, body.endPt, imprint.startPt, lettering);
  return {
    ...a4,
    shapes: [
      { kind: 'rectangle', box: { x: 0, y: 0, width: a4.widthPt, height: a4.heightPt }, paint: { fill: white } },
      ...body.shapes,
      ...foot,
      ...imprint.shapes,
    ],
    title: content.words.map(({ headline }) => headline).join(' / '),
    description: content.words.flatMap(linesOf).join('\n'),
    language: content.words[0]?.language ?? 'zh',
    dateMs: content.dateMs,
  };
}

/** As large as there is room for; with hardly any, one line of each, and the full notice has the rest. */
function fitting(content: SignContent, roomPt: number, lettering: Lettering): Drawn {
  const smallest = Math.min(...scales);
  const fits: readonly Fit[] = [
    ...scales.map((scale) => ({ scale, maxLines: Number.POSITIVE_INFINITY })),
    ...lineLimits.map((maxLines) => ({ scale: smallest, maxLines })),
  ];
  for (const fit of fits) {
    const drawn = drawBody(content, fit, lettering);
    if (drawn.endPt <= roomPt) return drawn;
  }
  return drawBody(content, { scale: smallest, maxLines: 1 }, lettering);
}

function drawBody(content: SignContent, fit: Fit, lettering: Lettering): Drawn {
  const head = drawHead(content, lettering);
  const choice = drawChoice(content, head.endPt + 12, fit, lettering);
  const rows = drawRows(content, choice.endPt + 8, fit, lettering);
  return { shapes: [...head.shapes, ...choice.shapes, ...rows.shapes], endPt: rows.endPt };
}

/** The choice comes before anything else, and is as large as anything but the headline. */
function drawChoice({ words }: SignContent, startPt: number, { scale }: Fit, lettering: Lettering): Drawn {
  const x = marginPt + 16;
  const inner = widthPt - 32;
  const statements = words.map(({ optional }, index) => ({
    text: optional,
    sizePt: statementPt[index] ?? statementPt[1],
    weight: 700 as const,
  }));
  const ways = (words[0]?.alternatives ?? []).map((_, index) => ({
    text: `• ${words.map(({ alternatives }) => alternatives[index] ?? '').join('  /  ')}`,
    sizePt: alternativePt,
    weight: 400 as const,
  }));
  const shapes: Shape[] = [];
  let y = startPt + 10;
  for (const { text, sizePt, weight } of [...statements, ...ways]) {
    const paragraph = lettering.paragraph(text, { sizePt: sizePt * scale, weight }, inner);
    shapes.push(...lettering.draw(paragraph, x, y));
    y += paragraph.heightPt;
  }
  const box = { x: marginPt + 1.5, y: startPt, width: widthPt - 3, height: y + 10 - startPt };
  const frame: Shape = { kind: 'rectangle', box, paint: { stroke: black, strokeWidth: 3 } };
  return { shapes: [frame, ...shapes], endPt: y + 10 };
}

function drawRows({ words }: SignContent, startPt: number, fit: Fit, lettering: Lettering): Drawn {
  const shapes: Shape[] = [];
  let y = startPt;
  for (const [index] of (words[0]?.rows ?? []).entries()) {
    const row = drawRow(words, index, y, fit, lettering);
    shapes.push(...row.shapes);
    y = row.endPt;
  }
  return { shapes, endPt: y };
}

function drawRow(
  words: readonly SignWords[],
  index: number,
  startPt: number,
  { scale, maxLines }: Fit,
  lettering: Lettering,
): Drawn {
  const column = (texts: readonly string[], sizes: readonly [number, number], width: number, limit: number) =>
    texts.map((text, n) =>
      lettering.paragraph(
        text,
        { sizePt: (sizes[n] ?? sizes[1]) * scale, weight: sizes === labelPt ? 700 : 400 },
        width,
        limit,
      ),
    );
  const labels = column(
    words.map(({ rows }) => rows[index]?.label ?? ''),
    labelPt,
    labelWidthPt - 10,
    2,
  );
  // What the site wrote once and did not translate stands there once.
  const texts = [...new Set(words.map(({ rows }) => rows[index]?.text ?? ''))];
  const values = column(texts, valuePt, widthPt - labelWidthPt, maxLines);
  const shapes: Shape[] = [];
  let endPt = startPt;
  for (const [paragraphs, x] of [
    [labels, marginPt],
    [values, marginPt + labelWidthPt],
  ] as const) {
    let y = startPt + 5;
    for (const paragraph of paragraphs) {
      shapes.push(...lettering.draw(paragraph, x, y));
      y += paragraph.heightPt;
    }
    endPt = Math.max(endPt, y + 4);
  }
  const line: Shape = {
    kind: 'path',
    data: `M${marginPt} ${endPt}L${marginPt + widthPt} ${endPt}`,
    paint: { stroke: black, strokeWidth: 0.75 },
  };
  return { shapes: [...shapes, line], endPt };
}

function linesOf({ headline, optional, alternatives, rows, zone, imprint }: SignWords): string[] {
  return [
    headline,
    optional,
    ...alternatives.map((way) => `- ${way}`),
    ...rows.map(({ label, text }) => `${label}: ${text}`),
    zone,
    imprint,
  ];
}
