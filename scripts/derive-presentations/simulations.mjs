import { bodyOf, grainOf, moireOf, photographOn, roomOf } from './props.mjs';

/**
 * Attacks made from a bona fide presentation: what was recorded is shown on something flat, which somebody holds in front
 * of another camera.
 *
 * @typedef {import('./subjects.mjs').Showing} Showing
 * @typedef {import('./run-ffmpeg.mjs').Stage} Stage
 * @typedef {{ width: number, height: number }} Size
 *
 * @typedef {object} Simulation
 * @property {string} species
 * @property {string} name what follows `~`
 * @property {(showing: Showing) => Promise<Stage>} stage
 */

/** At which the default pack looks. */
const framesPerSecond = 10;
/** Five windows of an evaluation. */
const seconds = 10;
/** What is held reaches this far beyond the camera's picture on every side, so that moving it uncovers nothing. */
const slackPx = 40;

const landscape = { width: 640, height: 480 };
const portrait = { width: 400, height: 520 };

/** @type {readonly Simulation[]} */
export const simulations = [
  {
    species: 'screen-replay',
    name: 'simulated-monitor',
    stage: (showing) =>
      onScreen(showing, { camera: landscape, body: [600, 400], screen: [576, 360], fit: 'decrease', sway: 0.5 }),
  },
  {
    species: 'tablet-replay',
    name: 'simulated-tablet',
    stage: (showing) => onScreen(showing, { camera: landscape, body: [360, 460], screen: [328, 420], sway: 1 }),
  },
  {
    species: 'phone-replay',
    name: 'simulated-phone',
    stage: (showing) => onScreen(showing, { camera: landscape, body: [234, 460], screen: [218, 426], sway: 1 }),
  },
  {
    species: 'phone-photo',
    name: 'simulated-phone',
    stage: (showing) =>
      onScreen(
        { ...showing, source: showing.photograph, still: true },
        { camera: landscape, body: [300, 424], screen: [288, 384], sway: 1 },
      ),
  },
  {
    species: 'screen-replay',
    name: 'simulated-screen-fills-picture',
    stage: (showing) => onScreen(showing, { camera: portrait, body: [480, 600], screen: [480, 600], sway: 0.5 }),
  },
  {
    species: 'print',
    name: 'simulated-paper',
    stage: (showing) => onPaper(showing, { camera: landscape, paper: [340, 440], borderPx: 12 }),
  },
  {
    species: 'print',
    name: 'simulated-paper-fills-picture',
    stage: (showing) => onPaper(showing, { camera: portrait, paper: [480, 600], borderPx: 0 }),
  },
  { species: 'cut-out', name: 'simulated-cut-out', stage: cutOutOf },
];

/**
 * @param {Showing} showing
 * @param {{ camera: Size, body: [number, number], screen: [number, number], fit?: 'increase' | 'decrease', sway: number }} how
 *   `fit`: whether the picture fills the screen or all of it is shown
 * @returns {Promise<Stage>}
 */
async function onScreen({ source, still, work }, { camera, body, screen, fit = 'increase', sway }) {
  const [width, height] = screen;
  const held = heldSize(camera);
  const files = {
    room: await roomOf(work, camera),
    ...(await bodyOf(work, { ...held, body, screen })),
    moire: await moireOf(work, { width: width + 2 * moireDriftPx, height: height + 2 * moireDriftPx }),
  };
  const fitted = `scale=${width}:${height}:force_original_aspect_ratio=${fit}`;
  const cut =
    fit === 'increase' ? `crop=${width}:${height}` : `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:color=0x15171c`;
  const drift = (/** @type {number} */ rate) => `${moireDriftPx}+${moireDriftPx - 2}*sin(${rate}*t)`;
  const at = `${(held.width - width) / 2}:${(held.height - height) / 2}`;
  return {
    ...{ framesPerSecond, seconds },
    inputs: [
      still ? once(source) : ['-stream_loop', '-1', '-i', `file:${source}`],
      ...[files.room, files.body, files.moire, files.glare].map(once),
    ],
    graph: [
      // A lit screen has no black and its white is blue.
      `[0]${still ? again : `fps=${framesPerSecond}`},${fitted},${cut},format=gbrp,lutrgb=r=16+0.82*val:g=19+0.86*val:b=27+0.9*val[shown]`,
      `[3]${again},format=gbrp,crop=${width}:${height}:'${drift(0.9)}':'${drift(1.3)}'[beat]`,
      '[shown][beat]blend=all_mode=multiply[lit]',
      `[2]format=rgba,${again}[body]`,
      `[4]${again}[glare]`,
      `[body][lit]overlay=${at}:format=rgb[device]`,
      `[device][glare]overlay=x='14*sin(0.7*t)':y='10*sin(0.5*t+1)':format=rgb[glaring]`,
      ...inTheHand('glaring', '1', sway),
    ].join(';'),
  };
}

