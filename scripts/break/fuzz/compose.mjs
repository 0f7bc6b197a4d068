import { Dice } from '../parts/dice.mjs';
import { mutatedText } from './mutate.mjs';
import { deepText, nastyString } from './nasty.mjs';
import { otherPaths, poolOf } from './routes.mjs';
import { validBody, validValue } from './valid.mjs';

/**
 * @typedef {import('./known.mjs').Known} Known
 * @typedef {import('./routes.mjs').Route} Route
 *
 * @typedef {'owner' | 'operator' | 'panel' | 'auditor' | 'admin' | 'kiosk' | 'screen' | 'owner-as-operator' | 'none' | 'wrong' | 'odd'} CallerName
 *
 * @typedef {object} Composed one request, not yet sent
 * @property {number} number
 * @property {string} route of the document, or what was asked beside it
 * @property {string} collection
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string | string[]>} headers
 * @property {Buffer | undefined} body
 * @property {CallerName} caller
 * @property {string} address of this machine that it comes from
 * @property {boolean} untouched nothing was made wrong
 */

/**
 * The request of a number: the same for the same seed, but for the ids and times of the site that it is sent to.
 *
 * @param {{ seed: number, number: number, routes: readonly Route[], known: Known }} about
 * @returns {Composed}
 */
export function compose({ seed, number, routes, known }) {
  const dice = new Dice(seed, number);
  const route = dice.weighted(routes.map((each) => /** @type {const} */ ([each.weight, each])));
  const caller = callerOf(route, dice);
  const untouched = dice.chance(0.45);
  const about = { dice, known };
  const { method, path } = addressOf(route, about, untouched);
  const content = contentOf(route, about, untouched);
  // This one ends the whole site: it has a turn of its own at the end.
  const spared = path.includes('decommissioning') && content.body?.includes('demo-gate') === true;
  return {
    ...{ number, method, path, caller, untouched, collection: collectionIn(route.path) },
    route: `${route.method} ${route.path}`,
    headers: { ...content.headers, ...(untouched ? {} : oddHeaders(dice)), ...repeatable(method, dice) },
    body: spared ? Buffer.from('{}') : content.body,
    address: `127.0.0.${dice.between(2, 13)}`,
  };
}

const collectionIn = (/** @type {string} */ path) =>
  path.split('/').findLast((part) => part !== '' && !part.startsWith('{')) ?? '';

/** @param {Route} route @param {Dice} dice @returns {CallerName} */
const callerOf = (route, dice) =>
  route.screen
    ? dice.weighted([
        [80, 'screen'],
        [5, 'none'],
        [5, 'kiosk'],
        [10, 'operator'],
      ])
    : dice.weighted([
        [40, 'owner'],
        [16, 'operator'],
        [12, 'panel'],
        [10, 'admin'],
        [6, 'auditor'],
        [5, 'owner-as-operator'],
        [4, 'none'],
        [3, 'wrong'],
        [2, 'odd'],
        [2, 'kiosk'],
      ]);

/** @param {Route} route @param {{ dice: Dice, known: Known }} about @param {boolean} untouched */
function addressOf(route, { dice, known }, untouched) {
  if (!untouched && dice.chance(0.03)) return { method: anyMethod(dice), path: dice.pick(otherPaths) };
  const bend = !untouched && dice.chance(0.35);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    if (bend && dice.chance(0.7)) return oddSegment(dice, known);
    const id = known.pick(poolOf(route.path, name), dice) ?? known.pickAny(dice) ?? 'none';
    return encoded(dice.chance(0.05) ? (known.pickAny(dice) ?? id) : id);
  });
  return {
    method: !untouched && dice.chance(0.06) ? anyMethod(dice) : route.method,
    path: path + queryOf(route, { dice, known }, bend),
  };
}

const anyMethod = (/** @type {Dice} */ dice) =>
  dice.pick(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']);

/** @param {Dice} dice @param {Known} known */
const oddSegment = (dice, known) =>
  dice.weighted([
    [4, () => encoded(nastyString(dice).slice(0, 300))],
    [
      1,
      () =>
        dice.pick([
          '%',
          '%zz',
          '%ff',
          '%00',
          '%c0%af',
          '..%2f..%2fetc%2fpasswd',
          '%2e%2e',
          '..;',
          '.',
          '..',
          '%F0%9F',
          '*',
          ':id',
        ]),
    ],
    [1, () => 'x'.repeat(dice.pick([80, 81, 100, 101, 2000]))],
    [1, () => `${encoded(known.pickAny(dice) ?? '')}%00`],
    [1, () => encoded((known.pickAny(dice) ?? 'a').toUpperCase())],
    [1, () => String(dice.pick([-1, 0, 1, 1e21, 2 ** 53]))],
  ])();

/** Percent-encoded; a lone surrogate as the three bytes that it would be. @param {string} text */
export const encoded = (text) =>
  encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, 'surrogate')).replaceAll('surrogate', '%ED%A0%80');

