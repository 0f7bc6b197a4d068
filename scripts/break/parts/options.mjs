import { parseArgs } from 'node:util';

/**
 * Whole numbers given as `--name N`; anything else ends the run with what there is.
 *
 * @template {Record<string, number | undefined>} T
 * @param {readonly string[]} words
 * @param {T} defaults
 * @param {readonly string[]} [parts] words without dashes that may be given
 * @returns {{ numbers: { [K in keyof T]: number | T[K] }, parts: string[] }}
 */
export function readOptions(words, defaults, parts = []) {
  const names = Object.keys(defaults);
  const usage = `options: ${names.map((name) => `--${name} N`).join(' ')}${parts.length === 0 ? '' : `; parts: ${parts.join(' ')}`}`;
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: /** @type {const} */ ('string') }]));
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const given = Object.entries(values).map(([name, text]) => [name, Number(text)]);
    if (given.some(([, value]) => !(Number(value) >= 0))) throw new Error('a number is no number');
    if (positionals.some((word) => !parts.includes(word))) throw new Error('there is no such part');
    return { numbers: { ...defaults, ...Object.fromEntries(given) }, parts: positionals };
  } catch (fault) {
    process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n${usage}\n`);
    process.exit(2);
  }
}
