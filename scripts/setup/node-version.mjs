/**
 * The one module that an unsupported Node must still be able to link: entry scripts import it first and load everything
 * else dynamically, since a missing named export of a built-in would otherwise end in a SyntaxError before any sentence.
 */

export const EXIT_UNSUPPORTED_NODE = 12;

const OLDEST = [20, 19];

/**
 * @param {string} version like `20.19.0`
 * @returns {string | undefined} the sentence for the person when this Node is too old
 */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return (
    `Menshen needs Node ${OLDEST.join('.')} or newer, and this is Node ${version}. ` +
    'Install a current LTS release of Node (22 or 24), then run the same command again.'
  );
}

/** Ends the process with exit code 12 and one sentence when Node is too old. */
export function requireSupportedNode() {
  const complaint = nodeComplaint(process.versions.node);
  if (complaint === undefined) return;
  process.stderr.write(`\nSet-up stopped: ${complaint}\n`);
  process.exit(EXIT_UNSUPPORTED_NODE);
}
