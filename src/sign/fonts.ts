/**
 * Outlines of the text on the sign. The page is drawn with outlines alone, so that Chinese stands on paper as it should
 * whatever fonts the printing machine has: the font comes with the product (Noto Sans SC, variable, in subsets).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MenshenError } from '../core/index.js';

export type Weight = 400 | 700;

/** One glyph's outline in font units, y upwards, and where it goes. */
export interface PlacedGlyph {
  readonly commands: readonly OutlineCommand[];
  /** From the beginning of the text, in em. */
  readonly xEm: number;
}

export interface OutlineCommand {
  readonly command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'bezierCurveTo' | 'closePath';
  /** In em, y upwards. */
  readonly args: readonly number[];
}

export interface Outline {
  readonly glyphs: readonly PlacedGlyph[];
  readonly widthEm: number;
}

/** What is used of fontkit, which pdfkit brings along; it has no types. */
interface Glyph {
  readonly id: number;
  readonly path: { readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[] };
  _decode(): WoffGlyph | undefined;
}
interface WoffGlyph {
  readonly points?: readonly GlyphPoint[];
}
interface GlyphPoint {
  endContour: boolean;
  copy(): GlyphPoint;
}
interface Font {
  readonly unitsPerEm: number;
  readonly numGlyphs: number;
  readonly stream: { readonly constructor: new (bytes: Uint8Array) => unknown };
  readonly constructor: new (stream: unknown, coordinates: readonly number[]) => Font;
  readonly _variationProcessor: { transformPoints(glyphId: number, points: GlyphPoint[]): void } | undefined;
  getGlyph(glyphId: number): Glyph;
  layout(text: string): {
    readonly glyphs: readonly Glyph[];
    readonly positions: readonly { readonly xAdvance: number; readonly xOffset: number }[];
  };
}
interface Fontkit {
  create(bytes: Uint8Array): Font;
}

interface Subset {
  readonly file: string;
  readonly ranges: readonly (readonly [number, number])[];
}

/** Reads the font's subsets as they are needed. Not for the daemon's own thread: unpacking one takes a while. */
export class OutlineFont {
  readonly #folder: string;
  readonly #subsets: readonly Subset[];
  readonly #fontkit: Fontkit;
  readonly #opened = new Map<string, VariedFont>();

  constructor() {
    const own = createRequire(import.meta.url);
    this.#folder = dirname(own.resolve('@fontsource-variable/noto-sans-sc/package.json'));
    this.#subsets = subsetsOf(readFileSync(join(this.#folder, 'unicode.json'), 'utf8'));
    this.#fontkit = createRequire(own.resolve('pdfkit'))('fontkit') as Fontkit;
  }

  /** @throws MenshenError `sign-unprintable` for characters that the font does not have. */
  outline(text: string, weight: Weight): Outline {
    const glyphs: PlacedGlyph[] = [];
    let widthEm = 0;
    for (const run of this.#runs(text)) {
      const placed = this.#font(run.subset, weight).place(run.text);
      glyphs.push(...placed.glyphs.map((glyph) => ({ ...glyph, xEm: glyph.xEm + widthEm })));
      widthEm += placed.widthEm;
    }
    return { glyphs, widthEm };
  }

  #runs(text: string): { readonly subset: Subset; text: string }[] {
    const runs: { readonly subset: Subset; text: string }[] = [];
    for (const character of text) {
      const last = runs.at(-1);
      if (last !== undefined && holds(last.subset, character)) {
        last.text += character;
        continue;
      }
      const subset = this.#subsets.find((one) => holds(one, character));
      if (subset === undefined) {
        throw new MenshenError(
          'sign-unprintable',
          `The sign’s font has no “${character}”. Take it out of the site’s texts, or print the notice instead (menshen notice --html).`,
        );
      }
      runs.push({ subset, text: character });
    }
    return runs;
  }

  #font({ file }: Subset, weight: Weight): VariedFont {
    const key = `${file} ${weight}`;
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const opened = new VariedFont(this.#fontkit, readFileSync(join(this.#folder, 'files', file)), weight);
    this.#opened.set(key, opened);
    return opened;
  }
}

/** One subset at one weight. fontkit applies a weight to plain TrueType outlines only; in WOFF2 files it is applied here. */
class VariedFont {
  readonly #font: Font;

  constructor(fontkit: Fontkit, bytes: Uint8Array, weight: Weight) {
    const plain = fontkit.create(bytes);
    this.#font = new plain.constructor(new plain.stream.constructor(bytes), [weight]);
    // All of them before any layout: a layout keeps the outlines of the glyphs that it has met.
    for (let glyphId = 0; glyphId < this.#font.numGlyphs; glyphId += 1) this.#vary(this.#font.getGlyph(glyphId));
  }

  place(text: string): Outline {
    const em = this.#font.unitsPerEm;
    const { glyphs, positions } = this.#font.layout(text);
    let x = 0;
    const placed = glyphs.map((glyph, index) => {
      const position = positions[index] ?? { xAdvance: 0, xOffset: 0 };
      const xEm = (x + position.xOffset) / em;
      x += position.xAdvance;
      const commands = glyph.path.commands.map(({ command, args }) => ({
        // fontkit's own names; it has no others.
        command: command as OutlineCommand['command'],
        args: args.map((value) => value / em),
      }));
      return { commands, xEm };
    });
    return { glyphs: placed, widthEm: x / em };
  }

  /** Moves the outline's points to the weight; a composed glyph moves with its parts. */
  #vary(glyph: Glyph): void {
    const points = glyph._decode()?.points ?? [];
    if (points.length > 0) this.#transform(glyph.id, points);
  }

  /** Four points for the metrics follow those of the outline; without them the deltas would be read wrongly. */
  #transform(glyphId: number, points: readonly GlyphPoint[]): void {
    const [first] = points;
    if (first === undefined) return;
    const metrics = [0, 1, 2, 3].map(() => Object.assign(first.copy(), { endContour: true }));
    this.#font._variationProcessor?.transformPoints(glyphId, [...points, ...metrics]);
  }
}

const holds = ({ ranges }: Subset, character: string): boolean => {
  const code = character.codePointAt(0) ?? 0;
  return ranges.some(([from, to]) => code >= from && code <= to);
};

/** `unicode.json` of the package: subset name -> "U+4E00-4E10,U+9FA5". Latin first: it is in most texts. */
function subsetsOf(json: string): Subset[] {
  const entries = Object.entries(JSON.parse(json) as Record<string, string>);
  return entries
    .map(([name, ranges]) => ({
      file: `noto-sans-sc-${name.replace(/[[\]]/g, '')}-wght-normal.woff2`,
      ranges: ranges.split(',').map((range): [number, number] => {
        const [from = '', to = from] = range.replace('U+', '').split('-');
        return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
      }),
    }))
    .sort((one, other) => Number(other.file.includes('latin')) - Number(one.file.includes('latin')));
}
