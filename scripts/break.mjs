/**
 * `npm run break -- crash|faults|forensics [--times N] [--seed N]`: breaks the service on purpose and looks whether what
 * must hold holds. One line says how it ended; the details lie in var/break.
 */
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');
await setUpOrExit();
const { breakOnPurpose } = await import('./break/run.mjs');
process.exitCode = await breakOnPurpose(process.argv.slice(2));
