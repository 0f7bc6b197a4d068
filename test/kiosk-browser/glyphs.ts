/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Whether the page's text can be read at all: a character without a glyph is drawn as the same box as any other such. */
import type { Page } from 'playwright-core';

/** Characters on the page that no font at hand can draw. */
export async function missingGlyphs(page: Page): Promise<string[]> {
  await page.evaluate(() => document.fonts.ready);
  return page.evaluate(missingInPage);
}

/** Runs in the page. */
function missingInPage(): string[] {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 48;
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  if (drawing === null) throw new Error('no canvas');
  const { fontFamily } = getComputedStyle(document.body);
  const drawn = (character: string): string => {
    drawing.clearRect(0, 0, canvas.width, canvas.height);
    drawing.font = `32px ${fontFamily}`;
    drawing.fillText(character, 4, 38);
    return drawing.getImageData(0, 0, canvas.width, canvas.height).data.join();
  };
  const noCharacter = drawn('\u{10FFFD}');
  const blank = drawn(' ');
  const characters = new Set(document.body.innerText.replaceAll(/\s/g, ''));
  return [...characters].filter((character) => [noCharacter, blank].includes(drawn(character)));
}
