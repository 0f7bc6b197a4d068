import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Broken, unlessFault } from './ledger.mjs';
import { presentCard, presentPin } from './scenarios.mjs';

const strangersLookedAt = 5;
/** What may lie in a store's folder; anything else is something that was left behind. */
const known = /^(menshen\.db(-wal|-shm)?|audit-reserve|epoch|control\.sock|rotation|keys)$/;

/** @typedef {import('./scenarios.mjs').World} World */

/**
 * Looks at what a killed service left on the disk, before anybody repairs it: no key of an epoch that an answered erasure
 * ended.
 *
 * @param {string} storeFolder @param {import('./ledger.mjs').Ledger} ledger
 */
export function checkLeftovers(storeFolder, { epochAtLeast }) {
  const epochs = epochsIn(storeFolder);
  if (epochs.some((epoch) => epoch < epochAtLeast))
    throw new Broken(`keys of epochs ${epochs} lie there, and an erasure was answered with epoch ${epochAtLeast}`);
}

/**
 * Opens a copy of what was left with the device's keys: who was erased is not there, no template of a withdrawn consent
 * opens, and those who stay open.
 *
 * @param {import('./site.mjs').BreakSite} site @param {import('./ledger.mjs').Ledger} ledger @param {string} copy
 */
export function checkCopy(site, ledger, copy) {
  site.withStore((store) => {
    for (const person of ledger.people) {
      const there = store.subjects.get(person.subjectId) !== undefined;
      const templates = store.templates.allOf(person.subjectId);
      expect(person, 'person', person.there, there);
      // A withdrawal that was cut has ended the consent; the template goes with the next start, and must not stay.
      if (templates.length > 0 && store.consents.owesErasure(person.subjectId)) ledger.owedAtKills += owes(person);
      else expect(person, 'template', person.face, templates.length > 0);
      person.mayBeSwept();
      // Only those whose consent holds open at all.
      if (person.face.sure(true) && person.due === undefined && person.consent.sure(true))
        for (const { id } of templates) store.templates.withVector(id, (vector) => vector.length);
    }
    const problem = store.integrityProblem();
    if (problem !== undefined) throw new Broken(`the database: ${problem}`);
  }, copy);
}

/** @param {import('./ledger.mjs').Person} person */
function owes(person) {
  if (!person.face.may(false)) throw new Broken(`the consent of ${person.personNumber} ended, and nobody withdrew it`);
  person.face.settle(false);
  return 1;
}

/** @param {World} world @param {import('./site.mjs').BreakSite} site */
export async function checkService(world, site) {
  const { ledger } = world;
  await allDueErased(world);
  checkFolders(site);
  const people = [...ledger.people];
  const others = people.filter(({ touched }) => !touched);
  const sample = Array.from({ length: strangersLookedAt }, () => others[Math.floor(world.random() * others.length)]);
  for (const person of new Set([...people.filter(({ touched }) => touched), ...sample]))
    if (person !== undefined) await checkPerson(world, person);
  await checkReceipts(world);
  await checkSerials(world);
  await checkChain(world);
}

/** Whatever an erasure owed is done when a sweep has ended. @param {World} world */
async function allDueErased({ daemon, keys, ledger }) {
  const { status, body } = await daemon.call('POST', '/v1/retention/sweep', { key: keys.operator });
  if (status !== 200 || body.held > 0) throw new Broken(`the sweep after a restart: ${status} ${JSON.stringify(body)}`);
  for (const person of ledger.people) {
    if (person.due === 'person') person.gone();
    else if (person.due === 'face') person.faceGone();
    person.due = undefined;
  }
}

/** @param {import('./site.mjs').BreakSite} site */
function checkFolders({ storeFolder, temporary }) {
  const strange = readdirSync(storeFolder).filter((name) => !known.test(name));
  // Beside the key lies what notices an old copy of the database.
  const epochs = readdirSync(path.join(storeFolder, 'epoch')).filter((name) => name !== 'witness');
  const left = [...strange, ...readdirSync(temporary)];
  if (left.length > 0) throw new Broken(`left behind: ${left}`);
  if (epochs.length !== 1 || !/^epoch-\d+\.key$/.test(epochs[0] ?? '')) throw new Broken(`epoch keys: ${epochs}`);
}

