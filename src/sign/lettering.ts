import type { OutlineCommand, OutlineFont, Weight } from './fonts.js';
import { black, type Shape } from './shapes.js';

export interface TextStyle {
  readonly sizePt: number;
  readonly weight: Weight;
}

export interface Paragraph {
  readonly lines: readonly string[];
  readonly style: TextStyle;
  readonly heightPt: number;
}

const lineHeightEm = 1.4;
/** From the top of a line to its baseline. */
const baselineEm = 1.06;

/** Breaks texts into lines and draws them as outlines. */
export class Lettering {
  readonly #font: OutlineFont;
  readonly #widths = new Map<string, number>();

  constructor(font: OutlineFont) {
    this.#font = font;
  }

  widthPt(text: string, { sizePt, weight }: TextStyle): number {
    const key = `${weight} ${text}`;
    const known = this.#widths.get(key) ?? this.#font.outline(text, weight).widthEm;
    this.#widths.set(key, known);
    return known * sizePt;
  }

  /** @param maxLines the last of them ends in an ellipsis when more would be needed. */
  paragraph(text: string, style: TextStyle, widthPt: number, maxLines = Number.POSITIVE_INFINITY): Paragraph {
    const all = text.split('\n').flatMap((line) => this.#broken(line.trim(), style, widthPt));
    const lines =
      all.length <= maxLines
        ? all
        : [...all.slice(0, maxLines - 1), this.#cut(all[maxLines - 1] ?? '', style, widthPt)];
    return { lines, style, heightPt: lines.length * style.sizePt * lineHeightEm };
  }

  /** The largest size up to `style` at which a text stands on one line. */
  onOneLine(text: string, style: TextStyle, widthPt: number): TextStyle {
    const needed = this.widthPt(text, style);
    return needed <= widthPt ? style : { ...style, sizePt: (style.sizePt * widthPt) / needed };
  }

  draw({ lines, style }: Paragraph, x: number, y: number, fill: string = black): Shape[] {
    return lines
      .filter((line) => line !== '')
      .map((line, index) => {
        const baseline = y + index * style.sizePt * lineHeightEm + baselineEm * style.sizePt;
        const { glyphs } = this.#font.outline(line, style.weight);
        const data = glyphs
          .map(({ commands, xEm }) => pathData(commands, x + xEm * style.sizePt, baseline, style.sizePt))
          .join('');
        return { kind: 'path', data, paint: { fill } };
      });
  }

  #broken(text: string, style: TextStyle, widthPt: number): string[] {
    const lines: string[] = [];
    let line = '';
    let usedPt = 0;
    for (const piece of pieces(text)) {
      // Piece by piece: measuring the growing line again and again takes seconds with long texts.
      if (line !== '' && usedPt + this.widthPt(piece.trimEnd(), style) > widthPt) {
        lines.push(line.trimEnd());
        [line, usedPt] = ['', 0];
      }
      line += piece;
      usedPt += this.widthPt(piece, style);
      // A word that is longer than a line, alone on it.
      while (usedPt > widthPt && this.widthPt(line.trimEnd(), style) > widthPt) {
        const head = this.#head(line, style, widthPt);
        lines.push(head);
        line = line.slice(head.length);
        usedPt = this.widthPt(line, style);
      }
    }
    return [...lines, line.trimEnd()];
  }

  /** As much of a word without any break as fits; at least a character. */
  #head(text: string, style: TextStyle, widthPt: number): string {
    const characters = [...text];
    let count = 1;
    while (count < characters.length && this.widthPt(characters.slice(0, count + 1).join(''), style) <= widthPt)
      count += 1;
    return characters.slice(0, count).join('');
  }

  #cut(line: string, style: TextStyle, widthPt: number): string {
    const characters = [...line];
    while (characters.length > 0 && this.widthPt(`${characters.join('')}…`, style) > widthPt) characters.pop();
    return `${characters.join('')}…`;
  }
}

/** What a line may end after: a word with its space, a slash of an address, or a Chinese character with the punctuation that clings to it. */
function pieces(text: string): string[] {
  return (
    text.match(
      /[（《“‘【]*[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}][，。、；：！？）》”’】…]*|[^\s/\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+\/*\s*|\/+\s*|\s+/gu,
    ) ?? []
  );
}

const letters = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' } as const;

function pathData(commands: readonly OutlineCommand[], x: number, baseline: number, sizePt: number): string {
  return commands
    .map(({ command, args }) => {
      const numbers = args.map((em, index) => (index % 2 === 0 ? x + em * sizePt : baseline - em * sizePt));
      return letters[command] + numbers.map((value) => Number(value.toFixed(2))).join(' ');
    })
    .join('');
}
