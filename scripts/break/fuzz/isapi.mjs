import { Dice } from '../parts/dice.mjs';
import { encoded } from './compose.mjs';
import { DigestClient, digestSpoils } from './digest.mjs';
import { faultsOf } from './judge.mjs';
import { mutatedText } from './mutate.mjs';
import { deepText, nastyString } from './nasty.mjs';
import { spoiltBytes } from './spoil.mjs';

/** What the body may be, and a byte more. */
const bodyLimit = 16 * 1024;
const passed = (/** @type {number} */ status) => status >= 200 && status < 300;

/**
 * The calls of this dialect, which stand in no document, with a body that is right and what an operator is answered to it
 * on a site where no panel is asked.
 *
 * @type {readonly { method: string, path: string, body?: Record<string, any>, answer: number | 'left' }[]}
 */
const calls = [
  { method: 'GET', path: '/ISAPI/System/deviceInfo', answer: 200 },
  { method: 'GET', path: '/ISAPI/AccessControl/capabilities', answer: 200 },
  {
    ...{ method: 'POST', path: '/ISAPI/AccessControl/AcsEvent', answer: 200 },
    body: { AcsEventCond: { searchID: 's-1', searchResultPosition: 0, maxResults: 5, major: 5, minor: 0 } },
  },
  { method: 'GET', path: '/ISAPI/Event/notification/httpHosts', answer: 200 },
  {
    ...{ method: 'PUT', path: '/ISAPI/Event/notification/httpHosts', answer: 200 },
    body: {
      HttpHostNotificationList: {
        HttpHostNotification: { id: 1, url: '/hook', protocolType: 'HTTP', ipAddress: '127.0.0.1', portNo: 9 },
      },
    },
  },
  { method: 'GET', path: '/ISAPI/Event/notification/alertStream', answer: 'left' },
  {
    ...{ method: 'PUT', path: '/ISAPI/AccessControl/remoteCheck', answer: 409 },
    body: { RemoteCheck: { serialNo: 1, checkResult: 'success', info: 'a-1' } },
  },
  ...['alwaysClose', 'resume', 'open'].map((cmd) => ({
    ...{ method: 'PUT', path: '/ISAPI/AccessControl/RemoteControl/door/1', answer: 200 },
    body: { RemoteControlDoor: { cmd } },
  })),
  { method: 'GET', path: '/ISAPI/Intelligent/FDLib', answer: 403 },
];

/**
 * The ISAPI-style front: right calls first, each with the answer it must get; then the same spoilt in body, address and
 * Digest, of which none may be a fault and none with a wrong Digest may be let in.
 *
 * @param {object} parts
 * @param {number} parts.seed
 * @param {number} parts.requests
 * @param {import('./send.mjs').Ways} parts.ways
 * @param {import('./upkeep.mjs').Upkeep} parts.upkeep
 * @param {import('../parts/verdict.mjs').Findings} parts.findings
 * @param {string} parts.folder of the site
 */
export async function fuzzIsapi({ seed, requests, ways, upkeep, findings, folder }) {
  const client = await openClient(ways, upkeep);
  /** @type {Record<string, number>} */
  const byStatus = {};
  const judge = (/** @type {Order} */ order, /** @type {import('./send.mjs').Answer} */ answer) => {
    const key = answer.status === 0 ? answer.end : String(answer.status);
    byStatus[key] = (byStatus[key] ?? 0) + 1;
    const site = { folder, secrets: upkeep.secrets };
    for (const what of wrongWith(order, answer, site))
      findings.add({
        what: `${what} from ${order.method} ${order.path.slice(0, 100)}`,
        detail: detailOf(order, answer),
      });
  };
  for (const { answer: expected, ...right } of calls)
    for (const format of ['?format=json', '']) {
      const order = {
        ...right,
        path: `${right.path}${format}`,
        body: textOf(right.body, format !== ''),
        spoil: undefined,
      };
      const answer = await client.send(order);
      judge(order, answer);
      if ((answer.status === 0 ? answer.end : answer.status) !== expected)
        findings.add({
          what: `${order.method} ${order.path} answers ${answer.status}`,
          detail: detailOf(order, answer),
        });
    }
  for (let number = 0; number < requests; number += 1) {
    const order = spoilt(new Dice(seed + 104_729, number));
    judge(order, await client.send(order));
  }
  const resume = textOf({ RemoteControlDoor: { cmd: 'resume' } }, true);
  const path = '/ISAPI/AccessControl/RemoteControl/door/65535';
  let last = await client.send({ method: 'PUT', path, body: resume, spoil: undefined });
  for (let second = 0; last.status === 429 && second < 90; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    last = await client.send({ method: 'PUT', path, body: resume, spoil: undefined });
  }
  if (last.status !== 200) findings.add({ what: `afterwards the doors are not resumed: ${last.status} ${last.text}` });
  return { requests: requests + 2 * calls.length, byStatus };
}

/** @typedef {{ method: string, path: string, body: Buffer | undefined, spoil: import('./digest.mjs').Spoil | undefined }} Order */

