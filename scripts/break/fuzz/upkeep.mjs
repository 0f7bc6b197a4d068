import { demonstrationAssessment } from '../../../dist/cli/demonstration.js';
import { knownPin } from './valid.mjs';

/**
 * Keeps the site worth asking: keys that work, people with consent, PIN and card, open verifications, drafts, visits, a
 * paired screen, face mode on. What requests before have ended, erased or locked is there anew.
 */
export class Upkeep {
  /** @param {import('./send.mjs').Ways} ways @param {import('./known.mjs').Known} known @param {import('../parts/dice.mjs').Dice} dice */
  constructor(ways, known, dice) {
    this.ways = ways;
    this.known = known;
    this.dice = dice;
    /** @type {Record<string, string>} */
    this.keys = {};
    this.cookie = '';
    this.refused = 0;
    /** @type {string[]} every secret there ever was */
    this.secrets = [];
  }

  async tend() {
    for (const role of ['operator', 'panel', 'auditor', 'admin', 'kiosk']) await this.keepKey(role);
    const { body: notice } = await this.owner('GET', '/v1/notice?language=en');
    if (notice?.hash !== undefined) this.known.facts.noticeHash = notice.hash;
    await this.clearLocks();
    await this.owner('POST', '/v1/assessments', demonstrationAssessment);
    for (let person = 0; person < 3; person += 1) await this.addPerson(person === 0);
    await this.startVerifications();
    await this.keepScreen();
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<{ status: number, body: any }>} */
  async owner(method, path, body) {
    const collection =
      path
        .split('?')[0]
        ?.split('/')
        .findLast((part) => !/^[a-z]+-[0-9a-f]{8}|^$/.test(part)) ?? '';
    const answer = await this.ways.send({ method, path, ...jsonOf(body) }, { local: true });
    return this.heard(collection, answer);
  }

  /** @param {string} collection @param {import('./send.mjs').Answer} answer */
  heard(collection, { status, text }) {
    if (status >= 400) this.refused += 1;
    const body = text.startsWith('{') ? JSON.parse(text) : undefined;
    if (status < 400) this.known.learn(collection, body);
    return { status, body };
  }

  /** @param {string} role */
  async keepKey(role) {
    const held = this.keys[role];
    if (held !== undefined) {
      // Whatever the role may do there: a key that was revoked is nobody’s.
      const { status } = await this.ways.send({
        method: 'GET',
        path: '/v1/keys',
        headers: { authorization: `Bearer ${held}` },
      });
      if (status !== 401) return;
    }
    const { body } = await this.owner('POST', '/v1/keys', { role, label: `fuzz ${role}`, days: 2 });
    if (body?.secret === undefined) return;
    this.keys[role] = body.secret;
    this.secrets.push(body.secret);
  }

  async clearLocks() {
    const operator = { authorization: `Bearer ${this.keys.operator}` };
    const { body: tamper } = await this.owner('GET', '/v1/tamper');
    for (const each of openOnes(tamper)) await this.owner('POST', `/v1/tamper/${each}/confirmation`);
    const { body: incidents } = await this.owner('GET', '/v1/incidents');
    for (const each of openOnes(incidents).slice(0, 5)) {
      const what = {
        method: 'POST',
        path: `/v1/incidents/${each}/lift`,
        ...jsonOf({ remedied: true, peopleTold: 'not-needed' }),
      };
      this.heard('incidents', await this.ways.send({ ...what, headers: { ...what.headers, ...operator } }));
    }
  }

  /** @param {boolean} withPin it costs the device an Argon2id run */
  async addPerson(withPin) {
    const personNumber = `F${this.dice.text(8)}`;
    const expiresAt = new Date(Date.now() + 12 * 3_600_000).toISOString();
    const { body } = await this.owner('POST', '/v1/subjects', { personNumber, ageBand: 'adult', expiresAt });
    if (body?.subjectId === undefined) return;
    const at = `/v1/subjects/${body.subjectId}`;
    await this.owner('POST', `${at}/consents`, {
      ...{ noticeHash: this.known.facts.noticeHash, expiresAt, language: 'en', accessMode: 'operator' },
      ...{ form: 'electronic', separateAct: true, voluntary: true, alternativesShown: true },
    });
    if (withPin) {
      await this.owner('PUT', `${at}/pin`, { pin: knownPin });
      this.known.add('personNumber', personNumber);
    }
    const cardNumber = this.dice.text(10, '0123456789ABCDEF');
    const card = await this.owner('POST', `${at}/cards`, { cardNumber });
    if (card.status < 300) this.known.add('cardNumber', cardNumber);
    await this.owner('POST', `${at}/enrolment-codes`, {});
  }

