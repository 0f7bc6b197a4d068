/** Characters that take two columns of a terminal window. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6“”‘’…—]/u;
/** A line may break after any of these, and between two wide characters; never before closing marks. */
const closing = /[，。；：、！？）》”’]/u;

/** Columns that a text takes. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);
}

/**
 * Lines of at most `columns` columns; the following ones are indented. What cannot be broken (a hash, an address) is cut
 * where the line ends.
 */
export function wrapped(text: string, columns: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text, columns - indent)) {
    if (line.trim() !== '' && widthOf(line + piece.trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = ' '.repeat(indent) + piece.trimStart();
    } else line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** Unbreakable pieces: a word with the spaces after it, or one wide character with its closing marks. */
function pieces(text: string, longest: number): string[] {
  const found: string[] = [];
  for (const character of text) {
    const last = found.at(-1);
    const joins =
      last !== undefined &&
      (closing.test(character) ||
        character === ' ' ||
        (!wide.test(character) && !/[ ]$/.test(last) && !endsWide(last)));
    if (joins && widthOf(last + character) <= longest) found[found.length - 1] = last + character;
    else found.push(character);
  }
  return found;
}

const endsWide = (text: string): boolean => wide.test([...text].at(-1) ?? '');
