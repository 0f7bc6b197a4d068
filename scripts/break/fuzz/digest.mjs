import { createHash, randomBytes } from 'node:crypto';

const start = '/ISAPI/System/deviceInfo';
const hash = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');

/** Ways to make an answer wrong; none of them may be let in. */
export const digestSpoils = /** @type {const} */ ([
  'another password',
  'another address',
  'another method',
  'another response',
  'a nonce of nobody',
  'a count used before',
  'no Digest',
  'no header',
  'noise',
]);
/** @typedef {typeof digestSpoils[number]} Spoil */

/** A client of RFC 7616 with qop=auth and SHA-256, which can also answer wrongly on purpose. */
export class DigestClient {
  /** @param {import('./send.mjs').Ways} ways @param {{ username: string, password: string }} user */
  constructor(ways, user) {
    this.ways = ways;
    this.user = user;
    this.realm = '';
    this.nonce = '';
    this.count = 0;
    /** The last count with which this nonce let it in; 0 when there is none. */
    this.taken = 0;
    this.wrong = 0;
  }

  /**
   * @param {{ method: string, path: string, body: Buffer | undefined, spoil: Spoil | undefined }} order
   * @returns {Promise<import('./send.mjs').Answer>}
   */
  async send(order) {
    if (this.nonce === '') await this.greet();
    // A count that was refused for another reason was never used.
    if (order.spoil === 'a count used before' && this.taken === 0)
      return this.send({ method: 'GET', path: start, body: undefined, spoil: undefined });
    const answer = await this.once(order);
    if (answer.status !== 401 || order.spoil !== undefined || !/stale=true/.test(challengeOf(answer))) return answer;
    await this.greet();
    return this.once(order);
  }

  async greet() {
    const challenge = challengeOf(await this.ways.send({ method: 'GET', path: start, headers: {} }));
    const named = (/** @type {string} */ name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    [this.realm, this.nonce, this.count, this.taken] = [named('realm'), named('nonce'), 0, 0];
    if (this.nonce === '') throw new Error(`no challenge: ${challenge}`);
  }

  /** @param {{ method: string, path: string, body: Buffer | undefined, spoil: Spoil | undefined }} order */
  async once({ method, path, body, spoil }) {
    const authorization = spoil === 'no header' ? {} : { authorization: this.header(method, path, spoil) };
    const headers = { 'content-type': 'application/xml', ...authorization };
    // Ten wrong answers shut a name out at an address, and this is about the others.
    if (spoil !== undefined) this.wrong += 1;
    const address = spoil === undefined ? '127.0.0.1' : `127.0.1.${1 + (this.wrong % 200)}`;
    const { count } = this;
    const answer = await this.ways.send(
      { method, path, headers, body },
      { address, mayWait: path.includes('alertStream') },
    );
    // Other answers may come before anybody asked who calls.
    if (spoil === undefined && answer.status === 200) this.taken = count;
    return answer;
  }

  /** @param {string} method @param {string} path @param {Spoil | undefined} spoil */
  header(method, path, spoil) {
    if (spoil === 'no Digest') return `Basic ${Buffer.from(`${this.user.username}:x`).toString('base64')}`;
    if (spoil === 'noise')
      return `Digest ${randomBytes(60)
        .toString('latin1')
        .replaceAll(/[^\x20-\x7e\x80-\xff]/g, '"')}`;
    if (spoil !== 'a count used before') this.count += 1;
    const count = spoil === 'a count used before' ? this.taken : this.count;
    const { username, password } = this.user;
    const nonce = spoil === 'a nonce of nobody' ? randomBytes(24).toString('base64url') : this.nonce;
    const uri = spoil === 'another address' ? `${path}x` : path;
    const [nc, cnonce] = [count.toString(16).padStart(8, '0'), randomBytes(8).toString('hex')];
    const a1 = hash(`${username}:${this.realm}:${spoil === 'another password' ? 'x' : password}`);
    const a2 = hash(`${spoil === 'another method' ? 'HEAD' : method}:${uri}`);
    const response = hash(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`);
    const said = spoil === 'another response' ? hash(response) : response;
    const quoted = Object.entries({ username, realm: this.realm, nonce, uri, cnonce, response: said });
    return `Digest ${quoted.map(([name, value]) => `${name}="${value}"`).join(', ')}, algorithm=SHA-256, qop=auth, nc=${nc}`;
  }
}

/** @param {import('./send.mjs').Answer} answer */
const challengeOf = ({ headers }) =>
  [headers['www-authenticate'] ?? '']
    .flat()
    .join('\n')
    .split(/, (?=Digest )|\n/)
    .find((line) => /algorithm=SHA-256/.test(line)) ?? '';
