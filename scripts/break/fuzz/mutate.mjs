import { brokenToken, deepText, hostileKeys, nastyNumberText, nastyString, wrongType } from './nasty.mjs';

/** @typedef {import('../parts/dice.mjs').Dice} Dice */

/** Stands in a value for text that JSON itself could not carry; the digits name which. */
const mark = (/** @type {number} */ index) => `\u0001raw${index}\u0001`;

/**
 * The text of a value that was made wrong in one place or several: other types, boundaries crossed, keys left out, twice,
 * unknown or hostile, numbers beyond numbers, lone surrogates, levels without end.
 *
 * @param {unknown} value JSON
 * @param {Dice} dice
 * @returns {string}
 */
export function mutatedText(value, dice) {
  /** @type {string[]} */
  const raw = [];
  let mutated = structuredClone(value);
  const times = dice.weighted([
    [7, 1],
    [2, 2],
    [1, 6],
  ]);
  for (let time = 0; time < times; time += 1) mutated = changedSomewhere(mutated, dice, raw);
  let text = JSON.stringify(mutated) ?? '';
  raw.forEach((token, index) => {
    text = text.replace(JSON.stringify(mark(index)), () => token);
  });
  return dice.chance(0.12) ? brokenText(text, dice) : text;
}

/** @param {unknown} value @param {Dice} dice @param {string[]} raw @returns {unknown} */
function changedSomewhere(value, dice, raw) {
  const inner = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (inner.length === 0 || dice.chance(0.12)) return replacement(value, dice, raw);
  const holder = /** @type {Record<string, unknown>} */ (value);
  const key = dice.pick(inner);
  const copy = /** @type {Record<string, unknown>} */ (Array.isArray(holder) ? [...holder] : { ...holder });
  /** @type {[number, () => unknown][]} */
  const acts = [
    [
      6,
      () => {
        copy[key] = changedSomewhere(holder[key], dice, raw);
      },
    ],
    [1, () => delete copy[key]],
    [1, () => define(copy, dice.pick(hostileKeys), wrongType(dice))],
    [1, () => define(copy, nastyString(dice).slice(0, 200), nastyString(dice))],
  ];
  dice.weighted(acts)();
  return copy;
}

/** `__proto__` too is a key like any other here. @param {object} holder @param {string} key @param {unknown} value */
const define = (holder, key, value) =>
  Array.isArray(holder)
    ? void holder.push(value)
    : void Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });

/** @param {unknown} value @param {Dice} dice @param {string[]} raw @returns {unknown} */
function replacement(value, dice, raw) {
  const token = (/** @type {string} */ text) => mark(raw.push(text) - 1);
  return dice.weighted([
    [4, () => nastyString(dice)],
    [3, () => wrongType(dice)],
    [3, () => token(nastyNumberText(dice))],
    [1, () => token(brokenToken(dice))],
    [1, () => token(deepText(dice))],
    [
      2,
      () =>
        typeof value === 'string'
          ? bent(value, dice)
          : typeof value === 'number'
            ? value + dice.pick([-1, 1, 0.5])
            : [value, value],
    ],
    [1, () => copies(value, dice.pick([2, 101, 2000]))],
  ])();
}

/** A list of the same, within a megabyte. @param {unknown} value @param {number} count */
function copies(value, count) {
  const each = JSON.stringify(value ?? 0).length;
  return Array.from({ length: Math.min(count, Math.max(2, Math.floor(1_000_000 / each))) }, () => value ?? 0);
}

/** A text one step beside what was right. @param {string} text @param {Dice} dice */
function bent(text, dice) {
  const at = dice.between(0, text.length);
  return dice.pick([
    text.slice(0, at) + nastyString(dice).slice(0, 3) + text.slice(at),
    text.slice(0, -1),
    `${text}${text}`,
    text.toUpperCase(),
    ` ${text}`,
    `${text}\u0000`,
  ]);
}

/** @param {string} text @param {Dice} dice */
function brokenText(text, dice) {
  const at = dice.between(0, text.length);
  return dice.pick([
    text.slice(0, at),
    text.slice(0, at) + dice.pick(['"', '{', ']', ',', '\\', '\u0000', '\ufeff']) + text.slice(at),
    text.replace('{', '{"a":1,"a":2,'),
    text.replace(/^\{("[^"]*":)/, '{$1null,$1'),
    `${text}${text}`,
    `\ufeff${text}`,
    '',
  ]);
}
