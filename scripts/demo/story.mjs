import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../setup/context.mjs';
import {
  addPerson,
  byCard,
  byFace,
  byPin,
  consent,
  dayMs,
  faceModeOn,
  makeKey,
  recordAssessment,
  still,
} from './acts.mjs';
import { Caller, sceneNear } from './caller.mjs';
import { chapter, check, failureCount, tell } from './tell.mjs';
import { DemoTerminal } from './terminal.mjs';

const demo = path.join(projectRoot, 'var', 'demo');
const expiresInMs = 150_000;

/** @returns {Promise<number>} the exit code */
export async function tellStory() {
  const scenes = new Map(
    JSON.parse(readFileSync(path.join(demo, 'scenes.json'), 'utf8')).scenes.map(
      (/** @type {{ id: string }} */ scene) => [scene.id, scene],
    ),
  );
  const terminal = new DemoTerminal('story');
  try {
    const site = await openSite(terminal);
    const people = await meetPeople(site);
    await atTheGate(site, people, scenes);
    await withdrawal(site, people, scenes);
    await expiry(site, people);
    await audit(site, terminal);
  } finally {
    await terminal.stop();
  }
  await strictSite(scenes);
  chapter(failureCount() === 0 ? 'Everything was as told.' : `${failureCount()} thing(s) differed from what was told.`);
  return failureCount() === 0 ? 0 : 1;
}

/** @param {DemoTerminal} terminal */
async function openSite(terminal) {
  chapter('1. A site is set up');
  tell(
    'Its camera is a recording of photographs in motion. That is itself a presentation attack, so every record says',
  );
  tell('"demonstration", it listens on loopback only, and no attack detection figure is ever taken from it.');
  check('menshen init', 0, (await terminal.menshen(['init'])).code);
  check('menshen assessment (no face mode without one)', 0, await recordAssessment(terminal));
  const keys = { operator: await makeKey(terminal, 'operator'), panel: await makeKey(terminal, 'panel') };
  await terminal.serve();
  tell(`menshen serve: ${terminal.url}`);
  const pairing = await terminal.menshen(['kiosk', 'pair']);
  const address = /http\S+/.exec(pairing.output)?.[0] ?? 'none';
  tell(`the gate’s screen, to look at while the story runs (opens once): ${address}`);
  const operator = new Caller(terminal.url, keys.operator);
  const panel = new Caller(terminal.url, keys.panel);
  await faceModeOn(panel);
  const { body: health } = await panel.call('GET', '/v1/health');
  check(
    'ways in that work',
    { face: true, pin: true, card: true },
    {
      face: health.methods.face.works,
      pin: health.methods.pin.works,
      card: health.methods.card.works,
    },
  );
  return { operator, panel };
}

/** @typedef {{ operator: Caller, panel: Caller }} Site */
/** @typedef {{ a: string, b: string, c: string, bExpiresAtMs: number }} People */

/** @param {Site} site @returns {Promise<People>} */
async function meetPeople({ operator }) {
  chapter('2. Three people: two consent, one does not want their face used');
  const a = await addPerson(operator, { personNumber: '1001' });
  const early = await operator.call('POST', `/v1/subjects/${a}/enrolments`, {
    source: 'stills',
    stills: [still('person-a')],
  });
  check('enrolling person A before any consent', 'consent-required', early.body.code);
  check('person A consents to the current notice', 201, await consent(operator, a, Date.now() + dayMs / 2));
  const enrolledA = await operator.call('POST', `/v1/subjects/${a}/enrolments`, {
    source: 'stills',
    stills: [still('person-a')],
  });
  check(
    'person A is enrolled from another photograph than the recording shows',
    'enrolled',
    enrolledA.body.identification?.state,
  );
  const bExpiresAtMs = Date.now() + expiresInMs;
  const b = await addPerson(operator, { personNumber: '1002' });
  check(
    `person B consents until ${new Date(bExpiresAtMs).toISOString().slice(11, 19)} UTC only`,
    201,
    await consent(operator, b, bExpiresAtMs),
  );
  const c = await addPerson(operator, { personNumber: '1003' });
  check('person C gets a PIN', 204, (await operator.call('PUT', `/v1/subjects/${c}/pin`, { pin: '739164' })).status);
  check(
    'person C gets a card',
    201,
    (await operator.call('POST', `/v1/subjects/${c}/cards`, { cardNumber: '04A1B2C3D4' })).status,
  );
  check(
    'person A gets a card too',
    201,
    (await operator.call('POST', `/v1/subjects/${a}/cards`, { cardNumber: '04FFEE0011' })).status,
  );
  return { a, b, c, bExpiresAtMs };
}

