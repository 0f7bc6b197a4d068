import type { IdentificationFigures } from '../../figures.js';
import { percent, whole } from '../words.js';
import { html, type Markup } from './markup.js';
import { across, colourOf, type Frame, legend, plot, polyline, scaleOf, upwards } from './plot.js';

const frame: Frame = { width: 460, height: 320, left: 64, bottom: 48, top: 14, right: 16 };

/** How often an enrolled person is not found, as the gallery grows; one line for each number of pictures enrolled. */
export function gallerySizePlot(figures: readonly IdentificationFigures[], wantedFpir: number): Markup {
  const marks = figures.flatMap(({ enrolmentPictures, gallerySize, points }) => {
    const fnir = points.find((point) => point.wantedFpir === wantedFpir)?.fnir;
    return fnir?.value === undefined ? [] : [{ enrolmentPictures, gallerySize, fnir, value: fnir.value }];
  });
  const enrolments = [...new Set(marks.map(({ enrolmentPictures }) => enrolmentPictures))];
  const sizes = [...new Set(marks.map(({ gallerySize }) => gallerySize))].sort((a, b) => a - b);
  const most = Math.max(
    0.01,
    ...marks.map(({ fnir, value }) => Math.max(value, fnir.interval?.high ?? 0, fnir.atMost ?? 0)),
  );
  const [smallest = 1, largest = 10] = [sizes[0], sizes.at(-1)];
  const sizeTicks = [100, 300, 1000, 3000, 10_000].map((value) => ({ value, label: whole(value) }));
  const x = scaleOf(smallest * 0.85, largest * 1.15, across(frame), sizeTicks, Math.log10);
  const steps = [0, 0.25, 0.5, 0.75, 1].map((part) => ({ value: part * most, label: percent(part * most) }));
  const y = scaleOf(0, most, upwards(frame), steps);
  const inside = enrolments.map((enrolment, index) => {
    const own = marks.filter(({ enrolmentPictures }) => enrolmentPictures === enrolment);
    const colour = colourOf(index);
    return [
      polyline(
        own.map(({ gallerySize, value }) => [x.at(gallerySize), y.at(value)] as const),
        colour,
        false,
      ),
      own.map(({ gallerySize, fnir, value }) => {
        const [low, high] = [fnir.interval?.low ?? 0, fnir.interval?.high ?? fnir.atMost ?? value];
        const fill = fnir.state === 'measured' ? colour : '#fff';
        return html`<line x1="${x.at(gallerySize)}" x2="${x.at(gallerySize)}" y1="${y.at(low)}" y2="${y.at(high)}" stroke="${colour}"/>
<circle cx="${x.at(gallerySize)}" cy="${y.at(value)}" r="4.5" fill="${fill}" stroke="${colour}" stroke-width="2"/>`;
      }),
    ];
  });
  const label = `FNIR by gallery size at FPIR ${percent(wantedFpir)}`;
  return html`<figure><figcaption>At an FPIR of ${percent(wantedFpir)}</figcaption>
${plot(frame, { x, y, xTitle: 'People in the gallery', yTitle: 'FNIR', label }, inside)}
${legend(enrolments.map((count, index) => ({ colour: colourOf(index), text: `${count} picture${count === 1 ? '' : 's'} enrolled` })))}</figure>`;
}
