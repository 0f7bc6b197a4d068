/**
 * The recognition process: cameras, models and pixels live here and nowhere else, so that a crash inside inference
 * takes neither the audit nor the PIN and card path down. It ends with the daemon.
 */
import './guarded.js';
import { disableCoreDumps } from '../addon/index.js';
import { rtspHost } from '../capture/index.js';
import { asMenshenError, type FrameObservation, MenshenError, type QualityLimits } from '../core/index.js';
import { beginKeyAgreement, nonceRandomness } from '../crypto/index.js';
import { loadModelPack, type ModelPack, type Models, openModels } from '../inference/index.js';
import { checkGolden } from '../packs/index.js';
import { createPlanarMotionCue, type EyeLimits } from '../pad/index.js';
import { decodeStill } from '../pixels/index.js';
import { egressGuard, systemClock, systemRandomness, systemTimers } from '../platform/index.js';
import { CameraLoop } from './camera-loop.js';
import { createSeeingTools, observeFrame, type SeeingTools } from './observe.js';
import type { FromVision, PackFacts, ToVision, VisionSettings } from './protocol.js';
import { sealObservation } from './seal.js';

const wholePicture = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];
const healthPeriodMs = 500;

interface Running {
  readonly models: Models;
  readonly tools: SeeingTools;
  readonly limits: QualityLimits;
  readonly settings: VisionSettings;
  /** Empty until the cameras are opened. */
  readonly loops: Map<string, CameraLoop>;
  readonly key: Uint8Array;
}

let running: Running | undefined;
const nonces = nonceRandomness(systemRandomness);
// Models run one at a time: two frames at once would only take each other's core.
let turn: Promise<unknown> = Promise.resolve();

disableCoreDumps();
egressGuard.onRefused((refusal) => send({ type: 'egress-refused', refusal }));
process.on('disconnect', () => process.exit(0));
// The daemon stops this process itself; a Ctrl-C reaches the whole group and must not race it.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToVision) => {
  handle(message).catch((thrown: unknown) => fail(thrown));
});

async function handle(message: ToVision): Promise<void> {
  switch (message.type) {
    case 'configure':
      return configure(message.settings, message.publicKey);
    case 'open-cameras':
      return openCameras();
    case 'watch':
      return watch(message);
    case 'stop':
      return stop(message.watchId);
    case 'still':
      return still(message.requestId, message.encoded);
  }
}

async function configure(settings: VisionSettings, daemonKey: Uint8Array): Promise<void> {
  await closeTheWayOut(settings);
  const models = await openModels(await vouchedPack(settings));
  // Before a camera is opened: no face is ever looked at by models that are not what they were.
  await checkGolden(models);
  const { qualityLimits } = models.pack.manifest;
  const limits = {
    ...qualityLimits,
    minInterEyeDistancePx: Math.max(qualityLimits.minInterEyeDistancePx, settings.minInterEyeDistancePx ?? 0),
  };
  const agreement = beginKeyAgreement();
  const key = agreement.agree(daemonKey);
  running = { models, tools: createSeeingTools(models), limits, settings, loops: new Map(), key };
  systemTimers.every(healthPeriodMs, reportHealth);
  send({ type: 'ready', facts: factsOf(models, limits), publicKey: agreement.publicKey });
  reportHealth();
}

async function vouchedPack({ packFolder, signedManifest }: VisionSettings): Promise<ModelPack> {
  if (signedManifest !== undefined && 'refused' in signedManifest)
    throw new MenshenError(signedManifest.refused, signedManifest.why);
  const pack = await loadModelPack(packFolder);
  if (signedManifest !== undefined && pack.manifestHash !== signedManifest.sha256)
    throw new MenshenError('signature-invalid', 'The model pack was changed after its signature was checked.');
  return pack;
}

/** M8.2: only the configured cameras can be reached from here, and no recognition runs where the guard does not hold. */
async function closeTheWayOut({ cameras }: VisionSettings): Promise<void> {
  const { held, got } = await egressGuard.canary();
  if (!held)
    throw new MenshenError(
      'self-test-failed',
      `The egress guard let through: ${got.join(', ')}. Reinstall the product.`,
    );
  for (const { source } of cameras) {
    if (source.kind !== 'rtsp') continue;
    const { host, port } = rtspHost(source.url);
    egressGuard.allow(host, port);
  }
}

