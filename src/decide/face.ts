import type { EvidenceLimits, FaceEvidence, QualityReason, Verdict } from '../core/index.js';

/**
 * What the face evidence so far amounts to: a verdict, or undefined while more frames could change it.
 *
 * Pure. Doubt never grants: without enough frames, a match, a bona fide presentation and a met challenge (where one is
 * asked) together, the answer is no.
 */
export function decideFace(evidence: FaceEvidence, limits: EvidenceLimits): Verdict | undefined {
  const match = evidence.comparison?.match === true;
  if (evidence.pad === 'attack') return deny('presentation-attack-suspected');
  if (evidence.challenge === 'failed') return useAlternative('presentation-attack-undecided');
  if (evidence.usableFrames >= limits.minFrames && match && isLiving(evidence)) {
    const subjectId = evidence.comparison?.subjectId;
    return {
      decision: 'grant',
      method: 'face',
      reason: 'face-match',
      ...(subjectId === undefined ? {} : { subjectId }),
    };
  }
  if (evidence.usableFrames >= limits.maxFrames && !match) return deny('face-non-match');
  return evidence.timedOut ? atTimeOut(evidence, limits, match) : undefined;
}

/**
 * Whether a verdict waits for the comparison alone. Before, nobody's template need be opened: what it says would change
 * nothing. Pure.
 */
export function awaitsComparison(evidence: FaceEvidence, limits: EvidenceLimits): boolean {
  if (evidence.pad === 'attack' || evidence.challenge === 'failed') return false;
  if (evidence.usableFrames < limits.minFrames) return false;
  return isLiving(evidence) || evidence.usableFrames >= limits.maxFrames || evidence.timedOut;
}

function isLiving({ pad, challenge }: FaceEvidence): boolean {
  return pad === 'bona-fide' && challenge === undefined;
}

function atTimeOut(evidence: FaceEvidence, limits: EvidenceLimits, match: boolean): Verdict {
  if (!evidence.cameraLive && evidence.framesSeen === 0) return useAlternative('camera-unavailable');
  if (evidence.usableFrames >= limits.minFrames) {
    return match ? useAlternative('presentation-attack-undecided') : deny('face-non-match');
  }
  const main = mostFrequent(evidence.reasons);
  if (main === undefined || main === 'no-face-in-zone') return useAlternative('no-face-seen');
  if (main === 'several-faces-in-zone') return useAlternative('several-faces');
  return useAlternative('face-quality-too-low');
}

/** Frames without any face say nothing while there were frames with one. */
function mostFrequent(reasons: FaceEvidence['reasons']): QualityReason | undefined {
  const counted = (Object.entries(reasons) as [QualityReason, number][]).sort((a, b) => b[1] - a[1]);
  return (counted.find(([reason]) => reason !== 'no-face-in-zone') ?? counted[0])?.[0];
}

const deny = (reason: Verdict['reason']): Verdict => ({ decision: 'deny', method: 'face', reason });
const useAlternative = (reason: Verdict['reason']): Verdict => ({
  decision: 'use-alternative',
  method: 'face',
  reason,
});
