import { addonStatus } from '../../dist/addon/index.js';
import { emptyTensor, openPixelKernels } from '../../dist/pixels/index.js';
import { interleaved, row } from './measure.mjs';

const rounds = 60;
const width = 640;
const height = 480;
/** A face of everyday size in such a frame, and how it is cut out for the default pack's models. */
const face = { x: 250.3, y: 150.7, width: 130.2, height: 160.9 };
const toAlignedCrop = { a: 1.55, b: 0.12, tx: 226, ty: 140 };
const padGrowths = [2.3, 2.7, 4];

/**
 * What is done with a frame's pixels before the models run: native kernels beside their TypeScript twins.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function pixelRows() {
  const { simd, reason } = addonStatus();
  if (reason !== undefined) return [];
  const native = worksOf(openPixelKernels('native'));
  const twin = worksOf(openPixelKernels('typescript'));
  const rows = [];
  for (const what of /** @type {(keyof typeof native)[]} */ (Object.keys(native))) {
    const ms = await interleaved({ native: native[what], twin: twin[what] }, { rounds });
    const fast = { what: `pixels: ${what}, ${simd}`, ms: ms.native };
    rows.push(row(fast.what, fast.ms), row(`pixels: ${what}, TypeScript`, ms.twin, fast));
  }
  return rows;
}

/** @param {import('../../dist/pixels/index.js').PixelKernels} kernels */
function worksOf(kernels) {
  // Derived data: noise is as much work as a face.
  const frame = { width, height, rgb: new Uint8Array(width * height * 3).map(() => Math.random() * 256) };
  /** @param {number} side @param {number} other @param {'rgb' | 'bgr' | 'grey'} colour */
  const tensor = (side, other, colour) => {
    const layout = { width: side, height: other, colour, mean: 127, scale: 1 / 128 };
    return { layout, out: emptyTensor(layout) };
  };
  /** @param {import('../../dist/core/index.js').Box} box @param {ReturnType<typeof tensor>} into */
  const resample = (box, { layout, out }) => kernels.resampleToTensor(frame, box, layout, out);
  const detection = tensor(320, 240, 'rgb');
  const landmarks = tensor(64, 64, 'grey');
  const pad = tensor(128, 128, 'bgr');
  const aligned = tensor(112, 112, 'rgb');
  const works = {
    'detector input': () => resample({ x: 0, y: 0, width, height }, detection),
    'landmark crop': () => resample(face, landmarks),
    [`${padGrowths.length} attack detection crops`]: () => {
      for (const growth of padGrowths) resample(grown(growth), pad);
    },
    'aligned crop': () => kernels.warpToTensor(frame, toAlignedCrop, aligned.layout, aligned.out),
    'luminance of a face': () => kernels.luminanceOf(frame, face),
    'sharpness of a crop': () => kernels.sharpnessOf(landmarks.out, 64, 64),
  };
  const once = Object.values(works);
  // Two landmark passes and a crop of the same kind for sharpness; two luminances.
  const again = [works['landmark crop'], works['landmark crop'], works['luminance of a face']];
  return {
    ...works,
    'all of a frame': () => {
      for (const work of [...once, ...again]) work?.();
    },
  };
}

/** @param {number} growth */
function grown(growth) {
  const wide = Math.min(width, face.width * growth);
  const tall = Math.min(height, face.height * growth);
  const x = Math.max(0, Math.min(width - wide, face.x + (face.width - wide) / 2));
  return { x, y: Math.max(0, Math.min(height - tall, face.y + (face.height - tall) / 2)), width: wide, height: tall };
}
