import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nonceRandomness } from '../../dist/crypto/index.js';
import { systemRandomness } from '../../dist/platform/index.js';
import { Store } from '../../dist/store/index.js';
import { FaceWalk } from '../../dist/verify/face-walk.js';
import { observeFrame } from '../../dist/vision/observe.js';
import { openObservation, sealObservation } from '../../dist/vision/seal.js';
import { addConsent } from './consent.mjs';
import { wholePicture } from './recording.mjs';

/**
 * The product's own walk over a store of one person (the first frame's face, enrolled for this run), fed by hand: the
 * probe is sealed and opened as on its way between the processes.
 *
 * @param {import('../../dist/inference/index.js').Models} models
 * @param {import('../../dist/vision/observe.js').SeeingTools} tools
 * @param {readonly import('../../dist/core/index.js').Frame[]} frames
 */
export async function openDecision(models, tools, frames) {
  const folder = mkdtempSync(path.join(tmpdir(), 'menshen-bench-'));
  const key = systemRandomness.bytes(32);
  const facts = factsOf(models);
  const store = Store.create(path.join(folder, 'store'), systemRandomness.bytes(32), {
    randomness: systemRandomness,
    auditReserveMiB: 1,
  });
  const { subjectId, templateId } = enrol(store, await firstProbe(tools, facts.limits, frames), facts.modelId);
  /** @type {FaceWalk | undefined} */
  let walk;
  /** @type {((observation: import('../../dist/core/index.js').FrameObservation) => void) | undefined} */
  let onObservation;
  let verdicts = 0;
  const nonces = nonceRandomness(systemRandomness);
  const begin = () => {
    walk?.abandon();
    walk = new FaceWalk({
      vision: visionOf((listener) => {
        onObservation = listener;
      }),
      facts,
      store,
      cameraId: 'bench',
      reference: { kind: '1:1', subjectId, templateId, falseMatchRate: 1e-3, thresholdOptions: {} },
      limits: { minFrames: 3, maxFrames: 12 },
      padMode: { demonstration: true, strict: false },
      startedAtMs: Number.NEGATIVE_INFINITY,
      onVerdict: ({ decision }) => {
        if (decision !== 'grant') throw new Error(`the recording's own face was decided to be: ${decision}`);
        verdicts += 1;
      },
      onFault: (fault) => {
        throw fault;
      },
      onGuide: () => undefined,
    });
  };
  begin();
  return {
    limits: facts.limits,
    begin,
    /** @returns whether that frame decided. */
    take(/** @type {import('../../dist/core/index.js').FrameObservation} */ seen) {
      const before = verdicts;
      onObservation?.(openObservation(sealObservation(seen, key, nonces), key));
      return verdicts > before;
    },
    close() {
      walk?.abandon();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the recognition process tells the daemon of the pack (vision/child.ts). */
function factsOf(/** @type {import('../../dist/inference/index.js').Models} */ models) {
  const { manifest, impostorModel, manifestHash, embeddingModelId } = models.pack;
  return {
    packId: `${manifest.id}@${manifest.version}`,
    packHash: manifestHash,
    roles: models.roles,
    modelId: embeddingModelId,
    dimensions: models.spec('embedding').settings.dimensions,
    thresholds: manifest.thresholds,
    ...(impostorModel === undefined ? {} : { impostorModel }),
    pad: manifest.padThresholds,
    limits: manifest.qualityLimits,
  };
}

/**
 * @param {import('../../dist/vision/observe.js').SeeingTools} tools
 * @param {import('../../dist/core/index.js').QualityLimits} limits
 * @param {readonly import('../../dist/core/index.js').Frame[]} frames
 */
async function firstProbe(tools, limits, frames) {
  for (const frame of frames) {
    const copy = { ...frame, rgb: frame.rgb.slice() };
    const { face } = await observeFrame(copy, tools, { zone: { polygon: wholePicture }, limits });
    if (face?.probe !== undefined) return face.probe.vector;
  }
  throw new Error('no frame of the recording is good enough for a probe');
}

/** @param {Store} store @param {Float32Array} vector @param {string} modelId */
function enrol(store, vector, modelId) {
  return store.transaction(() => {
    const { id: subjectId } = store.subjects.add({}, 'adult', { nowMs: 0, expiresAtMs: 1 });
    addConsent(store, { recordId: 'c-bench', subjectId, givenAtMs: 0, expiresAtMs: 1 });
    const about = { subjectId, consentId: 'c-bench', modelId, frames: 1, forIdentification: false, createdAtMs: 0 };
    const template = store.templates.add({ ...about, vector });
    return { subjectId, templateId: template.id };
  });
}

/**
 * A camera that is live and frames that come when the benchmark says so.
 *
 * @param {(listener: (observation: import('../../dist/core/index.js').FrameObservation) => void) => void} take
 * @returns {import('../../dist/vision/index.js').Vision}
 */
function visionOf(take) {
  return {
    facts: () => undefined,
    cameras: () => [],
    openCameras: () => undefined,
    problem: () => undefined,
    fault: () => undefined,
    watch(_cameraId, { onObservation }) {
      take(onObservation);
      return { stop: () => undefined };
    },
    observeStill: () => Promise.reject(new Error('no still is looked at here')),
    onChange: () => undefined,
    close: async () => undefined,
  };
}