/** @param {string} storeFolder */
const epochsIn = (storeFolder) =>
  readdirSync(path.join(storeFolder, 'epoch')).flatMap((name) => {
    const epoch = /^epoch-(\d+)\.key/.exec(name)?.[1];
    return epoch === undefined ? [] : [Number(epoch)];
  });

/** @param {World} world @param {import('./ledger.mjs').Person} person */
async function checkPerson(world, person) {
  const { daemon, keys, ledger } = world;
  const asked = await daemon.call('GET', `/v1/subjects/${person.subjectId}`, { key: keys.operator });
  const { status, body } = unlessFault(asked);
  expect(person, 'person', person.there, status === 200);
  for (const [cardNumber, card] of person.cards) {
    const decision = await presentCard(world, cardNumber);
    if (status !== 200) card.there.possible.add(false);
    expect(person, `card ${cardNumber}`, card.there, decision?.decision === 'grant');
  }
  if (status === 200) {
    expect(person, 'consent', person.consent, !['none', 'ended', 'expired'].includes(body.consent));
    await checkPin(world, person, body.pin);
  } else {
    person.gone();
    ledger.people.delete(person);
  }
  person.touched = false;
}

/** @param {World} world @param {import('./ledger.mjs').Person} person @param {boolean} hasPin */
async function checkPin(world, person, hasPin) {
  if (!hasPin) return expect(person, 'PIN', person.pin, undefined);
  for (const pin of person.pin.possible) {
    if (pin === undefined) continue;
    const decision = await presentPin(world, person.personNumber, pin);
    if (decision?.decision === 'grant') return person.pin.settle(pin);
  }
  throw new Broken(`${person.personNumber} has a PIN, and none that was set opens`);
}

/** @param {World} world */
async function checkReceipts({ daemon, keys, ledger }) {
  for (const [id, signedText] of ledger.receipts) {
    const { status, body } = await daemon.call('GET', `/v1/receipts/${id}`, { key: keys.operator });
    const same = status === 200 && (signedText === '' || body.signedText === signedText);
    if (!same) throw new Broken(`the receipt ${id} is not what was answered: ${status}`);
  }
  ledger.receipts.clear();
}

/** No serial is skipped or repeated, and each says what it said before. @param {World} world */
async function checkSerials({ daemon, keys, ledger }) {
  const from = ledger.serialsCheckedUpTo + 1;
  let expected = from;
  for (let more = true; more; ) {
    const { body } = await daemon.call('GET', `/v1/events?from=${expected}&limit=500`, { key: keys.panel });
    for (const event of body.events) {
      if (event.serial !== expected) throw new Broken(`after serial ${expected - 1} comes ${event.serial}`);
      const read = ledger.events.get(expected);
      if (read !== undefined && read !== JSON.stringify(event)) throw new Broken(`event ${expected} is another now`);
      const decided = ledger.decisions.get(expected);
      if (decided !== undefined && decided !== event.verificationId)
        throw new Broken(`serial ${expected} was answered for ${decided}`);
      ledger.decisions.delete(expected);
      expected += 1;
    }
    ({ more } = body);
  }
  const lost = [...ledger.decisions.keys()];
  if (lost.length > 0) throw new Broken(`decisions were answered and are not on record: serials ${lost}`);
  ledger.events.clear();
  ledger.serialsCheckedUpTo = expected - 1;
}

/** @param {World} world */
async function checkChain({ daemon, keys }) {
  const { body } = await daemon.call('GET', '/v1/audit/verification', { key: keys.admin });
  if (body.intact !== true) throw new Broken(`the audit does not verify: ${JSON.stringify(body)}`);
}

/**
 * @template T
 * @param {import('./ledger.mjs').Person} person @param {string} what @param {import('./ledger.mjs').Fact<T>} fact @param {T} seen
 */
function expect(person, what, fact, seen) {
  if (!fact.may(seen)) throw new Broken(`${what} of ${person.personNumber} is ${seen}, and must be ${fact}`);
  fact.settle(seen);
}
