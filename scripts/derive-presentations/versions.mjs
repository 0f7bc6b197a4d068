/**
 * The same presentation under other conditions. Light is scaled in the picture's own steps and clipped at white, as an
 * exposure that is wrong by so much would.
 *
 * `quality` is the encoder's (x264's rate factor). `framesPerSecond`: not those at which the default pack looks; a still
 * has none.
 *
 * @type {readonly { name: string, filter: string, quality?: number, framesPerSecond?: number }[]}
 */
export const versions = [
  { name: 'dim-0.35', filter: light('0.35*val') },
  { name: 'dim-0.2', filter: light('0.2*val') },
  { name: 'over-exposed-1.35', filter: light('1.35*val') },
  { name: 'over-exposed-1.7', filter: light('1.7*val') },
  { name: 'noise-8', filter: noise(8), quality: 20 },
  { name: 'noise-16', filter: noise(16), quality: 20 },
  { name: 'dim-0.35-noise-8', filter: `${light('0.35*val')},${noise(8)}`, quality: 20 },
  // What a webcam makes of it: its own smoothing turns grain into blotches.
  { name: 'dim-0.35-noise-8-smoothed', filter: `${light('0.35*val')},${noise(8)},hqdn3d=6:5:8:8` },
  { name: 'warm', filter: 'lutrgb=r=1.12*val:b=0.74*val' },
  { name: 'low-contrast', filter: light('0.5*val+58') },
  { name: 'compressed', filter: 'null', quality: 36 },
  { name: 'mirrored', filter: 'hflip' },
  { name: 'nearer', filter: enlarged(1.2) },
  { name: 'farther', filter: smaller() },
  { name: 'tilted-3deg', filter: `rotate=3*PI/180:bilinear=1,${enlarged(1.12)}` },
  { name: 'blurred', filter: 'gblur=sigma=1.6' },
  { name: '5-fps', filter: 'null', framesPerSecond: 5 },
  { name: '15-fps', filter: 'null', framesPerSecond: 15 },
];

/** @param {string} value of each channel, 0..255, as an expression in `val` */
function light(value) {
  return `lutrgb=r=${value}:g=${value}:b=${value}`;
}

/** @param {number} strength new in every frame, as a sensor's */
function noise(strength) {
  return `noise=alls=${strength}:allf=t`;
}

/** @param {number} factor the middle of the picture, brought back to its size */
function enlarged(factor) {
  return `crop=iw/${factor}:ih/${factor},scale=trunc(iw*${factor}/2)*2:trunc(ih*${factor}/2)*2:flags=bicubic`;
}

/**
 * Six tenths of the size, at the bottom of the picture, where bodies end. Its border's own pixels go on round it, so that
 * there is no seam: a straight one would be a frame, which is an attack's mark.
 */
function smaller() {
  const corners = ['x0=0.2*W:y0=0.4*H', 'x1=0.8*W:y1=0.4*H', 'x2=0.2*W:y2=H', 'x3=0.8*W:y3=H'];
  return `gblur=sigma=0.6,perspective=${corners.join(':')}:sense=destination`;
}
