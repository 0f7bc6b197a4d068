import type { Box, CaptureZone, Point } from '../core/index.js';

export interface ZoneSplit<T> {
  readonly inside: readonly T[];
  /** Only how many: faces outside are gone from here on (D18, M13.2). */
  readonly outside: number;
}

/** Keeps the faces whose box centre lies in the zone; `width` and `height` are the picture's, in pixels. */
export function splitByZone<T extends { readonly box: Box }>(
  faces: readonly T[],
  zone: CaptureZone,
  width: number,
  height: number,
): ZoneSplit<T> {
  const inside = faces.filter(({ box }) =>
    contains(zone.polygon, { x: (box.x + box.width / 2) / width, y: (box.y + box.height / 2) / height }),
  );
  return { inside, outside: faces.length - inside.length };
}

/** Even-odd rule: how many edges a ray to the right crosses. A polygon of fewer than three points contains nothing. */
function contains(polygon: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  let before = polygon.at(-1);
  for (const corner of polygon) {
    if (before && corner.y > y !== before.y > y) {
      const crossing = corner.x + ((y - corner.y) * (before.x - corner.x)) / (before.y - corner.y);
      if (x < crossing) inside = !inside;
    }
    before = corner;
  }
  return inside;
}
