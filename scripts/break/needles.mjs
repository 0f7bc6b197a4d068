const prefixBytes = 4;

/**
 * Many byte strings searched for in one pass: two bytes look up a table, four name the needles that are compared whole.
 */
export class Needles {
  /** @param {readonly Uint8Array[]} needles at least four bytes each */
  constructor(needles) {
    if (needles.some(({ length }) => length < prefixBytes)) throw new RangeError('a needle has less than four bytes');
    this.needles = needles.map((needle) => Buffer.from(needle));
    this.counts = needles.map(() => 0);
    this.longest = Math.max(prefixBytes, ...needles.map(({ length }) => length));
    this.begins = new Uint8Array(2 ** 16);
    /** @type {Map<number, number[]>} */
    this.byPrefix = new Map();
    this.needles.forEach((needle, index) => {
      this.begins[needle.readUInt16LE(0)] = 1;
      const prefix = needle.readInt32LE(0);
      this.byPrefix.set(prefix, [...(this.byPrefix.get(prefix) ?? []), index]);
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
