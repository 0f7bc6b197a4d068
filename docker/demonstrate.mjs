import { tellStory } from '../scripts/demo/story.mjs';

// `npm run demo` without its set-up: that was done when the image was built, and here is nothing to do it with.
process.exitCode = await tellStory();
