/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** What a person would see wrong in a page's arrangement, measured from its boxes. */
import type { Page } from 'playwright-core';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LayoutRules {
  /** Long texts may be scrolled; the first screen may not. */
  readonly scrolls: boolean;
}

/** Problems in words, none when everything is to be seen: scrolling, things outside, things on each other, cut text. */
export function layoutProblems(page: Page, rules: LayoutRules): Promise<string[]> {
  return page.evaluate(problemsInPage, rules);
}

/** Runs in the page. */
function problemsInPage({ scrolls }: LayoutRules): string[] {
  const controlSelector = 'button, a[href], input, select, textarea, summary, [role=button], [tabindex]';
  const tolerancePx = 1;
  const problems: string[] = [];
  const nameOf = (element: Element): string => {
    const label = element.getAttribute('aria-label') ?? element.textContent ?? '';
    return `<${element.tagName.toLowerCase()}> "${label.trim().replaceAll(/\s+/g, ' ').slice(0, 50)}"`;
  };
  const visible = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) &&
    // What is meant for a screen reader alone is one pixel large.
    element.getBoundingClientRect().width > 2 &&
    element.getBoundingClientRect().height > 2;
  const scrollerOf = (element: Element): Element | undefined => {
    for (let each = element.parentElement; each !== null; each = each.parentElement) {
      const { overflowY } = getComputedStyle(each);
      if ((overflowY === 'auto' || overflowY === 'scroll') && each.scrollHeight > each.clientHeight + tolerancePx)
        return each;
    }
    return undefined;
  };
  const root = document.scrollingElement ?? document.documentElement;
  if (root.scrollWidth > innerWidth + tolerancePx) problems.push(`the page is ${root.scrollWidth} px wide`);
  if (!scrolls && root.scrollHeight > innerHeight + tolerancePx)
    problems.push(`the page is ${root.scrollHeight} px high`);

  // An open dialog lies on everything else on purpose, and nothing else can be used meanwhile.
  const shown = document.querySelector('dialog[open]') ?? document.body;
  const all = [...shown.querySelectorAll('*')].filter(visible);
  const controls = all.filter((element) => element.matches(controlSelector));
  for (const element of all) {
    const scroller = scrollerOf(element);
    if (scroller !== undefined && !scrolls) problems.push(`${nameOf(element)} is in a part that scrolls`);
    const ownText = [...element.childNodes].filter(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
    );
    if (ownText.length === 0 && !controls.includes(element)) continue;
    const box = element.getBoundingClientRect();
    const outside = box.left < -tolerancePx || box.right > innerWidth + tolerancePx;
    const below = box.top < -tolerancePx || box.bottom > innerHeight + tolerancePx;
    if (outside || (below && scroller === undefined && !scrolls))
      problems.push(`${nameOf(element)} is outside the screen`);
    for (const node of ownText) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      for (let each: Element | null = element; each !== null && each !== document.body; each = each.parentElement) {
        const style = getComputedStyle(each);
        const clip = each.getBoundingClientRect();
        const cutX = style.overflowX !== 'visible' && (text.left < clip.left - 2 || text.right > clip.right + 2);
        const hidesY = style.overflowY === 'hidden' || style.overflowY === 'clip';
        const cutY = hidesY && (text.top < clip.top - 3 || text.bottom > clip.bottom + 3);
        if (cutX || cutY) problems.push(`${nameOf(element)} is cut by ${nameOf(each)}`);
        const { overflowY } = style;
        if (overflowY === 'auto' || overflowY === 'scroll') break;
      }
    }
  }
  for (const [index, one] of controls.entries()) {
    for (const other of controls.slice(index + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      if (scrollerOf(one) !== scrollerOf(other)) continue;
      const a = one.getBoundingClientRect();
      const b = other.getBoundingClientRect();
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > tolerancePx && height > tolerancePx) problems.push(`${nameOf(one)} lies on ${nameOf(other)}`);
    }
  }
  return problems;
}
