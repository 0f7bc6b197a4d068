import { html, type Markup, type Piece } from './markup.js';

export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly bottom: number;
  readonly top: number;
  readonly right: number;
}

export const usualFrame: Frame = { width: 620, height: 400, left: 64, bottom: 48, top: 14, right: 16 };

/** Told apart by people with any colour vision (Okabe, Ito 2008), in the order of use. */
export const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9'] as const;

export function colourOf(index: number): string {
  return colours[index % colours.length] ?? '#333';
}

/** From data to the frame's pixels: a scale over `transform`ed values. */
export function scaleOf(
  from: number,
  to: number,
  pixels: readonly [number, number],
  ticks: Scale['ticks'],
  transform: (value: number) => number = (value) => value,
): Scale {
  const [low, high] = [transform(from), transform(to)];
  const at = (value: number) => {
    const share = (transform(Math.min(to, Math.max(from, value))) - low) / (high - low);
    return rounded(pixels[0] + share * (pixels[1] - pixels[0]));
  };
  return { at, ticks: ticks.filter(({ value }) => value >= from && value <= to) };
}

export function across({ left, width, right }: Frame): readonly [number, number] {
  return [left, width - right];
}

export function upwards({ height, bottom, top }: Frame): readonly [number, number] {
  return [height - bottom, top];
}

/** Axes, grid and titles around what is drawn inside; `label` says in words what the picture shows. */
export function plot(
  frame: Frame,
  axes: {
    readonly x: Scale;
    readonly y: Scale;
    readonly xTitle: string;
    readonly yTitle: string;
    readonly label: string;
  },
  inside: Piece,
): Markup {
  const { width, height, left, bottom, top, right } = frame;
  const { x, y } = axes;
  const floor = height - bottom;
  const middle = (left + width - right) / 2;
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${axes.label}">
${x.ticks.map(
  ({ value, label }) => html`<line class="grid" x1="${x.at(value)}" x2="${x.at(value)}" y1="${top}" y2="${floor}"/>
<text class="tick" x="${x.at(value)}" y="${floor + 16}" text-anchor="middle">${label}</text>`,
)}
${y.ticks.map(
  ({
    value,
    label,
  }) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y.at(value)}" y2="${y.at(value)}"/>
<text class="tick" x="${left - 6}" y="${y.at(value) + 4}" text-anchor="end">${label}</text>`,
)}
<rect class="frame" x="${left}" y="${top}" width="${width - right - left}" height="${floor - top}"/>
${inside}
<text class="axis" x="${middle}" y="${height - 8}" text-anchor="middle">${axes.xTitle}</text>
<text class="axis" transform="translate(14 ${(top + floor) / 2}) rotate(-90)" text-anchor="middle">${axes.yTitle}</text>
</svg>`;
}

export function polyline(points: readonly (readonly [number, number])[], colour: string, dashed: boolean): Markup {
  const path = points.map(([x, y]) => `${x},${y}`).join(' ');
  return html`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashed ? html` stroke-dasharray="2 4"` : undefined}/>`;
}

export function legend(entries: readonly { readonly colour: string; readonly text: string }[]): Markup {
  return html`<ul class="legend">${entries.map(
    ({ colour, text }) =>
      html`<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" fill="${colour}"/></svg>${text}</li>`,
  )}</ul>`;
}

/** A hundredth of a pixel is enough, and keeps the page small. */
export function rounded(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
