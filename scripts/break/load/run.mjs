import { wrongInLog } from '../fuzz/judge.mjs';
import { MemoryWatch } from '../parts/growth.mjs';
import { asOwner } from '../parts/owner.mjs';
import { openTarget } from '../parts/target.mjs';
import { Findings } from '../parts/verdict.mjs';
import { Listener } from './listener.mjs';
import { cardOf, runPanel } from './panel.mjs';
import { LoadTally } from './tally.mjs';

const doors = ['main', 'second'];
/**
 * What starting costs is not the load’s, nor what fills up to its bound and stays there: the database's page cache, and
 * the 5,000 decisions that are remembered, which these panels make in four to five minutes.
 */
const warmUpShare = 0.5;

/**
 * Panels that ask at once, each also on the event stream, while the recording plays as fast as it can be decoded.
 *
 * @param {{ seconds: number, panels: number }} options
 * @returns {Promise<import('../parts/verdict.mjs').Outcome>}
 */
export async function loadTerminal({ seconds, panels }) {
  const { daemon, site, socketPath } = await openTarget(flatOut);
  const findings = new Findings();
  const tally = new LoadTally();
  const load = { going: true };
  try {
    await daemon.said('gallery.loaded');
    const keys = await panelKeys(socketPath, panels);
    await giveCards(daemon, panels);
    const first = await lastSerial(daemon, site.panel);
    const listeners = keys.map((key) => new Listener(daemon.url, key, first + 1));
    const everyMs = Math.min(1000, seconds * 20);
    const watched = {
      daemon: new MemoryWatch(daemon.pid, { everyMs }),
      recognition: new MemoryWatch(daemon.pidOf('vision/child.js'), { everyMs }),
    };
    const asking = keys.map((key, number) =>
      runPanel({ daemon, key, doorId: doors[number % doors.length] ?? 'main', number, load, tally, findings }),
    );
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    load.going = false;
    await Promise.all(asking);
    const memory = { daemon: watched.daemon.stop(warmUpShare), recognition: watched.recognition.stop(warmUpShare) };
    for (const [who, growth] of Object.entries(memory))
      if (growth.grows) findings.add({ what: `the memory of the ${who} grows: ${JSON.stringify(growth)}` });
    const last = await lastSerial(daemon, site.panel);
    await Promise.all(listeners.map((listener) => listener.until(last)));
    for (const { wrong } of listeners)
      for (const what of wrong) findings.add({ what: `a listener: ${what}` }, 'listener');
    for (const what of tooLittle({ tally, panels, seconds, events: last - first, listeners })) findings.add({ what });
    for (const what of wrongInLog(daemon.log, [site.panel, site.operator, ...keys])) findings.add({ what });
    const frames = (await daemon.call('GET', '/v1/health')).body.cameras.map(
      (/** @type {any} */ camera) => camera.framesDelivered ?? 0,
    );
    return { what: `${panels} panels`, ...summary({ seconds, tally, memory, findings, events: last - first, frames }) };
  } finally {
    load.going = false;
    await daemon.stop();
  }
}

/**
 * What would make the rest mean nothing: panels that were hardly answered, decisions without an event, events that a
 * listener did not get.
 *
 * @param {{ tally: LoadTally, panels: number, seconds: number, events: number, listeners: readonly Listener[] }} parts
 */
function tooLittle({ tally, panels, seconds, events, listeners }) {
  const kinds = tally.told();
  const answersTo = (/** @type {string} */ kind) => kinds[kind]?.answers ?? 0;
  // Somebody who holds the camera is answered too.
  const faces = answersTo('face') + Object.values(kinds.face?.stated ?? {}).reduce((sum, count) => sum + count, 0);
  const least = { health: panels * seconds * 0.2, events: panels * seconds * 0.2, card: panels / 3, pin: 1 };
  const decided = answersTo('card') + answersTo('pin') + answersTo('face');
  return [
    ...Object.entries(least)
      .filter(([kind, count]) => answersTo(kind) < count)
      .map(([kind, count]) => `only ${answersTo(kind)} answers to ${kind}, of at least ${count}`),
    ...(faces === 0 ? ['nobody asked for a face'] : []),
    ...(events < decided ? [`${decided} decisions, and only ${events} events`] : []),
    ...listeners.filter(({ heard }) => heard < events).map(({ heard }) => `a listener heard ${heard} of ${events}`),
  ];
}

/**
 * One for each panel, as a site has them: limits are per caller.
 *
 * @param {string} socketPath the owner's @param {number} panels
 * @returns {Promise<string[]>}
 */
async function panelKeys(socketPath, panels) {
  const keys = [];
  for (let number = 0; number < panels; number += 1) {
    const wanted = { role: 'panel', label: `load ${number}`, days: 2 };
    const { status, body } = await asOwner(socketPath, 'POST', '/v1/keys', wanted);
    if (status !== 201) throw new Error(`no key for a panel: ${JSON.stringify(body)}`);
    keys.push(body.secret);
  }
  return keys;
}

/** @param {import('../../bench/daemon.mjs').Daemon} daemon @param {number} panels */
async function giveCards(daemon, panels) {
  const key = daemon.site.operator;
  const { body } = await daemon.call('GET', '/v1/subjects?limit=50', { key });
  for (let number = 0; number < panels; number += 1) {
    const { subjectId } = body.subjects[number % body.subjects.length];
    const given = await daemon.call('POST', `/v1/subjects/${subjectId}/cards`, {
      key,
      body: { cardNumber: cardOf(number) },
    });
    if (given.status !== 201) throw new Error(`no card for a panel: ${JSON.stringify(given.body)}`);
  }
}

/** @param {any} config */
function flatOut(config) {
  const [camera] = config.cameras;
  config.cameras = doors.map((id) => ({ ...camera, id, source: { ...camera.source, pace: 'fast' } }));
  config.doors = doors.map((id) => ({ id, camera: id }));
}

/** @param {import('../../bench/daemon.mjs').Daemon} daemon @param {string} key */
async function lastSerial(daemon, key) {
  let from = 1;
  for (;;) {
    const { body } = await daemon.call('GET', `/v1/events?from=${from}&limit=500`, { key });
    const last = body.events.at(-1)?.serial;
    if (last === undefined) return from - 1;
    from = last + 1;
  }
}

/** @param {{ seconds: number, tally: LoadTally, memory: Record<string, ReturnType<MemoryWatch['stop']>>, findings: Findings, events: number, frames: number[] }} parts */
function summary({ seconds, tally, memory, findings, events, frames }) {
  const kinds = tally.told();
  const each = Object.entries(kinds).map(([kind, { answers, p99Ms, stated }]) => {
    const busy = Object.entries(stated).map(([code, count]) => `, ${code} ${count}`);
    return `${kind} ${answers} (p99 ${p99Ms} ms${busy.join('')})`;
  });
  const grown = Object.entries(memory).map(
    ([who, { growthMiB, intervalMiB }]) => `${who} ${growthMiB} MiB (95 % ${intervalMiB.join(' to ')})`,
  );
  return {
    line: `${seconds} s, ${each.join(', ')}; ${events} events without gaps at every listener; memory slope over the time watched: ${grown.join(', ')}`,
    findings: findings.list,
    detail: { kinds, memory, events, frames, counts: Object.fromEntries(findings.counts) },
  };
}