/** @param {import('./send.mjs').Ways} ways @param {import('./upkeep.mjs').Upkeep} upkeep */
async function openClient(ways, upkeep) {
  const name = `fuzz-${Date.now().toString(36)}`;
  const user = { name, role: 'operator', label: 'fuzz', days: 2 };
  // As many as there may be, made by the requests before.
  const { body: there } = await upkeep.owner('GET', '/v1/isapi/users');
  const active = there.users.find((/** @type {{ state: string }} */ { state }) => state === 'active');
  if (active !== undefined) await upkeep.owner('DELETE', `/v1/isapi/users/${encodeURIComponent(active.name)}`);
  const { status, body } = await upkeep.owner('POST', '/v1/isapi/users', user);
  if (status !== 201) throw new Error(`no user of Digest: ${status} ${JSON.stringify(body)}`);
  upkeep.secrets.push(body.password);
  return new DigestClient(ways, { username: name, password: body.password });
}

/** @param {Dice} dice @returns {Order} */
function spoilt(dice) {
  const { method, path, body } = dice.pick(calls);
  const bent = dice.chance(0.2) ? oddPath(path, dice) : path;
  const query = dice.weighted([
    [5, () => '?format=json'],
    [5, () => ''],
    [1, () => `?format=${encoded(nastyString(dice).slice(0, 200))}`],
    [1, () => '?format=json&format=xml&__proto__=1'],
  ])();
  return {
    method: dice.chance(0.05) ? dice.pick(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']) : method,
    path: `${bent}${query}`,
    body: body === undefined && dice.chance(0.7) ? undefined : spoiltBody(body ?? {}, dice),
    spoil: dice.chance(0.2) ? dice.pick(digestSpoils) : undefined,
  };
}

/** @param {string} path @param {Dice} dice */
const oddPath = (path, dice) =>
  dice.pick([
    path.replace(/[^/]+$/, encoded(nastyString(dice).slice(0, 200))),
    path.replace(/\d+$/, String(dice.pick([0, 2, 65_534, 65_536, -1, '1e0', '%D9%A1', '1%00']))),
    `${path}/`,
    path.toUpperCase(),
    path.replace('/ISAPI', '/ISAPI/..%2fISAPI'),
  ]);

/** @param {Record<string, any>} body @param {Dice} dice @returns {Buffer} */
function spoiltBody(body, dice) {
  const xml = textOf(body, false) ?? Buffer.alloc(0);
  const cmds = Object.keys(body).length === 0 ? '' : Object.keys(body)[0];
  /** @type {[number, () => Buffer][]} */
  const ways = [
    [3, () => textOf(body, dice.chance(0.5)) ?? Buffer.alloc(0)],
    [4, () => Buffer.from(mutatedText(body, dice))],
    [5, () => spoiltBytes(xml, dice)],
    [1, () => Buffer.from(deepText(dice).slice(0, bodyLimit))],
    [1, () => Buffer.from(dice.bytes(dice.between(1, 600)))],
    [1, () => Buffer.from('<a>'.repeat(dice.pick([40, 5000])))],
    [1, () => Buffer.from(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><${cmds}>&b;</${cmds}>`)],
    [1, () => Buffer.from(`<${cmds} ${'x="&#0;" '.repeat(dice.between(1, 900))}><![CDATA[<a>]]><!-- --></${cmds}>`)],
    [
      1,
      () =>
        Buffer.concat([
          xml,
          Buffer.alloc(Math.max(0, dice.pick([bodyLimit, bodyLimit + 1, 60_000]) - xml.length), ' '),
        ]),
    ],
  ];
  return dice.weighted(ways)();
}

/** @param {Record<string, any> | undefined} body @param {boolean} json @returns {Buffer | undefined} */
const textOf = (body, json) =>
  body === undefined ? undefined : Buffer.from(json ? JSON.stringify(body) : `<?xml version="1.0"?>${xmlOf(body)}`);

/** @param {Record<string, any>} members @returns {string} */
const xmlOf = (members) =>
  Object.entries(members)
    .map(([name, value]) => `<${name}>${typeof value === 'object' ? xmlOf(value) : value}</${name}>`)
    .join('');

/** @param {Order} order @param {import('./send.mjs').Answer} answer @param {{ folder: string, secrets: readonly string[] }} site */
function wrongWith(order, answer, site) {
  const wrong = faultsOf(order, answer, site);
  if (order.spoil !== undefined && passed(answer.status)) wrong.push(`let in with ${order.spoil}`);
  const { status, text } = answer;
  // What no route could be found for is refused before the dialect is known.
  if (status >= 400 && !/ResponseStatus|"subStatusCode"|urn:menshen:problem/.test(text))
    wrong.push(`an error ${status} that is neither a ResponseStatus nor a problem`);
  return wrong;
}

/** @param {Order} order @param {import('./send.mjs').Answer} answer */
const detailOf = ({ method, path, body, spoil }, { status, text }) => ({
  ...{ method, path: path.slice(0, 500), body: body?.toString('utf8').slice(0, 2000), spoil },
  answer: { status, text: text.slice(0, 1000) },
});
