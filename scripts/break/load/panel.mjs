/** Refusals that a terminal under load may give: they are documented, and the panel asks again. */
const stated = new Set(['too-many-requests', 'camera-busy']);
const faceTimeoutMs = 8_000;

/**
 * One panel that asks without a pause between its questions: health, event pages, PINs, cards, faces, by its own turn.
 *
 * @param {object} about
 * @param {import('../../bench/daemon.mjs').Daemon} about.daemon
 * @param {string} about.key
 * @param {string} about.doorId
 * @param {number} about.number
 * @param {{ going: boolean }} about.load
 * @param {import('./tally.mjs').LoadTally} about.tally
 * @param {import('../parts/verdict.mjs').Findings} about.findings
 */
export async function runPanel({ daemon, key, doorId, number, load, tally, findings }) {
  const { pinPeople, pin } = daemon.site;
  const person = pinPeople[number % pinPeople.length] ?? '';
  const nonce = (/** @type {number} */ turn) => `load-${number}-${turn}-${Date.now()}`;
  const start = (/** @type {number} */ turn, /** @type {object} */ more) =>
    daemon.call('POST', '/v1/verifications', {
      key,
      body: { doorId, purpose: 'demonstration', nonce: nonce(turn), ...more },
    });

  /** @type {Record<string, (turn: number) => Promise<{ status: number, body: any }>>} */
  const questions = {
    health: () => daemon.call('GET', '/v1/health'),
    events: () => daemon.call('GET', '/v1/events?from=1&limit=20', { key }),
    pin: async (turn) => {
      const begun = await start(turn, { methods: ['pin'] });
      if (begun.status !== 201) return begun;
      const target = `/v1/verifications/${begun.body.verificationId}/pin`;
      return granted(await daemon.call('POST', target, { key, body: { personNumber: person, pin } }));
    },
    card: async (turn) => {
      const begun = await start(turn, { methods: ['card'] });
      if (begun.status !== 201) return begun;
      const target = `/v1/verifications/${begun.body.verificationId}/card`;
      return granted(await daemon.call('POST', target, { key, body: { cardNumber: cardOf(number) } }));
    },
    face: async (turn) => {
      const begun = await start(turn, { methods: ['face'], act: { kind: 'button' }, timeoutMs: faceTimeoutMs });
      if (begun.status !== 201) return begun;
      return decided(await daemon.call('GET', `/v1/verifications/${begun.body.verificationId}?waitMs=15000`, { key }));
    },
  };
  // Eight ask for little and often, eight let people in, eight hold the camera.
  const order = [
    ['health', 'events'],
    ['card', 'pin', 'health'],
    ['face', 'events', 'card'],
  ][number % 3] ?? ['health'];
  for (let turn = 0; load.going; turn += 1) {
    const kind = order[turn % order.length] ?? 'health';
    const begunMs = performance.now();
    const { status, body } = (await questions[kind]?.(turn).catch(broken)) ?? broken('no question');
    if (stated.has(body?.code)) tally.stated(kind, body.code);
    else if (status >= 400 || status === 0)
      findings.add(
        { what: `${kind}: ${status} ${JSON.stringify(body).slice(0, 300)}` },
        `${kind} ${status} ${body?.code}`,
      );
    else tally.answered(kind, performance.now() - begunMs);
    // As fast as a panel polls: at once would be one client’s loop and no panel.
    await new Promise((resolve) => setTimeout(resolve, stated.has(body?.code) ? 1000 : 50));
  }
}

/** Every panel has a card of its own to show. @param {number} number */
export const cardOf = (number) => `04A1B2C3${String(number).padStart(2, '0')}`;

/** @param {unknown} fault */
const broken = (fault) => ({
  status: 0,
  body: { fault: String(fault), cause: String(/** @type {any} */ (fault)?.cause ?? '') },
});

/** @param {{ status: number, body: any }} answer */
const granted = (answer) =>
  answer.status < 400 && answer.body?.decision?.decision !== 'grant'
    ? { status: 0, body: { fault: 'the right one was refused', decision: answer.body?.decision } }
    : answer;

/** Whoever the recording shows is not enrolled: any decision counts, none does not. @param {{ status: number, body: any }} answer */
const decided = (answer) =>
  answer.status < 400 && answer.body?.decision === undefined
    ? { status: 0, body: { fault: 'no decision', state: answer.body?.state } }
    : answer;
