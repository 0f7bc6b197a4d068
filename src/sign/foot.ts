import { drawCode } from './code.js';
import type { SignContent } from './content.js';
import type { Lettering, Paragraph } from './lettering.js';
import { a4, type Drawn, marginPt, type Shape, widthPt } from './shapes.js';
import { drawZone } from './zone.js';

const captionPt = [11, 10] as const;
const imprintPt = 9;
const codePt = 128;
const codeAddressPt = 32;
const gapPt = 12;
const zonesInARow = 4;
const zoneNamePt = 9;
const zoneNameRoomPt = 18;
/** Smaller drawings say nothing. */
const minZonePt = 92;

/** What the drawing of the capture zone and the code need at the least. */
export function footRoomPt(content: SignContent, lettering: Lettering): number {
  const captions = sumPt(zoneCaptions(content, lettering));
  const zones = zoneRows(content).map((row) => Math.min(minZonePt, tallestPt(row, content)) + zoneNameRoomPt);
  const drawing = content.zones.length === 0 ? 0 : captions + zones.reduce((sum, height) => sum + height, 0);
  return gapPt + Math.max(drawing, content.noticeUrl === null ? 0 : codePt + codeAddressPt);
}

/** Fills what is left of the page between the rows and the imprint. */
export function drawFoot(content: SignContent, startPt: number, endPt: number, lettering: Lettering): Shape[] {
  const y = startPt + gapPt;
  return [...drawZones(content, y, endPt, lettering), ...drawNoticeCode(content, y, lettering)];
}

/** Which device, notice and sign this is: at the very end of the page. */
export function drawImprint({ words }: SignContent, lettering: Lettering): Drawn & { readonly startPt: number } {
  const paragraphs = words.map(({ imprint }) => lettering.paragraph(imprint, caption(imprintPt), widthPt));
  const startPt = a4.heightPt - marginPt - sumPt(paragraphs);
  return { ...stacked(paragraphs, startPt, lettering), startPt };
}

type Zone = SignContent['zones'][number];

function drawZones(content: SignContent, startPt: number, endPt: number, lettering: Lettering): Shape[] {
  if (content.zones.length === 0) return [];
  const captions = stacked(zoneCaptions(content, lettering), startPt, lettering);
  const shapes = [...captions.shapes];
  const rows = zoneRows(content);
  const roomPt = (endPt - captions.endPt) / rows.length - zoneNameRoomPt;
  const width = zoneWidthPt(content);
  let y = captions.endPt + 2;
  for (const row of rows) {
    const height = Math.min(roomPt, tallestPt(row, content));
    for (const [index, zone] of row.entries()) {
      const x = marginPt + index * (width + gapPt);
      shapes.push(...drawZone(zone, { x, y, width, height }));
      const name = lettering.onOneLine(zone.cameraId, caption(zoneNamePt), width);
      shapes.push(...lettering.draw(lettering.paragraph(zone.cameraId, name, width + 1), x, y + height + 1));
    }
    y += height + zoneNameRoomPt;
  }
  return shapes;
}

function drawNoticeCode({ noticeUrl }: SignContent, y: number, lettering: Lettering): Shape[] {
  if (noticeUrl === null) return [];
  const x = marginPt + widthPt - codePt;
  const address = lettering.paragraph(noticeUrl, caption(imprintPt), codePt);
  return [
    ...drawCode(noticeUrl, { x, y, width: codePt, height: codePt }),
    ...lettering.draw(address, x, y + codePt + 2),
  ];
}

const caption = (sizePt: number) => ({ sizePt, weight: 400 }) as const;

/** Beside the code, where there is one. */
const columnPt = ({ noticeUrl }: SignContent): number => widthPt - (noticeUrl === null ? 0 : codePt + 20);

function zoneCaptions(content: SignContent, lettering: Lettering): Paragraph[] {
  return content.words.map(({ zone }, index) =>
    lettering.paragraph(zone, caption(captionPt[index] ?? captionPt[1]), columnPt(content)),
  );
}

function zoneRows({ zones }: SignContent): (readonly Zone[])[] {
  const count = Math.ceil(zones.length / zonesInARow);
  return Array.from({ length: count }, (_, row) => zones.slice(row * zonesInARow, (row + 1) * zonesInARow));
}

function zoneWidthPt(content: SignContent): number {
  const columns = Math.min(content.zones.length, zonesInARow);
  return (columnPt(content) - (columns - 1) * gapPt) / columns;
}

/** How high a row's pictures are at their full width. */
const tallestPt = (row: readonly Zone[], content: SignContent): number =>
  Math.max(...row.map(({ aspectRatio }) => zoneWidthPt(content) / aspectRatio));

const sumPt = (paragraphs: readonly Paragraph[]): number => paragraphs.reduce((sum, { heightPt }) => sum + heightPt, 0);

function stacked(paragraphs: readonly Paragraph[], startPt: number, lettering: Lettering): Drawn {
  const shapes: Shape[] = [];
  let y = startPt;
  for (const paragraph of paragraphs) {
    shapes.push(...lettering.draw(paragraph, marginPt, y));
    y += paragraph.heightPt;
  }
  return { shapes, endPt: y };
}
