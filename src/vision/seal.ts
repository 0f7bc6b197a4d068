import type { FrameObservation, Randomness } from '../core/index.js';
import { seal, unseal } from '../crypto/index.js';
import type { SealedObservation } from './protocol.js';

/** Takes the probe out of an observation, seals it and wipes the plain one. */
export function sealObservation(
  observation: FrameObservation,
  key: Uint8Array,
  randomness: Randomness,
): SealedObservation {
  const probe = observation.face?.probe;
  if (observation.face === undefined || probe === undefined) return { observation };
  const { vector, modelId } = probe;
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  const sealed = seal(key, bytes, boundTo(observation, modelId), randomness);
  vector.fill(0);
  const { probe: _sealed, ...face } = observation.face;
  return { observation: { ...observation, face }, probe: { modelId, sealed } };
}

/** The observation with its probe again; the receiver wipes it. */
export function openObservation(seen: SealedObservation, key: Uint8Array): FrameObservation {
  const { observation, probe } = seen;
  if (probe === undefined || observation.face === undefined) return observation;
  const plain = unseal(key, probe.sealed, boundTo(observation, probe.modelId));
  const vector = new Float32Array(plain.buffer, plain.byteOffset, plain.byteLength / Float32Array.BYTES_PER_ELEMENT);
  return { ...observation, face: { ...observation.face, probe: { modelId: probe.modelId, vector } } };
}

const boundTo = ({ cameraId, sequence }: FrameObservation, modelId: string): string =>
  `menshen:probe:${cameraId}:${sequence}:${modelId}`;
