/** The page as somebody uses it who has keys only. */
import type { Page } from 'playwright-core';

export interface Stop {
  /** What a screen reader would call it, roughly. */
  readonly name: string;
  /** Whether one can see where one is: an outline of two pixels at least, or a shadow. */
  readonly seen: boolean;
  readonly onScreen: boolean;
}

/** Where Tab leads from the page's beginning, once around; `most` bounds the walk. */
export async function tabStops(page: Page, most = 60): Promise<Stop[]> {
  // Taking the focus away alone would leave the walk's start where it was.
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
  });
  const stops: Stop[] = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(stopInPage, step === 0);
    if (stop === undefined) return stops;
    stops.push(stop);
  }
  throw new Error(`Tab does not come around within ${most} steps: ${stops.map(({ name }) => name).join(', ')}`);
}

/** Runs in the page; undefined when the walk has come around. */
function stopInPage(first: boolean): Stop | undefined {
  const marked = globalThis as unknown as { walked?: Set<Element> };
  if (first || marked.walked === undefined) marked.walked = new Set();
  const element = document.activeElement;
  if (element === null || element === document.body || marked.walked.has(element)) return undefined;
  marked.walked.add(element);
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const labels = (element as HTMLInputElement).labels ?? [];
  const label = element.getAttribute('aria-label') ?? [...labels].map((each) => each.textContent).join(' ');
  return {
    name: (label === '' ? (element.textContent ?? '') : label).trim().replaceAll(/\s+/g, ' '),
    seen: (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) || boxShadow !== 'none',
    onScreen: left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1,
  };
}
