import type { CaptureZonePicture } from './fields.js';
import { type Box, black, type Point, type Shape, white } from './shapes.js';

const zoneGrey = '#c8c8c8';

/** One camera's picture with its capture zone: a frame, the marked area, somebody in it and the camera's view of others. */
export function drawZone({ aspectRatio, polygon }: CaptureZonePicture, room: Box): Shape[] {
  const frame = fitted(aspectRatio, room);
  const points = polygon.map(({ x, y }) => ({ x: frame.x + x * frame.width, y: frame.y + y * frame.height }));
  return [
    { kind: 'rectangle', box: frame, paint: { fill: white, stroke: black, strokeWidth: 1.5 } },
    { kind: 'polygon', points, paint: { fill: zoneGrey, stroke: black, strokeWidth: 2.5 } },
    ...person(middleOf(points), Math.min(frame.width, frame.height) * 0.3),
  ];
}

function fitted(aspectRatio: number, room: Box): Box {
  const width = Math.min(room.width, room.height * aspectRatio);
  return { x: room.x, y: room.y, width, height: width / aspectRatio };
}

function middleOf(points: readonly Point[]): Point {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

/** Head and shoulders, as signs draw them. */
function person({ x, y }: Point, heightPt: number): Shape[] {
  const head = heightPt * 0.46;
  const shoulders = heightPt * 0.9;
  const top = y - heightPt / 2;
  const neck = top + head * 1.1;
  const bottom = top + heightPt;
  const left = x - shoulders / 2;
  const right = x + shoulders / 2;
  return [
    { kind: 'ellipse', box: { x: x - head / 2, y: top, width: head, height: head }, paint: { fill: black } },
    {
      kind: 'path',
      data: `M${left} ${bottom}C${left} ${neck} ${right} ${neck} ${right} ${bottom}Z`,
      paint: { fill: black },
    },
  ];
}
