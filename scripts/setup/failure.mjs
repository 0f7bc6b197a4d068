/** Every way set-up can stop: one sentence that says what happened and what to do, and a stable exit code. */

export const exitCodes = /** @type {const} */ ({
  internal: 1,
  usage: 2,
  noNetwork: 10,
  wrongHash: 11,
  unsupported: 12,
  diskFull: 13,
  readOnly: 14,
  noCompiler: 15,
  busy: 16,
  interrupted: 130,
});

/** What `--help` prints; the README's table is this one. */
export const exitCodeTable = [
  [0, 'everything is there'],
  [exitCodes.internal, 'a step failed for another reason; its last lines are shown'],
  [exitCodes.usage, 'an option is not known'],
  [exitCodes.noNetwork, 'something is missing and no package registry can be reached'],
  [exitCodes.wrongHash, 'a download or a file is not the one that was pinned; nothing of it was used'],
  [exitCodes.unsupported, 'this Node or this platform is not supported'],
  [exitCodes.diskFull, 'the disk is full, or has too little room for the set-up'],
  [exitCodes.readOnly, 'something is missing and the folder cannot be written'],
  [exitCodes.noCompiler, 'a compiler is needed, and there is none'],
  [exitCodes.busy, 'another set-up runs in this folder'],
  [exitCodes.interrupted, 'interrupted; run it again to go on'],
];

const SHOWN_LINES = 12;
const NOISE = /complete log of this run|_logs|behind a proxy/;

/** The only error that set-up throws on purpose; `message` is for the person at the terminal. */
export class SetupFailure extends Error {
  /**
   * @param {keyof typeof exitCodes} kind
   * @param {string} message what happened and what to do
   * @param {string[]} [lines] the last lines of the program that failed
   */
  constructor(kind, message, lines = []) {
    super(message);
    this.name = 'SetupFailure';
    this.kind = kind;
    this.exitCode = exitCodes[kind];
    this.lines = lines;
  }
}

/**
 * Maps what the system said to a failure with a remedy.
 *
 * @param {unknown} error
 * @returns {SetupFailure}
 */
export function asFailure(error) {
  if (error instanceof SetupFailure) return error;
  const cause = /** @type {NodeJS.ErrnoException} */ (error instanceof Error ? error : new Error(String(error)));
  const place = cause.path ?? 'this folder';
  switch (cause.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull();
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return readOnly(place);
    default:
      return new SetupFailure('internal', `A step of the set-up failed: ${cause.message}`, stackLines(cause));
  }
}

/** @param {string} [detail] */
export function diskFull(detail = 'The disk is full.') {
  return new SetupFailure(
    'diskFull',
    `${detail} Free some space (a first set-up needs about 1.5 GiB), then run it again.`,
  );
}

/** @param {string} place */
export function readOnly(place) {
  return new SetupFailure(
    'readOnly',
    `${place} cannot be written, and the set-up is not complete. ` +
      'Make it writable for this user, or run `npm run setup` once as the user who owns it.',
  );
}

const NETWORK =
  /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|EPIPE|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|ERESPONSETIMEOUT|ECONNECTIONTIMEOUT|ETRANSFERTIMEOUT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS|E40[0-9]|E429|E5\d\d|FETCH_ERROR|EPROTO)/;

/**
 * Maps npm's own error code to a failure.
 *
 * @param {string} what the thing that was wanted, such as `the dependencies`
 * @param {string} output everything npm printed
 */
export function npmFailure(what, output) {
  const code = /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1] ?? '';
  const lines = npmLines(output);
  if (code === 'EINTEGRITY')
    return new SetupFailure('wrongHash', `A package for ${what} does not have the pinned hash; ${hashRemedy}`, lines);
  if (code === 'ENOSPC' || code === 'EDQUOT' || /\bENOSPC\b/.test(output)) return diskFull();
  if (/^(EROFS|EACCES|EPERM)$/.test(code)) return readOnly("This folder or npm's cache");
  if (code === 'EBADENGINE')
    return new SetupFailure('unsupported', 'A package does not support this Node; install Node 22 or 24.', lines);
  if (code === 'EUSAGE' && /in sync/.test(output))
    return new SetupFailure(
      'internal',
      'package-lock.json does not fit package.json. Restore both from the repository, then run it again.',
      lines,
    );
  if (NETWORK.test(code)) return noNetwork(what, lines);
  return new SetupFailure('internal', `npm could not get ${what} (${code || 'no error code'}).`, lines);
}

export const hashRemedy =
  'nothing of it was used. Run `npm cache verify`, check the registry or proxy in use (`npm config get registry`), then run it again.';

/**
 * @param {string} what
 * @param {string[]} [lines]
 */
export function noNetwork(what, lines = []) {
  return new SetupFailure(
    'noNetwork',
    `The package registry cannot be reached or does not give out ${what}. Connect this machine for the first set-up, or ` +
      "set npm's `registry` and `proxy`, then run it again; once set up, no network is needed.",
    lines,
  );
}

/**
 * What npm gave as the reason: its first lines, since its usage text comes last.
 *
 * @param {string} output
 */
function npmLines(output) {
  const reasons = output.split(/\r?\n/).filter((line) => /^npm (error|ERR!) \S/.test(line) && !NOISE.test(line));
  return (reasons.length === 0 ? lastLines(output) : reasons.slice(0, SHOWN_LINES)).map(withoutAddresses);
}

/**
 * The end of a program's output, without addresses: a registry's host may name an internal network.
 *
 * @param {string} output
 * @param {number} [count]
 */
export function lastLines(output, count = SHOWN_LINES) {
  return output
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !NOISE.test(line))
    .slice(-count)
    .map(withoutAddresses);
}

/** @param {string} line */
export function withoutAddresses(line) {
  return line
    .replace(/\b[a-z+]+:\/\/[^\s'")]+/gi, '(address)')
    .replace(/\b(getaddrinfo \S+|connect \S+) \S+/gi, '$1 (address)');
}

/** @param {Error} error */
function stackLines(error) {
  return (error.stack ?? '').split('\n').slice(1, 4).map(withoutAddresses);
}
