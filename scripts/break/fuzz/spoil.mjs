import { mutatedText } from './mutate.mjs';

/** @typedef {import('../parts/dice.mjs').Dice} Dice */

/**
 * Bytes made wrong without knowing what they are: cut, doubled, swapped, bits turned, lengths blown up, noise put in.
 *
 * @param {Buffer} bytes
 * @param {Dice} dice
 */
export function spoiltBytes(bytes, dice) {
  /** @type {Buffer} */
  let spoilt = Buffer.from(bytes);
  for (let time = dice.between(1, 5); time > 0; time -= 1) spoilt = spoiltOnce(spoilt, dice);
  return spoilt;
}

/** @param {Buffer} bytes @param {Dice} dice @returns {Buffer} */
function spoiltOnce(bytes, dice) {
  const at = dice.between(0, Math.max(0, bytes.length - 1));
  const length = dice.between(1, 64);
  /** @type {[number, () => Buffer][]} */
  const acts = [
    [6, () => overwritten(bytes, at, dice.bytes(dice.between(1, 4)))],
    [2, () => overwritten(bytes, dice.between(0, Math.min(200, bytes.length)), dice.bytes(2))],
    [2, () => overwritten(bytes, at, new Uint8Array(dice.pick([1, 2, 4, 8])).fill(dice.pick([0, 255, 127, 128])))],
    [1, () => bytes.subarray(0, at)],
    [1, () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])],
    [1, () => Buffer.concat([bytes.subarray(0, at), dice.bytes(length), bytes.subarray(at)])],
    [1, () => Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])],
    [1, () => bytes.subarray(at)],
  ];
  return Buffer.from(dice.weighted(acts)());
}

/** @param {Buffer} bytes @param {number} at @param {Uint8Array} piece */
function overwritten(bytes, at, piece) {
  const copy = Buffer.from(bytes);
  copy.set(piece.subarray(0, Math.max(0, copy.length - at)), Math.min(at, copy.length));
  return copy;
}

/** A JSON document made wrong where it means something, or as bare bytes. @param {unknown} value @param {Dice} dice */
export const spoiltJson = (value, dice) =>
  dice.chance(0.8) ? mutatedText(value, dice) : spoiltBytes(Buffer.from(JSON.stringify(value)), dice).toString('utf8');

/** What only YAML can do. @param {string} text @param {Dice} dice */
export function spoiltYaml(text, dice) {
  const lines = text.split('\n');
  const at = dice.between(0, lines.length - 1);
  const indent = /^\s*/.exec(lines[at] ?? '')?.[0] ?? '';
  const odd = dice.pick([
    ...[
      '&a [*a]',
      '*nobody',
      '<<: *a',
      '!!js/function "x"',
      '!!binary "====" ',
      '? complex : key',
      '- ',
      '\t\tx: 1',
      '%YAML 9.9',
      '---',
      '...',
    ],
    ...[
      '{a: {a: {a: {a: 1}}}}',
      "'",
      '"\\ud800"',
      '|2-',
      'x: !!timestamp 2001-99-99',
      'x: 0o777',
      'x: .inf',
      'x: -.nan',
      '__proto__: {mode: live}',
      'mode: live',
    ],
  ]);
  if (dice.chance(0.04)) return aliasBomb(dice);
  if (dice.chance(0.3)) return spoiltBytes(Buffer.from(text), dice).toString('utf8');
  if (dice.chance(0.5)) lines.splice(at, dice.between(0, 1), indent + odd);
  else lines[at] = (lines[at] ?? '').replace(/:.*/, `: ${odd}`);
  return lines.join('\n');
}

/** Nine times nine times nine. @param {Dice} dice */
function aliasBomb(dice) {
  const depth = dice.between(3, 12);
  const rows = Array.from(
    { length: depth },
    (_, row) => `a${row + 1}: &a${row + 1} [${Array(9).fill(`*a${row}`).join(', ')}]`,
  );
  return `a0: &a0 [x]\n${rows.join('\n')}\nmode: *a${depth}\n`;
}
