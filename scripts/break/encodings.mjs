import { packedVector } from '../../dist/store/packed-vector.js';

/** Components out of the middle: enough never to occur by chance, and past what a header would overwrite. */
const from = 200;
const components = 24;
const numbers = 6;
const mostByte = 127;

/**
 * @typedef {object} Needle
 * @property {string} who
 * @property {string} as the encoding, or which key
 * @property {Uint8Array | Float32Array} bytes floats are found where they nearly stand
 */

/** Every form in which a template might lie somewhere. @param {string} who @param {Float32Array} vector @returns {Needle[]} */
export function formsOfTemplate(who, vector) {
  const part = vector.subarray(from, from + components);
  const littleEndian = Buffer.from(new Uint8Array(vector.buffer, vector.byteOffset + from * 4, components * 4));
  const bigEndian = Buffer.from(littleEndian).swap32();
  const texts = [...textForms(littleEndian), { as: 'JSON', text: jsonOf(part) }];
  return [
    { who, as: 'float32 LE', bytes: littleEndian },
    { who, as: 'float32, nearly', bytes: Float32Array.from(part) },
    { who, as: 'float32 BE', bytes: bigEndian },
    { who, as: 'packed', bytes: packedVector(part) },
    { who, as: 'int8', bytes: quantised(vector, 0) },
    { who, as: 'int8 with a bias of 128', bytes: quantised(vector, 128) },
    ...texts.map(({ as, text }) => ({ who, as, bytes: Buffer.from(text, 'latin1') })),
    ...texts.map(({ as, text }) => ({ who, as: `${as}, UTF-16`, bytes: Buffer.from(text, 'utf16le') })),
  ];
}

/** @param {string} who @param {string} what @param {Uint8Array} key @returns {Needle[]} */
export function formsOfKey(who, what, key) {
  const bytes = Buffer.from(key);
  return [
    { who, as: what, bytes },
    ...textForms(bytes).map(({ as, text }) => ({ who, as: `${what}, ${as}`, bytes: Buffer.from(text, 'latin1') })),
  ];
}

/** Base64 depends on where in a longer text the bytes begin: all three places, without the characters of neighbours. */
function textForms(/** @type {Buffer} */ bytes) {
  const forms = [
    { as: 'hex', text: bytes.toString('hex') },
    { as: 'HEX', text: bytes.toString('hex').toUpperCase() },
  ];
  for (const before of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = Math.floor(shifted.length / 3) * 3;
    const first = before === 0 ? 0 : 4;
    forms.push(
      { as: `base64 at ${before}`, text: shifted.subarray(0, whole).toString('base64').slice(first) },
      { as: `base64url at ${before}`, text: shifted.subarray(0, whole).toString('base64url').slice(first) },
    );
  }
  return forms;
}

/** As `JSON.stringify` of the whole would have it in its middle. */
const jsonOf = (/** @type {Float32Array} */ part) => JSON.stringify(Array.from(part.subarray(0, numbers))).slice(1, -1);

/** As the gallery does it: the largest component is 127 steps. @param {Float32Array} vector @param {number} bias */
function quantised(vector, bias) {
  const peak = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = Math.fround(peak / mostByte);
  const part = vector.subarray(from, from + components);
  return Uint8Array.from(part, (value) => (Math.sign(value) * Math.round(Math.abs(value / scale)) + bias) & 0xff);
}
