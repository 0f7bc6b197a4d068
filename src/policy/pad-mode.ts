import type { Config } from '../config/index.js';
import type { PadFusionMode } from '../pad/index.js';

/** How the site's configuration has attack detection's cues fused. */
export function padFusionMode({ mode, face }: Config): PadFusionMode {
  return { demonstration: mode === 'demonstration', strict: face.attackDetection === 'strict' };
}
