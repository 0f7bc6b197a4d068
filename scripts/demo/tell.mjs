/** How the story looks on a terminal. */
const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const paint = (/** @type {string} */ code, /** @type {string} */ text) =>
  colour ? `\u001b[${code}m${text}\u001b[0m` : text;

let failures = 0;

export const failureCount = () => failures;

/** @param {string} text */
export function chapter(text) {
  process.stdout.write(`\n${paint('1', text)}\n`);
}

/** @param {string} text */
export function tell(text) {
  process.stdout.write(`  ${text}\n`);
}

/**
 * Says what was expected and what came; a difference makes the story fail.
 *
 * @param {string} what
 * @param {unknown} expected
 * @param {unknown} seen
 */
export function check(what, expected, seen) {
  const right = JSON.stringify(expected) === JSON.stringify(seen);
  if (!right) failures += 1;
  const outcome = right
    ? paint('32', '✓')
    : paint('31', `✗ expected ${JSON.stringify(expected)}, saw ${JSON.stringify(seen)}`);
  process.stdout.write(`  ${what}: ${typeof seen === 'string' ? seen : JSON.stringify(seen)} ${outcome}\n`);
}