/** @param {Site} site @param {People} people @param {Map<string, any>} scenes */
async function atTheGate(site, people, scenes) {
  const { operator, panel } = site;
  chapter('3. At the gate (the recording plays; each request waits for its person)');
  await sceneNear(panel, scenes.get('person-b'));
  const enrolledB = await operator.call('POST', `/v1/subjects/${people.b}/enrolments`, {
    source: 'camera',
    doorId: 'main',
  });
  check(
    'person B is enrolled at the camera, a bystander beside them',
    'enrolled',
    enrolledB.body.identification?.state ?? enrolledB.body.code,
  );
  await sceneNear(panel, scenes.get('person-c'));
  const refused = await byFace(panel, { claim: { subjectId: people.c } });
  check(
    'person C stands at the camera and was never asked for a face',
    ['use-alternative', 'face-not-available'],
    [refused.decision, refused.reason],
  );
  check('person C by PIN', ['grant', 'pin-accepted'], await byPin(panel, '1003', '739164'));
  check('person C by card', ['grant', 'card-accepted'], await byCard(panel, '04A1B2C3D4'));
  await sceneNear(panel, scenes.get('stranger'));
  const stranger = await byFace(panel, {});
  check('a stranger presses the button', ['deny', 'face-non-match'], [stranger.decision, stranger.reason]);
  await sceneNear(panel, scenes.get('attack'));
  const attack = await byFace(panel, { claim: { subjectId: people.a } });
  check(
    'a picture of person A on a screen is held up',
    ['deny', 'presentation-attack-suspected'],
    [attack.decision, attack.reason],
  );
  await sceneNear(panel, scenes.get('person-a'));
  const granted = await byFace(panel, {});
  check(
    'person A presses the button',
    ['grant', 'face-match', people.a],
    [granted.decision, granted.reason, granted.subjectId],
  );
  check('its record says', 'demonstration', granted.mode);
  await sceneNear(panel, scenes.get('person-b'));
  const grantedB = await byFace(panel, { claim: { subjectId: people.b } });
  check('person B, a bystander beside them', ['grant', 'face-match'], [grantedB.decision, grantedB.reason]);
}

/** @param {Site} site @param {People} people @param {Map<string, any>} scenes */
async function withdrawal({ operator, panel }, people, scenes) {
  chapter('4. Person A withdraws');
  const receipt = await operator.call('POST', `/v1/subjects/${people.a}/withdrawal`, { requester: 'self' });
  check('withdrawal receipt', ['withdrawal', 'face'], [receipt.body.kind, receipt.body.body?.scope]);
  tell(
    `purge receipt ${receipt.body.body.purgeReceiptId}: the template's key is destroyed, old copies of the database included`,
  );
  await sceneNear(panel, scenes.get('person-a'));
  const again = await byFace(panel, {});
  check('the same face again', ['deny', 'face-non-match'], [again.decision, again.reason]);
  const claimed = await byFace(panel, { claim: { cardNumber: '04FFEE0011' } });
  check('the same face with their card', ['use-alternative', 'face-not-available'], [claimed.decision, claimed.reason]);
  check('their card alone goes on', ['grant', 'card-accepted'], await byCard(panel, '04FFEE0011'));
}

/** @param {Site} site @param {People} people */
async function expiry({ operator, panel }, people) {
  chapter('5. Person B’s time is over');
  const leftMs = people.bExpiresAtMs - Date.now() + 200;
  if (leftMs > 0) {
    tell(`waiting ${Math.ceil(leftMs / 1000)} s for it to end`);
    await new Promise((resolve) => setTimeout(resolve, leftMs));
  }
  const late = await byFace(panel, { claim: { subjectId: people.b } });
  check('person B by face', ['use-alternative', 'face-not-available'], [late.decision, late.reason]);
  await operator.call('POST', '/v1/retention/sweep');
  const person = await operator.call('GET', `/v1/subjects/${people.b}`);
  check('after the sweep person B’s consent is', 'ended', person.body.consent);
  const retention = await operator.call('GET', '/v1/retention?limit=50');
  const purge = retention.body.receipts.find(
    (/** @type {any} */ receipt) => receipt.body.subjectPseudonym === people.b,
  );
  check('purge receipt of person B', ['expiry', 1], [purge?.body.trigger, purge?.body.items.templates]);
}

/** @param {Site} site @param {DemoTerminal} terminal */
async function audit({ panel }, terminal) {
  chapter('6. The record');
  const events = await panel.call('GET', '/v1/events?from=1&limit=500');
  const serials = events.body.events.map((/** @type {any} */ event) => event.serial);
  check(
    'event serials without gaps',
    true,
    serials.every((/** @type {number} */ serial, /** @type {number} */ i) => serial === i + 1),
  );
  const verified = await terminal.menshen(['audit', 'verify']);
  check('menshen audit verify', 0, verified.code);
  tell(verified.output.replaceAll(/\s+/g, ' '));
}

/**
 * What a live site with the strict policy says of the same recording: whatever it is, it is printed and not checked.
 *
 * @param {Map<string, any>} scenes
 */
async function strictSite(scenes) {
  chapter('7. What the strict site policy says about the same recording');
  const posted = { by: 'demonstration', on: '2026-01-01', statement: 'The notice is printed by this story.' };
  const terminal = new DemoTerminal('strict', (config) => {
    config.mode = 'live';
    config.site.signPosted = posted;
    config.face.attackDetection = 'strict';
  });
  try {
    await terminal.menshen(['init']);
    await recordAssessment(terminal);
    const key = { operator: await makeKey(terminal, 'operator'), panel: await makeKey(terminal, 'panel') };
    await terminal.serve();
    const operator = new Caller(terminal.url, key.operator);
    const panel = new Caller(terminal.url, key.panel);
    await faceModeOn(panel);
    const a = await addPerson(operator, { personNumber: '1' });
    await consent(operator, a, Date.now() + dayMs / 2);
    await operator.call('POST', `/v1/subjects/${a}/enrolments`, { source: 'stills', stills: [still('person-a')] });
    await sceneNear(panel, scenes.get('person-a'));
    const decision = await byFace(panel, { claim: { subjectId: a }, timeoutMs: 4000 });
    tell(`person A walks up (photographs in motion): ${decision.decision}, ${decision.reason}`);
    const { body } = await panel.call('GET', `/v1/events?from=${decision.serial}`);
    tell(`its attack detection: ${body.events[0].attackDetection}`);
  } finally {
    await terminal.stop();
  }
}
