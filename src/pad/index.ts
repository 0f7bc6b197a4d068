export {
  answerChallenge,
  beginChallenge,
  type Challenge,
  type ChallengeSigns,
  type ChallengeStep,
} from './challenge.js';
export { createEyeState, type EyeLimits, type EyeState } from './eye-state.js';
export { type FusedCue, fusePad, type PadDecision, type PadFusionMode, type PadFusionSettings } from './fuse.js';
export { createPlanarMotionCue, type PlanarMotionCue } from './planar-motion.js';
export { assessSurround } from './surround.js';
export { createTextureCue, type TextureCue } from './texture.js';