const moireDriftPx = 14;

/**
 * @param {Showing} showing
 * @param {{ camera: Size, paper: [number, number], borderPx: number }} how
 * @returns {Promise<Stage>}
 */
async function onPaper({ photograph, work }, { camera, paper, borderPx }) {
  const plane = await photographOn(work, { ...heldSize(camera), photograph, paper, borderPx });
  return flat(plane, await roomOf(work, camera), await grainOf(work, heldSize(camera)));
}

/**
 * @param {Showing} showing
 * @returns {Promise<Stage>}
 */
async function cutOutOf({ cutOut, work }) {
  const paper = /** @type {[number, number]} */ ([420, 470]);
  const plane = await photographOn(work, { ...heldSize(landscape), photograph: cutOut, paper, borderPx: 0 });
  return flat(plane, await roomOf(work, landscape), await grainOf(work, heldSize(landscape)));
}

/**
 * @param {string} plane
 * @param {string} room
 * @param {string} grain of the paper, which moves with it
 * @returns {Stage}
 */
function flat(plane, room, grain) {
  // Ink on paper is neither black nor as colourful as the world.
  const ink = 'lutrgb=r=26+0.8*val:g=26+0.8*val:b=24+0.78*val';
  return {
    ...{ framesPerSecond, seconds },
    inputs: [plane, room, grain].map(once),
    graph: [
      `[0]format=rgba,split[whole][shape];[shape]alphaextract[alpha];[whole]format=gbrp,${ink}[inked]`,
      '[2]format=gbrp[grain];[inked][grain]blend=all_mode=multiply[printed];[printed]format=rgba[opaque]',
      `[opaque][alpha]alphamerge,${again}[sheet]`,
      ...inTheHand('sheet', '1', 1),
    ].join(';'),
  };
}

/**
 * Held before the room by a hand that is never quite still: it shifts, rolls and tips, all as one plane. Then the
 * camera's lens and sensor.
 *
 * @param {string} held
 * @param {string} room
 * @param {number} sway 1 for a hand, less for something heavy
 * @returns {string[]}
 */
function inTheHand(held, room, sway) {
  const tip = (/** @type {number} */ phase) =>
    `${(4 * sway).toFixed(1)}*(1+sin(2*PI*on/${framesPerSecond * 3.1}+${phase}))`;
  const corners = [
    `x0='${tip(0)}':y0='${tip(1)}'`,
    `x1='W-${tip(2)}':y1='${tip(3)}'`,
    `x2='${tip(1.5)}':y2='H-${tip(0.5)}'`,
    `x3='W-${tip(2.5)}':y3='H-${tip(4)}'`,
  ];
  const roll = `${sway}*(0.022*sin(1.1*t)+0.004*sin(7*t))`;
  const shift = (/** @type {number} */ phase) => `-${slackPx}+${sway}*(11*sin(1.3*t+${phase})+1.5*sin(9*t+2*${phase}))`;
  return [
    `[${held}]format=yuva444p,perspective=${corners.join(':')}:eval=frame,rotate=a='${roll}':c=black@0[moved]`,
    `[${room}]${again}[behind]`,
    `[behind][moved]overlay=x='${shift(0)}':y='${shift(2)}':shortest=1,gblur=sigma=0.7,noise=alls=5:allf=t,format=yuv420p[out]`,
  ];
}

/** @param {Size} camera */
function heldSize({ width, height }) {
  return { width: width + 2 * slackPx, height: height + 2 * slackPx };
}

/** @param {string} picture */
function once(picture) {
  return ['-framerate', String(framesPerSecond), '-i', `file:${picture}`];
}

/** A single picture, again and again, without being decoded each time. */
const again = `loop=loop=-1:size=1,setpts=N/(${framesPerSecond}*TB)`;
