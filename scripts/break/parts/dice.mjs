import { seededRandom } from '../../demo-recording/random.mjs';

/** Throws that are the same for the same seed and number, whatever was thrown for other numbers. */
export class Dice {
  /** @param {number} seed @param {number} number */
  constructor(seed, number) {
    this.next = seededRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0);
    // Neighbouring numbers begin alike otherwise.
    for (let i = 0; i < 4; i += 1) this.next();
  }

  /** @param {number} share 0 to 1 */
  chance(share) {
    return this.next() < share;
  }

  /** A whole number. @param {number} from @param {number} to included */
  between(from, to) {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** @template T @param {readonly T[]} list not empty @returns {T} */
  pick(list) {
    return /** @type {T} */ (list[Math.floor(this.next() * list.length)]);
  }

  /** One of the entries, each as often as its weight says. @template T @param {readonly (readonly [number, T])[]} entries @returns {T} */
  weighted(entries) {
    let left = this.next() * entries.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of entries) {
      left -= weight;
      if (left < 0) return value;
    }
    return /** @type {readonly [number, T]} */ (entries.at(-1))[1];
  }

  /** @param {number} length @param {string} [alphabet] */
  text(length, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789') {
    return Array.from({ length }, () => alphabet[Math.floor(this.next() * alphabet.length)]).join('');
  }

  /** @param {number} length */
  bytes(length) {
    return Uint8Array.from({ length }, () => this.between(0, 255));
  }
}
