/** Values that break what was not written for them. */

/** @typedef {import('../parts/dice.mjs').Dice} Dice */

const strings = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00\ud800',
  '\u202e\u0645\u0631\u062d\u0628\u0627',
  '\ufeff',
  '\u2028',
  'Z\u0351\u036b\u0343\u036a\u0302',
  '👩‍👩‍👧‍👦',
  '\r\nx-injected: 1',
  '__proto__',
  'constructor',
  'toString',
  '../../../../etc/passwd',
  '..\\..\\windows',
  '/dev/zero',
  'file:///etc/passwd',
  "' OR '1'='1",
  '"; DROP TABLE subjects; --',
  '%00',
  '%s%n%x',
  '#{7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '$(reboot)',
  'NaN',
  'Infinity',
  '-0',
  '0x10',
  '1e9',
  '99999999999999999999',
  'null',
  'undefined',
  'true',
  '[object Object]',
  '9999-12-31T23:59:60Z',
  '+275760-09-13T00:00:00.001Z',
  '-271821-04-20',
  '2026-02-30',
  '0000-00-00',
];

/** @param {Dice} dice */
export const nastyString = (dice) =>
  dice.weighted([
    [8, () => dice.pick(strings)],
    [2, () => String.fromCharCode(...Array.from({ length: dice.between(1, 12) }, () => dice.between(0, 0xffff)))],
    [1, () => dice.pick(['x', 'é', '漢', '😀', '\u0000', '9', '%']).repeat(dice.pick([33, 81, 101, 201, 4097, 9000]))],
  ])();

/** Numbers in JSON's own text; several are no number of JavaScript’s. @param {Dice} dice */
export const nastyNumberText = (dice) =>
  dice.pick([
    ...['0', '-0', '-1', '1', '0.5', '1e-400', '1e308', '1e999', '-1e999', '9007199254740993', '2147483648'],
    ...['4294967296', '18446744073709551616', '-9223372036854775809', '1.0000000000000001', '500', '501', '30001'],
  ]);

/** Text that stands where JSON should. @param {Dice} dice */
export const brokenToken = (dice) =>
  dice.pick([
    'NaN',
    'Infinity',
    'undefined',
    '01',
    '.5',
    '"\\x41"',
    "'single'",
    '/* c */ 1',
    '0x1F',
    '"\\ud800"',
    '+1',
    ',',
  ]);

/** @param {Dice} dice @returns {unknown} */
export const wrongType = (dice) =>
  dice.pick([null, true, false, 0, -1, 1.5, '', 'text', [], {}, [[]], [null], { a: 1 }, [1, 'a', {}], 1e21]);

/** Levels upon levels. @param {Dice} dice */
export function deepText(dice) {
  const depth = dice.pick([50, 500, 5_000, 20_000]);
  return dice.chance(0.5)
    ? `${'['.repeat(depth)}${']'.repeat(depth)}`
    : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

export const hostileKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  '',
  '\u0000',
  '$ref',
  'threshold',
  'role',
  'admin',
];
