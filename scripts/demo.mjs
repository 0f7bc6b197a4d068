/**
 * The whole story against the real service over HTTP, printed for a person. Exits non-zero if anything differs from what
 * it says: every line that ends in a tick was checked.
 */
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');
await setUpOrExit();
const { untilInterrupted } = await import('./demo/interruption.mjs');
const { tellStory } = await import('./demo/story.mjs');
// What the story still waits for when it is interrupted must not keep the process.
process.exit(await untilInterrupted(tellStory));
