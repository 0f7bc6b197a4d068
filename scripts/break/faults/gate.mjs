import { BreakSite, purpose, putPerson } from '../site.mjs';

const patienceMs = 60_000;

/** One gate with somebody who has a card and a PIN, to be asked again and again while something is broken. */
export class Gate {
  /** @param {(config: import('../site.mjs').SiteConfig) => void} [change] @param {string} [disk] */
  constructor(change, disk) {
    this.site = new BreakSite(change, disk);
    this.person = { personNumber: 'N1', cardNumber: 'C0DE1', pin: '739164' };
    this.subjectId = this.site.withStore((store) => putPerson(store, this.person));
    /** Somebody else, whose time is over soon. */
    this.dueSoon = '';
    /** Verifications that were granted: each must be on record in the end. @type {Map<number, string>} */
    this.granted = new Map();
    /** @type {import('../../bench/daemon.mjs').Daemon | undefined} */
    this.running = undefined;
  }

  get daemon() {
    if (this.running === undefined) throw new Error('the service was not started');
    return this.running;
  }

  /** @param {{ prefix?: readonly string[], environment?: Record<string, string> }} [options] */
  async start(options) {
    this.running = await this.site.start(options);
    return this.running;
  }

  async setPin() {
    const body = { pin: this.person.pin };
    const { status } = await this.call('PUT', `/v1/subjects/${this.subjectId}/pin`, body);
    if (status !== 204) throw new Error(`no PIN could be set: ${status}`);
  }

  /**
   * As the device's owner, over their socket: no key that might be over stands between.
   *
   * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method @param {string} target @param {unknown} [body]
   * @returns {Promise<{ status: number, body: any }>}
   */
  async call(method, target, body) {
    return this.site.asOwner(method, target, body);
  }

  /** `grant`, `deny`, or the error's code. */
  async byCard() {
    return this.verify('card', { cardNumber: this.person.cardNumber });
  }

  async byPin() {
    return this.verify('pin', { personNumber: this.person.personNumber, pin: this.person.pin });
  }

  /** @param {'card' | 'pin'} way @param {unknown} presented @returns {Promise<string>} */
  async verify(way, presented) {
    const wanted = { doorId: 'main', purpose, methods: [way], nonce: 'nonce-of-a-breaker' };
    const key = this.site.keys.panel;
    const started = await this.daemon.call('POST', '/v1/verifications', { key, body: wanted });
    const { verificationId } = started.body;
    if (verificationId === undefined) return String(started.body.code);
    const answer = await this.daemon.call('POST', `/v1/verifications/${verificationId}/${way}`, {
      key,
      body: presented,
    });
    const decision = answer.body.decision;
    if (decision === undefined) return String(answer.body.code);
    if (decision.decision === 'grant') this.granted.set(decision.serial, verificationId);
    return decision.decision === 'grant' ? 'grant' : `${decision.decision}: ${decision.reason}`;
  }

  async health() {
    const { status, body } = await this.call('GET', '/v1/health');
    return { status, body };
  }

  /** Erases whoever is due. @returns how many went and how many were held back */
  async sweep() {
    const { body } = await this.call('POST', '/v1/retention/sweep');
    return body;
  }

  /** Everything that was granted is on record, in a chain that holds. @returns {Promise<string>} `holds`, or what does not */
  async records() {
    const { body } = await this.call('GET', '/v1/audit/verification');
    if (body.intact !== true) return `the chain does not hold: ${body.problem ?? body.code}`;
    for (const [serial, verificationId] of this.granted) {
      const { body: page } = await this.call('GET', `/v1/events?from=${serial}&limit=1`);
      if (page.events[0]?.verificationId !== verificationId) return `the grant with serial ${serial} is not on record`;
    }
    return 'holds';
  }

  /** The same after a start without politeness. @param {{ environment?: Record<string, string> }} [options] */
  async recordsAfterRestart(options) {
    await this.daemon.stop('SIGKILL');
    await this.start(options);
    return this.records();
  }

  /** Who is due in `inMs`. @param {number} inMs */
  putDue(inMs) {
    return this.site.withStore((store) =>
      putPerson(store, { personNumber: 'N2', cardNumber: 'C0DE2', personEndsAtMs: Date.now() + inMs }),
    );
  }

  async isThere(/** @type {string} */ subjectId) {
    return (await this.call('GET', `/v1/subjects/${subjectId}`)).status === 200;
  }

  /** Asks until it is so. @template T @param {() => Promise<T | undefined>} look @param {number} [ms] @returns {Promise<T | undefined>} */
  async until(look, ms = patienceMs) {
    const endMs = performance.now() + ms;
    for (;;) {
      const found = await look();
      if (found !== undefined || performance.now() > endMs) return found;
      await pause(100);
    }
  }

  async end() {
    await this.running?.stop('SIGKILL');
    this.site.remove();
  }
}

export const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
