/** What a page is made of. Points (1/72 inch) from the upper left corner, y downwards. */
export type Shape =
  | { readonly kind: 'rectangle'; readonly box: Box; readonly paint: Paint }
  | { readonly kind: 'ellipse'; readonly box: Box; readonly paint: Paint }
  | { readonly kind: 'polygon'; readonly points: readonly Point[]; readonly paint: Paint }
  /** SVG path data; PDF writers read the same. */
  | { readonly kind: 'path'; readonly data: string; readonly paint: Paint };

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Paint {
  readonly fill?: string;
  readonly stroke?: string;
  readonly strokeWidth?: number;
}

export interface DrawnPage {
  readonly widthPt: number;
  readonly heightPt: number;
  readonly shapes: readonly Shape[];
  /** Everything that the page says, in reading order, for who cannot see it. */
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly dateMs: number;
}

/** Shapes and where they end. */
export interface Drawn {
  readonly shapes: readonly Shape[];
  readonly endPt: number;
}

/** ISO A4 in points. */
export const a4 = { widthPt: 595.28, heightPt: 841.89 } as const;
/** No printer prints up to the edge. */
export const marginPt = 36;
/** Between the margins. */
export const widthPt = a4.widthPt - 2 * marginPt;

export const black = '#000000';
export const white = '#ffffff';
