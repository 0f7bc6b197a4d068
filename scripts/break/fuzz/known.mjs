/**
 * What answers said, to be used again: ids by the key under which they came and by the collection they came from, so that
 * requests reach what stands behind 404.
 */
export class Known {
  constructor() {
    /** @type {Map<string, string[]>} */
    this.pools = new Map();
    /** @type {Record<string, string>} what every request may need as it is now */
    this.facts = {};
  }

  /** @param {string} pool @param {string} value */
  add(pool, value) {
    const list = this.pools.get(pool) ?? [];
    if (list.includes(value)) return;
    list.push(value);
    // The newest ones are the ones that are still there.
    if (list.length > poolSize) list.shift();
    this.pools.set(pool, list);
  }

  /** One of a pool, the newer the likelier. @param {string} pool @param {import('../parts/dice.mjs').Dice} dice @returns {string | undefined} */
  pick(pool, dice) {
    const list = this.pools.get(pool) ?? [];
    const back = Math.floor(list.length * dice.next() ** 2);
    return list.at(-1 - Math.min(back, list.length - 1));
  }

  /** Of whatever pool. @param {import('../parts/dice.mjs').Dice} dice */
  pickAny(dice) {
    const names = [...this.pools.keys()];
    return names.length === 0 ? undefined : this.pick(dice.pick(names), dice);
  }

  /** @param {string} collection last word of the path that stands before an id @param {unknown} answer */
  learn(collection, answer) {
    this.walk(collection, answer, 0);
  }

  /** @param {string} collection @param {unknown} value @param {number} depth */
  walk(collection, value, depth) {
    if (typeof value !== 'object' || value === null || depth > 5) return;
    for (const [key, member] of Object.entries(value).slice(0, 40)) {
      if (typeof member === 'string' && idKey.test(key) && member.length <= 80) {
        this.add(key, member);
        // `subjectId` is of `subjects`, wherever it stands; a bare `id` is of what was asked for.
        this.add(key === 'id' ? collection : `${key.replace(/Id$/, '')}s`, member);
      } else if (typeof member === 'string' && member.includes('/v1/own-data/')) {
        this.add('token', member.slice(member.lastIndexOf('/') + 1).slice(0, 80));
      } else if (key === 'version' && typeof member === 'number') this.add('version', String(member));
      else this.walk(collection, member, depth + 1);
    }
  }
}

const poolSize = 60;
const idKey = /^(id|code|token|reference|.*Id)$/;
