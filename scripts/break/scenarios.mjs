import { attempt, Broken, Fact, Person, unlessFault } from './ledger.mjs';
import { dayMs, purpose } from './site.mjs';

/**
 * @typedef {object} World
 * @property {import('./ledger.mjs').Ledger} ledger
 * @property {import('../bench/daemon.mjs').Daemon} daemon
 * @property {{ operator: string, panel: string, admin: string }} keys
 * @property {() => number} random
 * @property {() => number} next a number that was never used before
 * @property {readonly string[]} stills base64; none where recognition is off
 */

/**
 * What people and panels do at a gate, each by its name. A scenario ends early where it has nobody to do it with; it
 * throws when the service is gone, and then the ledger holds what was possible.
 *
 * @type {Record<string, { weight: number, needsFace?: true, run: (world: World) => Promise<void> }>}
 */
export const scenarios = {
  'add a person': { weight: 3, run: add },
  'set or change a PIN': { weight: 3, run: changePin },
  'add a card': { weight: 2, run: addCard },
  'remove a card': { weight: 2, run: removeCard },
  consent: { weight: 3, run: consent },
  'withdraw a consent': { weight: 3, run: withdraw },
  'erase a person': { weight: 3, run: erase },
  'sweep many who are due': { weight: 2, run: sweep },
  'verify by card': { weight: 4, run: verifyByCard },
  'verify by PIN': { weight: 2, run: verifyByPin },
  'read events': { weight: 2, run: readEvents },
  'change a key': { weight: 1, run: changeKey },
  'enrol from stills': { weight: 6, needsFace: true, run: enrol },
};

/** @param {World} world @param {boolean} withFace */
export function chooseScenario({ random }, withFace) {
  const open = Object.entries(scenarios).filter(([, { needsFace }]) => withFace || needsFace !== true);
  const total = open.reduce((sum, [, { weight }]) => sum + weight, 0);
  let at = random() * total;
  for (const [name, scenario] of open) {
    at -= scenario.weight;
    if (at < 0) return { name, ...scenario };
  }
  throw new Error('there are no scenarios');
}

/** @param {World} world @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method @param {string} path @param {unknown} [body] */
const asOperator = async ({ daemon, keys }, method, path, body) =>
  unlessFault(await daemon.call(method, path, { key: keys.operator, ...(body === undefined ? {} : { body }) }));

/** All that move or change at once; what they protected is what every check after a kill asks for. */
const changeableKeys = ['root', 'lookup', 'confidential', 'device-secrets', 'epoch-wrap', 'signing'];

/** @param {World} world */
async function changeKey({ ledger, daemon, keys, random }) {
  const key = changeableKeys[Math.floor(random() * changeableKeys.length)];
  ledger.unanswered += 1;
  const { status, body } = await daemon.call('POST', '/v1/keys/rotation', { key: keys.admin, body: { key } });
  ledger.unanswered -= 1;
  // Another client may be at the same key.
  if (![201, 409, 429].includes(status)) throw new Broken(`the key ${key}: ${status} ${JSON.stringify(body)}`);
  if (status === 201) ledger.acknowledged += 1;
}

/** @param {World} world */
async function add(world) {
  const personNumber = `N${world.next()}`;
  const expiresAt = new Date(Date.now() + 20 * dayMs).toISOString();
  world.ledger.unanswered += 1;
  const answer = await asOperator(world, 'POST', '/v1/subjects', { personNumber, ageBand: 'adult', expiresAt });
  world.ledger.unanswered -= 1;
  if (answer.status !== 201) return;
  world.ledger.acknowledged += 1;
  const person = new Person({ subjectId: answer.body.subjectId, personNumber });
  world.ledger.people.add(person);
  await busyWith(person, () => addCardTo(world, person));
}

/** @param {World} world */
async function changePin(world) {
  await withSomebody(world, undefined, async (person) => {
    const pin = String(700_000 + Math.floor(world.random() * 200_000));
    const path = `/v1/subjects/${person.subjectId}/pin`;
    await attempt(world.ledger, [person.pin], pin, () => asOperator(world, 'PUT', path, { pin }));
  });
}