  /** Somebody new, with a card, is let in, and that is on record. @returns {Promise<string | undefined>} why not */
  async notLetIn() {
    await this.clearLocks();
    await this.owner('PUT', '/v1/doors/state', { state: 'normal', reason: 'afterwards' });
    const personNumber = `L${this.dice.text(8)}`;
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body: person } = await this.owner('POST', '/v1/subjects', { personNumber, ageBand: 'adult', expiresAt });
    const cardNumber = this.dice.text(12, '0123456789ABCDEF');
    await this.owner('POST', `/v1/subjects/${person?.subjectId}/cards`, { cardNumber });
    const { body: begun } = await this.owner('POST', '/v1/verifications', {
      ...{ doorId: 'main', purpose: 'demonstration', methods: ['card'], nonce: this.dice.text(16) },
    });
    const { status, body } = await this.owner('POST', `/v1/verifications/${begun?.verificationId}/card`, {
      cardNumber,
    });
    const { decision, serial } = body?.decision ?? {};
    if (decision !== 'grant') return `${status} ${JSON.stringify(body)} for ${JSON.stringify(begun)}`;
    const { body: page } = await this.owner('GET', `/v1/events?from=${serial}&limit=1`);
    const recorded = page?.events[0]?.verificationId === begun.verificationId;
    return recorded ? undefined : `the grant with serial ${serial} is not on record`;
  }

  async startVerifications() {
    for (const methods of [['pin'], ['card'], ['face', 'card', 'pin']]) {
      await this.owner('POST', '/v1/verifications', {
        ...{ doorId: 'main', purpose: 'demonstration', methods, act: { kind: 'button' }, timeoutMs: 4000 },
        nonce: this.dice.text(16),
      });
    }
  }

  async keepScreen() {
    const paired = await this.screen('GET', '/kiosk/api/site');
    if (paired.status !== 200) await this.pair();
    const cardNumber = this.known.pick('cardNumber', this.dice);
    await this.screen('POST', '/kiosk/api/visits', { proof: { kind: 'card', cardNumber } });
  }

  async pair() {
    const { body } = await this.owner('POST', '/v1/screens/pairing');
    const what = { method: 'POST', path: '/kiosk/api/pairing', ...jsonOf({ code: body?.code ?? '' }) };
    const { headers } = await this.ways.send({ ...what, headers: { ...what.headers, ...this.pageHeaders() } });
    this.cookie = String(headers['set-cookie'] ?? '').split(';')[0] ?? '';
    if (this.cookie !== '') this.secrets.push(this.cookie.slice(this.cookie.indexOf('=') + 1));
  }

  /** @param {string} method @param {string} path @param {unknown} [body] */
  async screen(method, path, body) {
    const what = { method, path, ...jsonOf(body) };
    return this.heard('visits', await this.ways.send({ ...what, headers: { ...what.headers, ...this.pageHeaders() } }));
  }

  /** What the page’s own browser sends. @returns {Record<string, string>} */
  pageHeaders() {
    const { hostname, port } = this.ways.where;
    const cookie = this.cookie === '' ? {} : { cookie: this.cookie };
    return {
      origin: `http://${hostname}:${port}`,
      'sec-fetch-site': 'same-origin',
      'x-menshen-screen': '1',
      ...cookie,
    };
  }
}

/** @param {any} list @returns {string[]} ids of what is still open */
function openOnes(list) {
  const entries = /** @type {any[]} */ (Object.values(list ?? {}).find(Array.isArray) ?? []);
  return entries.filter(({ state }) => state === 'open').map(({ id, incidentId }) => id ?? incidentId);
}

/** @param {unknown} body @returns {{ headers: Record<string, string>, body?: Buffer }} */
const jsonOf = (body) =>
  body === undefined
    ? { headers: {} }
    : { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
