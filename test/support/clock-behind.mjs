/** Loaded into a daemon before it starts (`node --import`): its wall clock is behind by so many milliseconds. */
const behindMs = Number(process.env.MENSHEN_TEST_CLOCK_BEHIND_MS);
const now = Date.now;
Date.now = () => now() - behindMs;
