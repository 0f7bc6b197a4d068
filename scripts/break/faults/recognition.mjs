import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { demonstrationAssessment } from '../../../dist/cli/demonstration.js';
import { commandOf, processTree } from '../../bench/processes.mjs';
import { projectRoot } from '../../setup/context.mjs';
import { Gate, pause } from './gate.mjs';

const recording = path.join(projectRoot, 'var', 'demo', 'recording.mp4');
const pack = path.join(projectRoot, 'models', 'default');
const restarts = 3;
/** What is said to an enrolment that recognition had no memory for. */
const wantsOfMemory = new Set(['vision-down', 'inference-failed', 'face-mode-off', 'camera-busy']);
/** What is said to a PIN that cannot be hashed now. */
const busy = new Set(['too-many-requests', 'deny: internal-fault']);
/** How a program of Node ends that gets no memory: it aborts. */
const aborts = new Set(['SIGABRT', 'SIGTRAP']);
const abortCode = 134;
const noAnswer = 'no answer';

/** @typedef {import('./table.mjs').Seen} Seen */

/** @type {readonly import('./table.mjs').FaultCase[]} */
export const recognitionFaults = [
  {
    fault: 'camera stalls: its program is stopped',
    expected: 'camera named in health; card and PIN go on; face comes back when it goes on',
    run: () => withFaces((gate) => brokenCamera(gate, (pid) => process.kill(pid, 'SIGSTOP'))),
  },
  {
    fault: 'ffmpeg killed',
    expected: 'opened again; card and PIN go on',
    run: () => withFaces((gate) => brokenCamera(gate, (pid) => process.kill(pid, 'SIGKILL'))),
  },
  {
    fault: 'video cut short while it is played',
    expected: 'camera named in health as failed; card and PIN go on; no crash',
    run: () => withFaces(cutVideo),
  },
  {
    fault: 'recognition killed three times',
    expected: 'started again each time with longer pauses; card and PIN go on meanwhile; face comes back',
    run: () => withFaces(killedRecognition),
  },
  {
    fault: 'model file replaced while running',
    expected:
      'harmless while it runs; refused by its SHA-256 at the next start of recognition; face comes back with the right file',
    run: () => withFaces(replacedModel),
  },
  {
    fault: 'no memory left for recognition',
    expected:
      'enrolments are refused by name, recognition ends and is started again; the daemon, card and PIN go on; records hold',
    run: () => withFaces(starvedRecognition),
  },
  {
    fault: 'no memory left for the PIN’s hash',
    expected:
      'alive: card goes on, the PIN too (its memory was taken at the start) or it is refused by name; or ended by its own abort, as a program without any new memory is, and after its restart card and PIN go on with every record there',
    run: starvedHash,
  },
];

/** @param {(gate: Gate, files: { video: string, models: string }) => Promise<Seen>} use */
async function withFaces(use) {
  /** @type {{ video: string, models: string } | undefined} */
  let files;
  const gate = new Gate((config) => {
    if (files === undefined) return;
    config.face.enabled = true;
    config.cameras = [cameraOf(files.video)];
    config.doors[0].camera = 'front';
    config.models = { folder: files.models };
  });
  try {
    files = { video: path.join(gate.site.folder, 'video.mp4'), models: path.join(gate.site.folder, 'models') };
    copyFileSync(recording, files.video);
    cpSync(pack, files.models, { recursive: true });
    await gate.start();
    await gate.daemon.said('vision.ready');
    await gate.call('POST', '/v1/assessments', demonstrationAssessment);
    await gate.setPin();
    await seeing(gate);
    return await use(gate, files);
  } finally {
    await gate.end();
  }
}

/** @param {string} file */
const cameraOf = (file) => ({
  id: 'front',
  source: { kind: 'recording', path: file, pace: 'real-time', repeat: 'loop' },
  captureZone: {
    polygon: [
      { x: 0.2, y: 0 },
      { x: 0.8, y: 0 },
      { x: 0.8, y: 1 },
      { x: 0.2, y: 1 },
    ],
  },
});

/** The decoder itself, not the guard that ends it with the service. @param {Gate} gate */
function videoProgram(gate) {
  const pid = processTree(gate.daemon.pid).findLast((each) => commandOf(each).includes('video.mp4'));
  if (pid === undefined) throw new Error('no video program runs');
  return pid;
}

