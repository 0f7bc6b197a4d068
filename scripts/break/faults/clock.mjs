import { withShim } from './disk.mjs';
import { pause } from './gate.mjs';

const hour = 3600;
const year = 365.25 * 24 * hour;

/** @type {readonly { fault: string, offsetS: number }[]} */
const jumps = [
  { fault: 'clock set 3 hours ahead', offsetS: 3 * hour },
  { fault: 'clock set 3 hours back', offsetS: -3 * hour },
  { fault: 'clock set 5 years ahead', offsetS: 5 * year },
  { fault: 'clock set 5 years back', offsetS: -5 * year },
];

/** @type {readonly import('./table.mjs').FaultCase[]} */
export const clockFaults = jumps.map(({ fault, offsetS }) => ({
  fault,
  expected:
    'nobody is erased, also after a restart; health says it and is degraded; PIN and card go on, unless the time of the panel’s key and of the people is over by that clock: then the gate is shut; a confirmation brings everything back; records hold',
  run: async () => withShim((gate, shim) => whileItIsWrong(gate, shim, offsetS), putSomebodyDueSoon),
}));

/** Ends in two hours: three hours ahead, they look due. @param {import('./gate.mjs').Gate} gate */
function putSomebodyDueSoon(gate) {
  gate.dueSoon = gate.putDue(2 * hour * 1000);
}

/** @param {import('./gate.mjs').Gate} gate @param {import('./shim.mjs').Shim} shim @param {number} offsetS */
async function whileItIsWrong(gate, shim, offsetS) {
  const environment = shim.environment;
  shim.set({ clockOffsetS: offsetS });
  // Looked at every ten seconds, and before anything that depends on the time.
  const sweep = await gate.sweep();
  const during = [await gate.byCard(), await gate.byPin()];
  const health = await gate.health();
  const there = [await gate.isThere(gate.subjectId), await gate.isThere(gate.dueSoon)];
  await gate.daemon.stop('SIGKILL');
  await gate.start({ environment });
  const again = await gate.sweep();
  there.push(await gate.isThere(gate.subjectId), await gate.isThere(gate.dueSoon));
  const restarted = (await gate.health()).body.clock;
  shim.set({});
  await pause(1000);
  const confirmed = await gate.call('POST', '/v1/clock/confirmation', { now: new Date().toISOString() });
  const after = [await gate.byCard(), await gate.byPin()];
  const trusted = (await gate.health()).body.clock.trusted;
  const records = await gate.records();
  // Keys and people end by the later of two clocks: one that runs years ahead shuts the gate.
  const pastTheirEnd = offsetS > 20 * 24 * hour;
  const letIn = during.every((answer) => (answer === 'grant') !== pastTheirEnd);
  return {
    seen: `erased ${sweep.personsErased}+${again.personsErased}, held ${sweep.held}; card and PIN ${during}; health ${health.body.status}: ${health.body.clock.problem}; after a restart trusted ${restarted.trusted}; confirmed ${confirmed.status}: ${after}, trusted ${trusted}; records ${records}`,
    held:
      there.every(Boolean) &&
      letIn &&
      health.body.clock.trusted === false &&
      health.body.status === 'degraded' &&
      restarted.trusted === false &&
      confirmed.status === 200 &&
      after.every((answer) => answer === 'grant') &&
      trusted &&
      records === 'holds',
  };
}
