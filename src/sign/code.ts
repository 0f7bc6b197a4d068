import encodeQR from 'qr';
import { type Box, black, type Shape, white } from './shapes.js';

/** ISO/IEC 18004 asks for four modules of quiet on every side. */
const quietModules = 4;

/** A QR code that fills the box, its quiet zone included. */
export function drawCode(text: string, box: Box): Shape[] {
  const rows = encodeQR(text, 'raw', { ecc: 'quartile', border: quietModules });
  const module = Math.min(box.width, box.height) / rows.length;
  const data = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [square(x, y, box, module)] : [])));
  return [
    { kind: 'rectangle', box, paint: { fill: white } },
    { kind: 'path', data: data.join(''), paint: { fill: black } },
  ];
}

function square(x: number, y: number, box: Box, module: number): string {
  const at = (value: number, from: number) => Number((from + value * module).toFixed(3));
  const [left, right] = [at(x, box.x), at(x + 1, box.x)];
  const [top, bottom] = [at(y, box.y), at(y + 1, box.y)];
  return `M${left} ${top}L${right} ${top}L${right} ${bottom}L${left} ${bottom}Z`;
}
