import { projectRoot } from '../../setup/context.mjs';
import { knownPin } from './valid.mjs';

/** Refusals of the device itself that say that it is full or that a part is away: they are documented and no fault. */
const honest5xx = new Set([503, 507]);

/**
 * What no answer of the interface may be or say.
 *
 * @param {import('./compose.mjs').Composed} sent
 * @param {import('./send.mjs').Answer} answer
 * @param {{ folder: string, secrets: readonly string[] }} site
 * @returns {string[]} what is wrong
 */
export function wrongWith(sent, answer, site) {
  const problems = answer.status >= 400 && sent.method !== 'HEAD' ? badProblem(answer) : [];
  return [...problems, ...faultsOf(sent, answer, site)];
}

/** A connection that was cut; a few may be, where a request is refused while it still comes. @param {import('./send.mjs').Answer} answer */
export const wasCut = ({ end, fault }) => end === 'broken' && /ECONNRESET|EPIPE/.test(fault ?? '');

/**
 * The same in whatever dialect.
 *
 * @param {Pick<import('./compose.mjs').Composed, 'method' | 'path' | 'body'>} sent
 * @param {import('./send.mjs').Answer} answer
 * @param {{ folder: string, secrets: readonly string[] }} site
 * @returns {string[]}
 */
export function faultsOf(sent, answer, site) {
  const wrong = [];
  // A request that was refused while its headers still came is answered with a body, whatever its method was.
  const unreadHead = sent.method === 'HEAD' && answer.fault?.includes('Data after `Connection: close`') === true;
  if (answer.end === 'broken' && !unreadHead && !wasCut(answer)) wrong.push(`no answer: ${answer.fault}`);
  if (answer.status >= 500 && !(honest5xx.has(answer.status) && codeOf(answer) !== undefined))
    wrong.push(`status ${answer.status} ${codeOf(answer) ?? 'without a code'}`);
  return [...wrong, ...told(sent, answer, site)];
}

/** @param {import('./send.mjs').Answer} answer */
function codeOf({ text }) {
  try {
    return JSON.parse(text).code;
  } catch {
    return undefined;
  }
}

/** RFC 9457, as every error is. @param {import('./send.mjs').Answer} answer */
function badProblem({ status, headers, text }) {
  const type = headers['content-type'] ?? 'none';
  const code = codeOf(/** @type {any} */ ({ text }));
  if (!type.startsWith('application/problem+json')) return [`an error of type ${type}, status ${status}`];
  try {
    const { type: name, title, status: stated, detail } = JSON.parse(text);
    const whole = [name, title, detail, code].every((each) => typeof each === 'string' && each !== '');
    return whole && stated === status ? [] : [`a problem that lacks a field or says another status than ${status}`];
  } catch {
    return ['a problem that is no JSON'];
  }
}

const inside =
  /node_modules|\bat (?:async )?[\w.<>]+ \((?:file|node|\/)|SQLITE_|SqliteError|\bTypeError\b|\bReferenceError\b|file:\/\/\/(?!etc)|\/dist\/\w+\//;
/** A template is 512 numbers: 2,732 characters of base64 at its widest, 684 at a byte each. */
const longBase64 = /[A-Za-z0-9+/]{640,}/;
const listOfFractions = /(?:-?\d\.\d+(?:e-?\d+)?,){40}/;
const scoreKey = /"(?:\w*(?:[sS]imilarity|[sS]core)|distance|embedding|vector|template)":\s*[-\d[]/;

/** @param {Pick<import('./compose.mjs').Composed, 'method' | 'path' | 'body'>} sent @param {import('./send.mjs').Answer} answer @param {{ folder: string, secrets: readonly string[] }} site */
function told(sent, { headers, text }, { folder, secrets }) {
  const type = String(headers['content-type']);
  if (
    !/json|text|xml|event-stream/.test(type) ||
    (sent.path.startsWith('/kiosk/') && !sent.path.startsWith('/kiosk/api'))
  )
    return [];
  // What we sent may come back in what a complaint or a label says.
  const own = sent.body?.toString('utf8') ?? '';
  const wrong = [];
  const match = inside.exec(text)?.[0];
  if (match !== undefined && !own.includes(match)) wrong.push(`the answer tells of the inside: ${match}`);
  // The audit says where a root key went: for those who may read it.
  const apart = sent.path.startsWith('/v1/audit') ? text.replaceAll(/\\"(from|to)\\":\\"(file|tpm) [^"]*"/g, '') : text;
  if ([folder, projectRoot].some((path) => apart.includes(path))) wrong.push('the answer has a path of the device');
  if (secrets.some((secret) => text.includes(secret))) wrong.push('the answer has an API key');
  if (new RegExp(`"${knownPin}"`).test(text)) wrong.push('the answer has a PIN');
  if (scoreKey.test(text) && !sent.path.startsWith('/openapi') && !own.includes('score'))
    wrong.push('the answer has a comparison score');
  if ((longBase64.test(text) && !own.includes('xxxxxx') && !/sign|page/.test(sent.path)) || listOfFractions.test(text))
    wrong.push('the answer has something as long as a template');
  return wrong;
}

/**
 * What the service’s log says that it must not: faults, and lines that are none of its own (Node’s last words).
 *
 * @param {string} log
 * @param {readonly string[]} secrets
 */
export function wrongInLog(log, secrets) {
  const lines = log.split('\n').filter((line) => line !== '');
  const foreign = lines.filter((line) => !line.startsWith('{"time"'));
  const faults = lines.filter((line) => line.startsWith('{') && line.includes('"level":"error"'));
  const leaked = lines.filter((line) => secrets.some((secret) => line.includes(secret)) || line.includes(knownPin));
  return [
    ...foreign.map((line) => `the log has a line that is no entry: ${line.slice(0, 300)}`),
    ...faults
      .filter((line) => !/"problem":"(?:vision-down|camera-unavailable|store-full)"|"code":"camera-failed"/.test(line))
      .map((line) => `the log tells of a fault: ${line.slice(0, 700)}`),
    ...leaked.map(() => 'the log has a secret'),
  ];
}
