const prefixBytes = 4;

/**
 * Many byte strings searched for in one pass: two bytes look up a table, four name the needles that are compared whole.
 * Floats are found where they nearly stand, too, at addresses that four divides: what is stored of a vector is rounded,
 * and what it was before must not be left either.
 */
export class Needles {
  /** @param {readonly (Uint8Array | Float32Array)[]} needles at least four bytes each */
  constructor(needles) {
    if (needles.some(({ byteLength }) => byteLength < prefixBytes))
      throw new RangeError('a needle has less than four bytes');
    this.counts = needles.map(() => 0);
    const longest = Math.max(prefixBytes, ...needles.map(({ byteLength }) => byteLength));
    /** One less than this is carried over from one part of a stream to the next: whole floats, so that they stay aligned. */
    this.longest = 4 * Math.ceil(longest / 4) + 1;
    this.begins = new Uint8Array(2 ** 16);
    /** @type {Map<number, number[]>} */
    this.byPrefix = new Map();
    this.near = new NearFloats();
    this.needles = needles.map((needle, index) => {
      if (needle instanceof Float32Array) {
        this.near.add(needle, index);
        return Buffer.alloc(0);
      }
      const bytes = Buffer.from(needle);
      this.begins[bytes.readUInt16LE(0)] = 1;
      const prefix = bytes.readInt32LE(0);
      this.byPrefix.set(prefix, [...(this.byPrefix.get(prefix) ?? []), index]);
      return bytes;
    });
  }

  /**
   * Matches that end in the new part; those that end before `newFrom` were counted when it was new.
   *
   * @param {Buffer} bytes @param {number} [newFrom]
   */
  countIn(bytes, newFrom = 0) {
    const { begins } = this;
    const last = bytes.length - prefixBytes;
    let low = bytes[0] ?? 0;
    for (let at = 0; at <= last; at += 1) {
      const high = bytes[at + 1] ?? 0;
      if (begins[low | (high << 8)] === 1) this.compare(bytes, at, newFrom);
      low = high;
    }
    for (const { index, end } of this.near.foundIn(bytes))
      if (end > newFrom) this.counts[index] = (this.counts[index] ?? 0) + 1;
  }

  /** @param {Buffer} bytes @param {number} at @param {number} newFrom */
  compare(bytes, at, newFrom) {
    for (const index of this.byPrefix.get(bytes.readInt32LE(at)) ?? []) {
      const needle = this.needles[index];
      if (needle === undefined) continue;
      const end = at + needle.length;
      if (end > newFrom && end <= bytes.length && needle.equals(bytes.subarray(at, end)))
        this.counts[index] = (this.counts[index] ?? 0) + 1;
    }
  }
}

/** Of the value itself: 64 times what rounding to 16 bits does, so that normalising it once more hides nothing either. */
const nearly = 2 ** -10;

/** Runs of floats, each of which may be off a little. */
class NearFloats {
  constructor() {
    /** By the upper half of the first float, or of one that is nearly it. */
    this.begins = new Uint8Array(2 ** 16);
    /** @type {{ index: number, floats: Float32Array }[]} */
    this.all = [];
  }

  /** @param {Float32Array} floats @param {number} index */
  add(floats, index) {
    const [upper = 0] = new Uint16Array(Float32Array.of(floats[0] ?? 0).buffer).subarray(1);
    for (const near of [upper - 1, upper, upper + 1]) this.begins[near & 0xffff] = 1;
    this.all.push({ index, floats: Float32Array.from(floats) });
  }

  /** @param {Buffer} bytes */
  *foundIn(bytes) {
    if (this.all.length === 0) return;
    // Floats can be laid over these bytes only where they begin at a multiple of four.
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(Uint8Array.from(bytes).buffer);
    const count = Math.floor(aligned.length / 4);
    const halves = new Uint16Array(aligned.buffer, aligned.byteOffset, 2 * count);
    const floats = new Float32Array(aligned.buffer, aligned.byteOffset, count);
    for (let at = 0; at < count; at += 1) {
      if (this.begins[halves[2 * at + 1] ?? 0] === 0) continue;
      for (const { index, floats: wanted } of this.all)
        if (isNearly(floats, at, wanted)) yield { index, end: 4 * (at + wanted.length) };
    }
  }
}

/** @param {Float32Array} floats @param {number} at @param {Float32Array} wanted */
function isNearly(floats, at, wanted) {
  if (at + wanted.length > floats.length) return false;
  return wanted.every((value, n) => Math.abs((floats[at + n] ?? Number.NaN) - value) <= Math.abs(value) * nearly);
}
