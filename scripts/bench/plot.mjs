const width = 900;
const labelWidth = 430;
const rowHeight = 22;
const left = labelWidth + 10;
const right = width - 90;
const met = { colour: '#1b6ca8', word: 'met' };
const missed = { colour: '#c2410c', word: 'not met' };

/**
 * One SVG file that needs nothing else: how far each row with a target is from it, and where a frame's time goes. Shape
 * and words say what colour says.
 *
 * @param {readonly import('./measure.mjs').Row[]} rows
 * @param {string} subtitle
 */
export function plotOf(rows, subtitle) {
  const judged = rows.filter(({ target, skipped }) => target !== undefined && skipped === undefined);
  const profiled = rows.find(({ profile }) => profile !== undefined);
  const top = 60;
  const targets = targetsOf(judged, top);
  const barTop = top + judged.length * rowHeight + 60;
  const bar = profiled?.profile === undefined ? '' : barOf(profiled.what, profiled.profile, barTop);
  const height = barTop + (profiled?.profile === undefined ? 0 : 90 + profiled.profile.length * 18);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(10, 22, 'Measured over target: left of the line is met', 'font-size="15" font-weight="bold"'),
    text(10, 40, subtitle, 'fill="#555"'),
    targets,
    bar,
    '</svg>\n',
  ].join('\n');
}

/** @param {readonly import('./measure.mjs').Row[]} rows @param {number} top */
function targetsOf(rows, top) {
  const shares = rows.map(shareOf);
  const reach = Math.max(2, ...shares.flatMap((share) => [share, 1 / share])) * 1.1;
  const x = (/** @type {number} */ share) => left + ((Math.log(share) / Math.log(reach) + 1) / 2) * (right - left);
  const bottom = top + rows.length * rowHeight;
  const marks = rows.map((row, index) => {
    const share = shares[index] ?? 1;
    const y = top + (index + 0.5) * rowHeight;
    const { colour, word } = row.met ? met : missed;
    const line = `<line x1="${left}" y1="${y}" x2="${right}" y2="${y}" stroke="#ddd"/>`;
    const label = text(10, y + 4, shortened(`${row.what}${row.against === undefined ? '' : ` / ${row.against}`}`));
    return [line, label, markAt(x(share), y, row.met === true, colour), figureOf(share, word, y, colour)].join('\n');
  });
  return [
    ...marks,
    `<line x1="${x(1)}" y1="${top - 6}" x2="${x(1)}" y2="${bottom + 6}" stroke="#000" stroke-dasharray="4 3"/>`,
    text(x(1) - 18, bottom + 20, 'target'),
  ].join('\n');
}

/** A filled circle is met, an open square is not. */
function markAt(
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {boolean} */ isMet,
  /** @type {string} */ colour,
) {
  return isMet
    ? `<circle cx="${x.toFixed(1)}" cy="${y}" r="6" fill="${colour}"/>`
    : `<rect x="${(x - 5.5).toFixed(1)}" y="${y - 5.5}" width="11" height="11" fill="#fff" stroke="${colour}" stroke-width="2.5"/>`;
}

function figureOf(
  /** @type {number} */ share,
  /** @type {string} */ word,
  /** @type {number} */ y,
  /** @type {string} */ colour,
) {
  return text(right + 8, y + 4, `${share.toFixed(2)} ${word}`, `fill="${colour}"`);
}

/** Below 1 is better than the target, whichever way the target looks. */
function shareOf(/** @type {import('./measure.mjs').Row} */ { ratio, ms, judge, target }) {
  const measured = ratio ?? ms[judge ?? 'median'];
  if (target === undefined) return 1;
  const share = 'atMost' in target ? measured / target.atMost : target.atLeast / measured;
  return Number.isFinite(share) && share > 0 ? share : 1;
}

/** Model runs are dark, what is around them is light; the numbers lead to the list below. */
function barOf(
  /** @type {string} */ what,
  /** @type {readonly import('./measure.mjs').Step[]} */ profile,
  /** @type {number} */ top,
) {
  const total = profile.reduce((sum, { ms }) => sum + ms.median, 0);
  let x = 10;
  const parts = profile.map(({ kind, ms }, index) => {
    const wide = (ms.median / total) * (width - 20);
    const fill = kind === 'model' ? '#334155' : '#fbbf24';
    const box = `<rect x="${x.toFixed(1)}" y="${top + 14}" width="${wide.toFixed(1)}" height="34" fill="${fill}" stroke="#fff"/>`;
    const number = text(x + wide / 2 - 4, top + 36, String(index + 1), kind === 'model' ? 'fill="#fff"' : '');
    x += wide;
    return wide > 14 ? `${box}\n${number}` : box;
  });
  const list = profile.map(({ step, kind, ms }, index) => {
    const share = `${ms.median.toFixed(3)} ms, ${((100 * ms.median) / total).toFixed(1)} %`;
    const name = kind === 'model' ? `${step} (model run)` : step;
    return text(20, top + 72 + index * 18, `${index + 1}  ${name}: ${share}`);
  });
  return [text(10, top, `${what}, medians of the steps`, 'font-size="15" font-weight="bold"'), ...parts, ...list].join(
    '\n',
  );
}

function text(/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ words, attributes = '') {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped(words)}</text>`;
}

/** @param {string} words */
function shortened(words) {
  const most = 60;
  return words.length > most ? `${words.slice(0, most - 1)}…` : words;
}

/** @param {string} words */
function escaped(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
