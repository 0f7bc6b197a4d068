import type { Guide } from '../../http/kiosk/contract.js';

/** The camera's picture in units of this drawing; its real shape does not matter to an outline. */
const WIDTH = 120;
const HEIGHT = 90;
/** Farther from the target's middle than this share of the picture, an arrow shows the way. */
const OFF_TARGET = 0.12;

/** Half the width and height of where the head belongs. */
const TARGET = { rx: 19, ry: 26 };
const SMALLEST = 0.3;
const LARGEST = 1.3;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where to stand, as outlines of geometry alone: the zone, where the head belongs, where it is, and which way to move. */
export function GuideOutline({ guide }: { guide: Guide | undefined }) {
  const zone = guide?.zone ?? [];
  const middle = middleOf(zone);
  const head = guide?.box === undefined ? undefined : headOf(guide.box, guide.nearness);
  const progress = Math.round(Math.min(1, Math.max(0, guide?.progress ?? 0)) * 100);
  return (
    <svg class="guide" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      <rect class="guide-frame" x="1" y="1" width={WIDTH - 2} height={HEIGHT - 2} rx="6" />
      {zone.length > 2 && <polygon class="guide-zone" points={zone.map(drawn).join(' ')} />}
      <ellipse class="guide-target" cx={middle.x * WIDTH} cy={middle.y * HEIGHT} {...TARGET} />
      {head !== undefined && <ellipse class="guide-head" cx={head.x} cy={head.y} rx={head.rx} ry={head.ry} />}
      {progress > 0 && (
        <path
          class="guide-progress"
          d={ring(middle.x * WIDTH, middle.y * HEIGHT)}
          pathLength={100}
          stroke-dasharray={`${progress} 100`}
        />
      )}
      <Direction guide={guide} middle={middle} />
    </svg>
  );
}

/** The target's outline from its top, clockwise. */
function ring(x: number, y: number): string {
  const { rx, ry } = TARGET;
  return `M${x} ${y - ry}a${rx} ${ry} 0 0 1 0 ${2 * ry}a${rx} ${ry} 0 0 1 0 ${-2 * ry}`;
}

function Direction({ guide, middle }: { guide: Guide | undefined; middle: Point }) {
  const x = middle.x * WIDTH;
  const y = middle.y * HEIGHT;
  switch (guide?.code) {
    case 'come-closer':
    case 'come-nearer':
      return (
        <g class="guide-arrow">
          <path d={`M${x - 32} ${y - 30}l-8 -6M${x - 40} ${y - 30}v-6h6`} />
          <path d={`M${x + 32} ${y - 30}l8 -6M${x + 40} ${y - 30}v-6h-6`} />
          <path d={`M${x - 32} ${y + 30}l-8 6M${x - 40} ${y + 30}v6h6`} />
          <path d={`M${x + 32} ${y + 30}l8 6M${x + 40} ${y + 30}v6h-6`} />
        </g>
      );
    case 'turn-left':
      return <path class="guide-arrow" d={`M${x - 24} ${y}h-16m6 -6l-6 6 6 6`} />;
    case 'turn-right':
      return <path class="guide-arrow" d={`M${x + 24} ${y}h16m-6 -6l6 6 -6 6`} />;
    default:
      return guide?.box === undefined ? null : <Towards from={middleOfBox(guide.box)} to={middle} />;
  }
}

function Towards({ from, to }: { from: Point; to: Point }) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (Math.hypot(dx, dy) < OFF_TARGET) return null;
  const angle = (Math.atan2(dy * HEIGHT, dx * WIDTH) * 180) / Math.PI;
  return (
    <path
      class="guide-arrow"
      transform={`translate(${from.x * WIDTH} ${from.y * HEIGHT}) rotate(${angle})`}
      d="M-7 0h14m-6 -6l6 6 -6 6"
    />
  );
}

type Box = NonNullable<Guide['box']>;

const middleOfBox = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** Near enough, the head's outline is as large as the target: whoever fits into it stands right. */
function headOf(box: Box, nearness: number | undefined) {
  const { x, y } = middleOfBox(box);
  const middle = { x: x * WIDTH, y: y * HEIGHT };
  if (nearness === undefined) return { ...middle, rx: (box.width * WIDTH) / 2, ry: (box.height * HEIGHT) / 2 };
  const size = Math.min(LARGEST, Math.max(SMALLEST, nearness));
  return { ...middle, rx: TARGET.rx * size, ry: TARGET.ry * size };
}

function middleOf(zone: readonly Point[]): Point {
  if (zone.length === 0) return { x: 0.5, y: 0.5 };
  const [xs, ys] = [zone.map(({ x }) => x), zone.map(({ y }) => y)];
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

const drawn = ({ x, y }: Point) => `${(x * WIDTH).toFixed(1)},${(y * HEIGHT).toFixed(1)}`;
