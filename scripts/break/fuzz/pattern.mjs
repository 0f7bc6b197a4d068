/**
 * A text that fits a regular expression of the kind schemas use: classes, groups, alternatives, counts. What looks
 * ahead is passed over.
 *
 * @param {string} source
 * @param {import('../parts/dice.mjs').Dice} dice
 * @returns {string}
 */
export function textFitting(source, dice) {
  const reader = { source: source.replaceAll(/\(\?[!=][^)]*\)/g, ''), at: 0 };
  return alternatives(reader, dice);
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const wordSigns = `${lower}${lower.toUpperCase()}${digits}_`;
/** @type {Record<string, string>} */
const classes = { d: digits, w: wordSigns, S: `${wordSigns}!`, s: ' ' };

/** @typedef {{ source: string, at: number }} Reader */
/** @typedef {import('../parts/dice.mjs').Dice} Dice */

/** @param {Reader} reader @param {Dice} dice */
function alternatives(reader, dice) {
  const options = [sequence(reader, dice)];
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    options.push(sequence(reader, dice));
  }
  return dice.pick(options);
}

/** @param {Reader} reader @param {Dice} dice */
function sequence(reader, dice) {
  let text = '';
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] ?? '')) {
    const from = reader.at;
    const first = atom(reader, dice);
    const to = reader.at;
    const count = repetitions(reader, dice);
    if (count > 0) text += first;
    for (let more = 1; more < count; more += 1) text += atom({ source: reader.source.slice(0, to), at: from }, dice);
  }
  return text;
}

/** @param {Reader} reader @param {Dice} dice @returns {string} */
function atom(reader, dice) {
  const sign = reader.source[reader.at] ?? '';
  reader.at += 1;
  if (sign === '^' || sign === '$') return '';
  if (sign === '.') return dice.pick([...wordSigns]);
  if (sign === '\\') return dice.pick([...classOf(reader.source[reader.at++] ?? '')]);
  if (sign === '[') return dice.pick([...bracket(reader)]);
  if (sign !== '(') return sign;
  const text = alternatives(reader, dice);
  reader.at += 1;
  return text;
}

/** @param {string} sign */
const classOf = (sign) => classes[sign] ?? sign;

/** @param {Reader} reader */
function bracket(reader) {
  let signs = '';
  while (reader.source[reader.at] !== ']' && reader.at < reader.source.length) {
    const sign = reader.source[reader.at++] ?? '';
    const next = reader.source[reader.at + 1];
    if (sign === '\\') signs += classOf(reader.source[reader.at++] ?? '');
    else if (reader.source[reader.at] === '-' && next !== undefined && next !== ']') {
      for (let code = sign.charCodeAt(0); code <= next.charCodeAt(0); code += 1) signs += String.fromCharCode(code);
      reader.at += 2;
    } else signs += sign;
  }
  reader.at += 1;
  return signs;
}

/** @param {Reader} reader @param {Dice} dice */
function repetitions(reader, dice) {
  const counted = /^(?:\{(\d+)(,?)(\d*)\}|([*+?]))/.exec(reader.source.slice(reader.at));
  if (counted === null) return 1;
  reader.at += counted[0].length;
  const [, from, comma, to, sign] = counted;
  if (sign !== undefined) return dice.between(sign === '+' ? 1 : 0, sign === '?' ? 1 : 4);
  const least = Number(from);
  return comma === '' ? least : dice.between(least, to === '' ? least + 4 : Number(to));
}
