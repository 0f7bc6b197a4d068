/** How figures are written, in the terminal and on the page alike. */
import { assertNever } from '../../core/index.js';
import type { ComparisonFigures, PadGroup, Rate } from '../figures.js';

export function percent(value: number): string {
  return `${significant(100 * value)} %`;
}

/** `1.4 % (95 %: 0.8 to 2 %)`. */
export function rateInWords(rate: Rate | undefined): string {
  if (rate === undefined || rate.value === undefined) return 'not measured';
  if (rate.errors === 0) return `0 observed (at most ${percent(rate.atMost ?? 1)})`;
  const interval = rate.interval === undefined ? '' : ` (95 %: ${intervalInWords(rate.interval)})`;
  return `${percent(rate.value)}${interval}`;
}

export function intervalInWords({ low, high }: { low: number; high: number }): string {
  return `${significant(100 * low)} to ${percent(high)}`;
}

/** `1e-4`: the way false match rates are spoken of. */
export function fmrInWords(fmr: number): string {
  return fmr.toExponential().replace(/e-(\d+)$/, 'e-$1');
}

export function kindInWords({ kind, referencePictures, probePictures }: ComparisonFigures): string {
  switch (kind) {
    case 'single-single':
      return 'one picture against one picture';
    case 'reference-single':
      return `reference of ${referencePictures} pictures against one picture`;
    case 'reference-fused':
      return `reference of ${referencePictures} pictures against ${probePictures} fused pictures`;
    default:
      return assertNever(kind);
  }
}

/** `more 8, less 1`: windows that ended without a grant and told the person what the light lacks. */
export function lightInWords({ askedForLight: { more, less } }: PadGroup): string {
  return [...(more === 0 ? [] : [`more ${more}`]), ...(less === 0 ? [] : [`less ${less}`])].join(', ');
}

export function whole(count: number): string {
  return count.toLocaleString('en');
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}
