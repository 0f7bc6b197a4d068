/**
 * The whole story against the real service over HTTP, printed for a person. Exits non-zero if anything differs from what
 * it says: every line that ends in a tick was checked.
 */
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');
await setUpOrExit();
const { tellStory } = await import('./demo/story.mjs');
process.exitCode = await tellStory();
