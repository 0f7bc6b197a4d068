import PDFDocument from 'pdfkit';
import type { DrawnPage, Paint, Shape } from './shapes.js';

/** The page as a PDF; letters are outlines, and the whole text is there as the picture's alternative text. */
export function pdfOf(page: DrawnPage): Promise<Uint8Array> {
  const moment = new Date(page.dateMs);
  const document = new PDFDocument({
    size: [page.widthPt, page.heightPt],
    margin: 0,
    lang: page.language,
    tagged: true,
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: page.title, Subject: page.description, Producer: 'Menshen', CreationDate: moment, ModDate: moment },
  });
  const chunks: Uint8Array[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
  const draw = () => {
    for (const shape of page.shapes) drawShape(document, shape);
  };
  document.addStructure(document.struct('Figure', { alt: page.description, lang: page.language }, draw));
  document.end();
  return done;
}

type Document = InstanceType<typeof PDFDocument>;

function drawShape(document: Document, shape: Shape): void {
  switch (shape.kind) {
    case 'rectangle':
      document.rect(shape.box.x, shape.box.y, shape.box.width, shape.box.height);
      break;
    case 'ellipse': {
      const { x, y, width, height } = shape.box;
      document.ellipse(x + width / 2, y + height / 2, width / 2, height / 2);
      break;
    }
    case 'polygon':
      document.polygon(...shape.points.map(({ x, y }) => [x, y]));
      break;
    case 'path':
      document.path(shape.data);
      break;
  }
  paint(document, shape.paint);
}

function paint(document: Document, { fill, stroke, strokeWidth = 1 }: Paint): void {
  document.lineWidth(strokeWidth);
  if (fill !== undefined && stroke !== undefined) document.fillAndStroke(fill, stroke);
  else if (fill !== undefined) document.fill(fill);
  else if (stroke !== undefined) document.stroke(stroke);
}
