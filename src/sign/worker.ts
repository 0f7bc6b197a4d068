/** Draws one sign and ends: reading fonts takes a second, and no panel waits for that. */
import { parentPort, workerData } from 'node:worker_threads';
import { asMenshenError } from '../core/index.js';
import { OutlineFont } from './fonts.js';
import { drawSign } from './page.js';
import type { SignAnswer, SignTask } from './render.js';
import { svgOf } from './svg.js';

// Handed over by `renderSign` alone.
const { content, format } = workerData as SignTask;

try {
  const page = drawSign(content, new OutlineFont());
  const bytes = format === 'svg' ? Buffer.from(svgOf(page)) : await (await import('./pdf.js')).pdfOf(page);
  answer({ bytes });
} catch (thrown) {
  const { code, detail } = asMenshenError(thrown);
  if (code === 'internal') throw thrown;
  answer({ code, detail });
}

function answer(message: SignAnswer): void {
  parentPort?.postMessage(message);
}