/** @param {World} world */
function addCard(world) {
  return withSomebody(world, undefined, (person) => addCardTo(world, person));
}

/** @param {World} world @param {Person} person */
async function addCardTo(world, person) {
  const cardNumber = `C0DE${world.next()}`;
  /** @type {{ there: Fact<boolean>, cardId?: string }} */
  const card = { there: new Fact(false) };
  person.cards.set(cardNumber, card);
  const path = `/v1/subjects/${person.subjectId}/cards`;
  const body = await attempt(world.ledger, [card.there], true, () => asOperator(world, 'POST', path, { cardNumber }));
  if (body !== undefined) card.cardId = body.cardId;
}

/** @param {World} world */
async function removeCard(world) {
  const removable = (/** @type {Person} */ { cards }) => [...cards.values()].find(isRemovable);
  await withSomebody(
    world,
    (person) => removable(person) !== undefined,
    async (person) => {
      const card = removable(person);
      if (card === undefined) return;
      const path = `/v1/subjects/${person.subjectId}/cards/${card.cardId}`;
      await attempt(world.ledger, [card.there], false, () => asOperator(world, 'DELETE', path));
    },
  );
}

/** @param {{ there: Fact<boolean>, cardId?: string }} card */
const isRemovable = ({ there, cardId }) => cardId !== undefined && there.sure(true);

/** @param {World} world */
function consent(world) {
  return withSomebody(
    world,
    ({ face }) => face.sure(false),
    (person) => consentOf(world, person),
  );
}

/** @param {World} world @param {Person} person */
async function consentOf(world, person) {
  const notice = await asOperator(world, 'GET', '/v1/notice');
  const given = await attempt(world.ledger, [person.consent], true, () =>
    asOperator(world, 'POST', `/v1/subjects/${person.subjectId}/consents`, {
      noticeHash: notice.body.hash,
      expiresAt: new Date(Date.now() + dayMs / 2).toISOString(),
      ...{ language: 'en', accessMode: 'operator', form: 'electronic' },
      ...{ separateAct: true, voluntary: true, alternativesShown: true },
    }),
  );
  if (given !== undefined) world.ledger.receipts.set(given.recordId, '');
  return given !== undefined;
}

/** @param {World} world */
async function withdraw(world) {
  await withSomebody(
    world,
    ({ consent: given, due }) => given.sure(true) && due === undefined,
    async (person) => {
      const path = `/v1/subjects/${person.subjectId}/withdrawal`;
      const receipt = await attempt(world.ledger, [person.face, person.consent], false, () =>
        asOperator(world, 'POST', path, { requester: 'self' }),
      );
      if (receipt === undefined) return;
      person.faceGone();
      world.ledger.receipts.set(receipt.receiptId, receipt.signedText);
      // Its erasure may be under way yet: the purge's own receipt has been promised.
    },
  );
}

/** @param {World} world */
async function erase(world) {
  await withSomebody(world, undefined, async (person) => {
    const path = `/v1/subjects/${person.subjectId}`;
    const facts = [person.there, person.face, person.consent];
    const receipt = await attempt(world.ledger, facts, false, () => asOperator(world, 'DELETE', path));
    if (receipt === undefined) return;
    person.gone();
    world.ledger.receipts.set(receipt.receiptId, receipt.signedText);
    const { epochInForce } = receipt.body.verification;
    world.ledger.epochAtLeast = Math.max(world.ledger.epochAtLeast, epochInForce);
  });
}

/** @param {World} world */
async function sweep(world) {
  const { ledger } = world;
  const due = [...ledger.people].filter((person) => person.due !== undefined);
  const { status, body } = await asOperator(world, 'POST', '/v1/retention/sweep');
  if (status !== 200) return;
  if (body.held > 0) throw new Broken(`a sweep held ${body.held} back: ${body.heldBecause}`);
  ledger.acknowledged += 1;
  for (const person of due) {
    person.touched = true;
    if (person.due === 'person') person.gone();
    else person.faceGone();
    person.due = undefined;
  }
}