function openCameras(): void {
  const { models, settings, loops } = ready();
  const { framesPerSecond } = models.pack.manifest.padThresholds;
  const { faultLimits, ffmpegPath } = settings;
  const edges = { clock: systemClock, timers: systemTimers, ...(ffmpegPath === undefined ? {} : { ffmpegPath }) };
  for (const camera of settings.cameras) {
    if (loops.has(camera.cameraId)) continue;
    const loop = new CameraLoop({ ...camera, framesPerSecond, faultLimits }, edges);
    loops.set(camera.cameraId, loop);
    loop.run().catch((thrown: unknown) => fail(thrown));
  }
  reportHealth();
}

function reportHealth(): void {
  const { loops } = ready();
  send({ type: 'cameras', cameras: [...loops.values()].map((loop) => loop.health()) });
}

function watch({ watchId, cameraId, eyes }: Extract<ToVision, { type: 'watch' }>): void {
  const { tools, limits, loops, key } = ready();
  const loop = loops.get(cameraId);
  if (loop === undefined) throw new MenshenError('camera-unavailable', `There is no camera ${cameraId}.`);
  const motion = createPlanarMotionCue();
  loop.begin({
    watchId,
    observe: (frame) => inTurn(() => observeFrame(frame, tools, { zone: loop.zone, limits, motion, eyes })),
    report: (observation) => send({ type: 'observation', watchId, seen: sealObservation(observation, key, nonces) }),
  });
}

/** After a watch the runtime's arenas are overwritten, so that no activation of the person stays. */
async function stop(watchId: string): Promise<void> {
  const { loops, models } = ready();
  for (const loop of loops.values()) loop.end(watchId);
  await inTurn(() => models.scrub());
}

async function still(requestId: string, encoded: Uint8Array): Promise<void> {
  try {
    const { tools, limits, models, key } = ready();
    const picture = await decodeStill(encoded);
    const frame = { ...picture, cameraId: 'still', sequence: 0, capturedAtMs: systemClock.monotonicMs() };
    const seen = await inTurn<FrameObservation>(() =>
      observeFrame(frame, tools, { zone: { polygon: wholePicture }, limits }),
    );
    send({ type: 'still-seen', requestId, seen: sealObservation(seen, key, nonces) });
    await inTurn(() => models.scrub());
  } catch (thrown) {
    const { code, detail } = asMenshenError(thrown);
    // A decoder that could not be loaded stays so in this process. Whether the next one shall try is the daemon's to say: a
    // face verification may be under way, and the decoder damaged for good.
    const decoderLost = code === 'vision-down' && running !== undefined;
    send({ type: 'failed', requestId, code, detail, ...(decoderLost ? { decoderLost } : {}) });
    if (decoderLost) sayOnce(thrown);
  } finally {
    encoded.fill(0);
  }
}

function factsOf(models: Models, limits: QualityLimits): PackFacts {
  const { manifest, impostorModel } = models.pack;
  return {
    packId: `${manifest.id}@${manifest.version}`,
    packHash: models.pack.manifestHash,
    modelId: models.pack.embeddingModelId,
    roles: models.roles,
    dimensions: models.spec('embedding').settings.dimensions,
    thresholds: manifest.thresholds,
    ...(impostorModel === undefined ? {} : { impostorModel }),
    pad: manifest.padThresholds,
    ...(models.roles.includes('eye-state') ? { eyes: eyeLimitsOf(models) } : {}),
    limits,
  };
}

function eyeLimitsOf(models: Models): EyeLimits {
  const { openAtMost, closedAtLeast, riseAtLeast } = models.spec('eye-state').settings;
  return { openAtMost, closedAtLeast, riseAtLeast };
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

function ready(): Running {
  if (running === undefined)
    throw new MenshenError('vision-down', 'The models are still being loaded. Try again in a moment.');
  return running;
}

/** A daemon that is gone hears nothing any more: its end ends this process by `disconnect`, not by a failed write. */
function send(message: FromVision): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

let said = false;
function sayOnce(thrown: unknown): void {
  if (!said) console.error(causeOf(thrown));
  said = true;
}

const causeOf = (thrown: unknown): unknown =>
  thrown instanceof MenshenError && thrown.cause !== undefined ? thrown.cause : thrown;

/** Anything that ends a loop ends the process: the daemon starts a new one, the gate stays shut meanwhile. */
function fail(thrown: unknown): void {
  const { code, detail } = asMenshenError(thrown);
  send({ type: 'failed', code, detail });
  console.error(causeOf(thrown));
  setTimeout(() => process.exit(1), 50);
}
