/** Hand-off types of the frame's walk: pictures, geometry, what was seen in one frame. Pixels only, no behaviour. */

/** A picture in memory: 8-bit sRGB, channels R,G,B interleaved, row-major, `width * height * 3` bytes. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A picture from a camera. `capturedAtMs` is monotonic time; `positionMs` only exists for recordings. */
export interface Frame extends Picture {
  readonly cameraId: string;
  readonly sequence: number;
  readonly capturedAtMs: number;
  readonly positionMs?: number;
}

/** Pixels of the picture it belongs to; may reach beyond the picture's border. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A point in pixels, or in 0..1 of the picture where a type says `relative`. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The five points of the usual alignment template: eyes as seen in the picture (left = smaller x). */
export interface FivePoints {
  readonly leftEye: Point;
  readonly rightEye: Point;
  readonly nose: Point;
  readonly mouthLeft: Point;
  readonly mouthRight: Point;
}