/** @param {World} world */
async function verifyByCard(world) {
  await withSomebody(world, undefined, async (person) => {
    const [cardNumber, card] = [...person.cards].at(-1) ?? [];
    if (cardNumber === undefined || card === undefined) return;
    const decision = await presentCard(world, cardNumber);
    if (decision === undefined) return;
    if (!card.there.may(decision.decision === 'grant'))
      throw new Broken(`card ${cardNumber} gave ${decision.decision}, and it should be there: ${card.there}`);
  });
}

/** @param {World} world @param {string} cardNumber */
export async function presentCard(world, cardNumber) {
  const started = await begin(world, ['card']);
  if (started === undefined) return undefined;
  return answered(world, `/v1/verifications/${started}/card`, { cardNumber });
}

/** @param {World} world */
async function verifyByPin(world) {
  await withSomebody(
    world,
    ({ pin }) => pin.possible.size === 1 && !pin.may(undefined),
    async (person) => {
      const [pin = ''] = person.pin.possible;
      const decision = await presentPin(world, person.personNumber, pin ?? '');
      if (decision !== undefined && decision.decision !== 'grant')
        throw new Broken(`the PIN of ${person.personNumber} gave ${decision.decision} ${decision.reason}`);
    },
  );
}

/** @param {World} world @param {string} personNumber @param {string} pin */
export async function presentPin(world, personNumber, pin) {
  const started = await begin(world, ['pin']);
  if (started === undefined) return undefined;
  return answered(world, `/v1/verifications/${started}/pin`, { personNumber, pin });
}

/** @param {World} world @param {readonly string[]} methods @returns {Promise<string | undefined>} */
async function begin({ daemon, keys }, methods) {
  const body = { doorId: 'main', purpose, methods, nonce: 'nonce-of-a-breaker' };
  const started = unlessFault(await daemon.call('POST', '/v1/verifications', { key: keys.panel, body }));
  return started.status === 201 ? started.body.verificationId : undefined;
}

/** @param {World} world @param {string} path @param {unknown} body */
async function answered({ daemon, keys, ledger }, path, body) {
  const presented = unlessFault(await daemon.call('POST', path, { key: keys.panel, body }));
  const decision = presented.body?.decision;
  if (decision === undefined) return undefined;
  ledger.acknowledged += 1;
  const before = ledger.decisions.get(decision.serial);
  if (before !== undefined && before !== decision.verificationId)
    throw new Broken(`serial ${decision.serial} came twice`);
  ledger.decisions.set(decision.serial, decision.verificationId);
  return decision;
}

/** @param {World} world */
async function readEvents({ daemon, keys, ledger }) {
  const from = Math.max(1, Math.max(0, ...ledger.events.keys()) - 20);
  const asked = await daemon.call('GET', `/v1/events?from=${from}&limit=500`, { key: keys.panel });
  const { status, body } = unlessFault(asked);
  if (status === 200) for (const event of body.events) ledger.events.set(event.serial, JSON.stringify(event));
}

/** @param {World} world */
async function enrol(world) {
  await withSomebody(
    world,
    ({ face }) => face.sure(false),
    async (person) => {
      if (!(await consentOf(world, person))) return;
      const path = `/v1/subjects/${person.subjectId}/enrolments`;
      const still = world.stills[Math.floor(world.random() * world.stills.length)];
      await attempt(world.ledger, [person.face], true, () =>
        asOperator(world, 'POST', path, { source: 'stills', stills: [still], confirmedDistinct: true }),
      );
    },
  );
}

/** @param {World} world @param {((person: Person) => boolean) | undefined} fits @param {(person: Person) => Promise<unknown>} act */
async function withSomebody({ ledger, random }, fits, act) {
  const free = ledger.free(fits);
  const person = free[Math.floor(random() * free.length)];
  if (person !== undefined) await busyWith(person, () => act(person));
}

/** @param {Person} person @param {() => Promise<unknown>} act */
async function busyWith(person, act) {
  person.busy = true;
  person.touched = true;
  try {
    await act();
  } finally {
    person.busy = false;
  }
}