/** @param {Gate} gate @param {(pid: number) => void} breakIt */
async function brokenCamera(gate, breakIt) {
  const before = (await gate.health()).body.cameras[0];
  breakIt(videoProgram(gate));
  const noticed = await gate.until(async () => {
    const camera = (await gate.health()).body.cameras[0];
    const changed = camera.state !== 'live' || camera.reopened > before.reopened;
    return changed ? camera : undefined;
  }, 30_000);
  const during = [await gate.byCard(), await gate.byPin()];
  const back = await seeing(gate);
  const records = await gate.records();
  return {
    seen: `noticed: ${noticed?.state} ${noticed?.problem ?? ''}; card and PIN ${during}; face back: ${back}; records ${records}`,
    held: noticed !== undefined && during.every(granted) && back && records === 'holds',
  };
}

/** @param {Gate} gate @param {{ video: string }} files */
async function cutVideo(gate, { video }) {
  truncateSync(video, 10_000);
  // What it has read already would play on; the next round finds the file as it is.
  process.kill(videoProgram(gate), 'SIGKILL');
  const noticed = await gate.until(async () => {
    const { body } = await gate.health();
    const named = body.cameras[0].state === 'failed' && !/from outside/.test(body.cameras[0].problem);
    return named && body.status === 'degraded' ? body : undefined;
  });
  const during = [await gate.byCard(), await gate.byPin()];
  const alive = !gate.daemon.ended();
  const records = await gate.records();
  return {
    seen: `health ${noticed?.status}: ${noticed?.cameras[0].problem}; face works ${noticed?.methods.face.works}; card and PIN ${during}; records ${records}`,
    held:
      noticed !== undefined &&
      noticed.methods.face.works === false &&
      during.every(granted) &&
      alive &&
      records === 'holds',
  };
}

/** @param {Gate} gate */
async function killedRecognition(gate) {
  const during = [];
  const noticed = [];
  for (let n = 0; n < restarts; n += 1) {
    process.kill(gate.daemon.pidOf('vision/child.js'), 'SIGKILL');
    noticed.push(await faceOff(gate));
    during.push(await gate.byCard(), await gate.byPin());
    if (!(await seeing(gate))) break;
  }
  const starts = gate.daemon.log.split('"vision.ready"').length - 1;
  const records = await gate.records();
  return {
    seen: `noticed ${noticed}; card and PIN ${during}; recognition started ${starts} times; records ${records}`,
    held:
      noticed.every((reason) => reason !== 'nothing') &&
      during.every(granted) &&
      starts === restarts + 1 &&
      records === 'holds',
  };
}

/** @param {Gate} gate @param {{ models: string }} files */
async function replacedModel(gate, { models }) {
  const file = path.join(
    models,
    readdirSync(models).find((name) => name.includes('fr_') && name.endsWith('.onnx')) ?? '',
  );
  const kept = readFileSync(file);
  const other = Buffer.from(kept);
  other[1000] = (other[1000] ?? 0) ^ 1;
  // Put in its place, as a thief or an update would; and written over, as a careless copy would.
  writeFileSync(`${file}.new`, other);
  renameSync(`${file}.new`, file);
  writeFileSync(file, other);
  await pause(3000);
  const running = await seeing(gate);
  process.kill(gate.daemon.pidOf('vision/child.js'), 'SIGKILL');
  const refused = await gate.until(async () => {
    const { face } = (await gate.health()).body.methods;
    return face.works === false && /SHA-256/.test(face.detail ?? '') ? face.detail : undefined;
  });
  const during = [await gate.byCard(), await gate.byPin()];
  writeFileSync(file, kept);
  const back = await seeing(gate);
  const records = await gate.records();
  return {
    seen: `face while it ran: ${running}; then: ${refused}; card and PIN ${during}; face back: ${back}; records ${records}`,
    held: running && refused !== undefined && during.every(granted) && back && records === 'holds',
  };
}