/** @param {Route} route @param {{ dice: Dice, known: Known }} about @param {boolean} bend */
function queryOf(route, { dice, known }, bend) {
  const wanted = route.query.filter(({ required }) => required || dice.chance(0.4));
  const pairs = wanted.map(({ name, schema }) => [name, encoded(String(validValue(schema, { dice, known, name })))]);
  if (bend && dice.chance(0.6)) {
    const name = dice.pick([
      ...route.query.map((each) => each.name),
      '__proto__',
      'constructor[a]',
      'a%00b',
      'limit',
      '',
    ]);
    const value = dice.pick([encoded(nastyString(dice).slice(0, 2000)), '%', '%zz', '1e9', '-1', '', `1&${name}=2`]);
    pairs.push([name, value]);
  }
  return pairs.length === 0
    ? ''
    : `?${pairs.map(([name, value]) => `${name}=${value}`).join(dice.chance(0.97) ? '&' : ';')}`;
}

/** @param {Route} route @param {{ dice: Dice, known: Known }} about @param {boolean} untouched @returns {{ headers: Record<string, string>, body: Buffer | undefined }} */
function contentOf(route, about, untouched) {
  const { dice } = about;
  const json = { 'content-type': 'application/json' };
  if (route.body === undefined && (untouched || dice.chance(0.8))) return { headers: {}, body: undefined };
  const valid = route.body === undefined ? {} : validBody(route, about);
  if (untouched) return { headers: json, body: Buffer.from(JSON.stringify(valid)) };
  /** @type {[number, () => { headers: Record<string, string>, body: Buffer | undefined }][]} */
  const ways = [
    [20, () => ({ headers: json, body: Buffer.from(mutatedText(valid, dice)) })],
    [1, () => ({ headers: { 'content-type': oddType(dice) }, body: Buffer.from(JSON.stringify(valid)) })],
    [1, () => ({ headers: json, body: Buffer.from(dice.bytes(dice.between(1, 600))) })],
    [1, () => ({ headers: json, body: Buffer.from(deepText(dice)) })],
    [1, () => ({ headers: json, body: atTheLimit(valid, dice) })],
    [1, () => ({ headers: {}, body: undefined })],
  ];
  return dice.weighted(ways)();
}

/** Just so large as may be, or one byte more. @param {unknown} valid @param {Dice} dice */
function atTheLimit(valid, dice) {
  const text = JSON.stringify(valid);
  const length = dice.pick([65_535, 65_536, 65_537, 200_000]);
  return Buffer.from(dice.chance(0.5) ? text.padEnd(length, ' ') : `{"a":"${'x'.repeat(Math.max(0, length - 8))}"}`);
}

const oddType = (/** @type {Dice} */ dice) =>
  dice.pick([
    ...[
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      '',
      'application/json; charset=utf-16',
    ],
    ...[
      'application/json;;;',
      'application/json, text/html',
      'APPLICATION/JSON',
      'application/jsonp',
      'a/b/c',
      `application/${'x'.repeat(2000)}`,
    ],
  ]);

/** @param {Dice} dice @returns {Record<string, string>} */
function oddHeaders(dice) {
  if (dice.chance(0.75)) return {};
  return dice.pick([
    () => Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x-flood-${i}`, 'y'.repeat(40)])),
    () => ({ 'x-long': 'z'.repeat(dice.pick([8000, 15_000, 17_000])) }),
    () => ({ accept: dice.pick(['text/event-stream', '*/*;q=x', 'application/xml', ',', 'text/html']) }),
    () => ({ 'last-event-id': dice.pick(['-1', '1e999', 'x', '0', '9'.repeat(400), '1', ' ']) }),
    () => ({ 'x-forwarded-for': '8.8.8.8', 'x-forwarded-host': 'evil.invalid', 'x-http-method-override': 'DELETE' }),
    () => ({ host: dice.pick(['evil.invalid', '', '127.0.0.1:1', '[::1', 'localhost', 'a b']) }),
    () => ({ origin: 'http://evil.invalid', 'sec-fetch-site': 'cross-site' }),
    () => ({
      cookie: dice.pick(['menshen-screen=', 'menshen-screen=a; menshen-screen=b', '=;=;=', `x=${'y'.repeat(4000)}`]),
    }),
    () => ({ 'content-encoding': 'gzip' }),
    () => ({ expect: '100-continue' }),
    () => ({ range: 'bytes=0-99999999', 'if-none-match': '*', 'if-modified-since': 'never' }),
    () => ({ 'accept-language': nastyLatin(dice), 'user-agent': '' }),
  ])();
}

const nastyLatin = (/** @type {Dice} */ dice) => dice.text(20, '\u00ff\u0080 ;,=*/"\\');

/** @param {string} method @param {Dice} dice @returns {Record<string, string>} */
const repeatable = (method, dice) =>
  method === 'POST' && dice.chance(0.1)
    ? {
        'idempotency-key': dice.pick([`k${dice.between(1, 20)}`, dice.text(12), 'k'.repeat(101), ' ', '\u00ff', 'a b']),
      }
    : {};