/** @param {Gate} gate */
async function starvedRecognition(gate) {
  const pid = gate.daemon.pidOf('vision/child.js');
  const { status } = spawnSync('prlimit', ['--pid', String(pid), '--as=1048576']);
  if (status !== 0) return { skipped: 'prlimit is not there, or may not' };
  const still = readFileSync(path.join(projectRoot, 'var', 'demo', 'stills', 'person-a.jpg')).toString('base64');
  // Work that needs memory: stills of somebody to enrol.
  await consentOf(gate);
  const enrolments = await Promise.all(
    [1, 2].map(() =>
      gate.call('POST', `/v1/subjects/${gate.subjectId}/enrolments`, { source: 'stills', stills: [still] }),
    ),
  );
  const during = [await gate.byCard(), await gate.byPin()];
  const alive = !gate.daemon.ended();
  const runs = () => processTree(gate.daemon.pid).find((each) => commandOf(each).includes('vision/child.js'));
  // Between two of them there is none.
  const startedAgain = (await gate.until(async () => runs())) !== pid;
  const back = await seeing(gate);
  const answers = enrolments.map(({ status: code, body }) => String(body.code ?? code));
  const refused = answers.every((answer) => wantsOfMemory.has(answer));
  const records = await gate.records();
  return {
    seen: `enrolments ${answers}; ${startedAgain ? 'the process ended and was started again' : 'the process went on'}; card and PIN ${during}; face back: ${back}; records ${records}`,
    // Whoever was enrolled had memory enough: then the limit had no effect, and nothing was shown.
    held: alive && refused && startedAgain && during.every(granted) && back && records === 'holds',
  };
}

async function starvedHash() {
  const gate = new Gate();
  try {
    await gate.start();
    await gate.setPin();
    const { pid } = gate.daemon;
    const set = (/** @type {string} */ limit) =>
      spawnSync('prlimit', ['--pid', String(pid), `--as=${limit}`]).status === 0;
    if (!set('1048576:unlimited')) return { skipped: 'prlimit is not there, or may not' };
    const during = [];
    for (const ask of [() => gate.byCard(), () => gate.byPin(), () => gate.byPin(), () => gate.byCard()])
      during.push(await ask().catch(() => noAnswer));
    // Its connections are cut a moment before its end is known.
    if (during.includes(noAnswer)) await gate.until(async () => (gate.daemon.ended() ? true : undefined), 10_000);
    const alive = !gate.daemon.ended();
    const { exitCode, signalCode } = gate.daemon.child;
    if (alive) set('unlimited:unlimited');
    else await gate.start();
    const after = [await gate.byCard(), await gate.byPin()];
    const records = await gate.records();
    const [first = '', , , last = ''] = during;
    const asItShould = alive
      ? granted(first) && granted(last) && during.slice(1, 3).every((answer) => granted(answer) || busy.has(answer))
      : during.slice(0, during.indexOf(noAnswer)).every((answer) => granted(answer) || busy.has(answer)) &&
        (aborts.has(String(signalCode)) || exitCode === abortCode);
    return {
      seen: `card, PIN, PIN, card: ${during}; ${alive ? 'alive' : `ended with ${signalCode ?? exitCode} and was started again`}; with memory again ${after}; records ${records}`,
      held: asItShould && after.every(granted) && records === 'holds',
    };
  } finally {
    await gate.end();
  }
}

/** @param {Gate} gate */
async function consentOf(gate) {
  const notice = await gate.call('GET', '/v1/notice');
  await gate.call('POST', `/v1/subjects/${gate.subjectId}/consents`, {
    noticeHash: notice.body.hash,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    ...{ language: 'en', accessMode: 'operator', form: 'electronic' },
    ...{ separateAct: true, voluntary: true, alternativesShown: true },
  });
}

const granted = (/** @type {string} */ answer) => answer === 'grant';

/** Face mode works and the camera gives pictures. @param {Gate} gate @returns {Promise<boolean>} */
async function seeing(gate) {
  const seen = await gate.until(async () => {
    const { body } = await gate.health();
    return body.methods.face.works && body.cameras[0]?.state === 'live' ? true : undefined;
  });
  return seen === true;
}

/** @param {Gate} gate @returns {Promise<string>} why */
async function faceOff(gate) {
  const reason = await gate.until(async () => {
    const { body } = await gate.health();
    return body.methods.face.works ? undefined : String(body.methods.face.reason);
  }, 10_000);
  return reason ?? 'nothing';
}
