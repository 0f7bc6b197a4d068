import type { Config } from '../config/index.js';

/**
 * Ways to exercise rights that the product itself offers (M5.4). `test/law/notice.test.ts` walks each of them against
 * the running service: a way that the notice names must work.
 */
export type RightsRoute = 'screen' | 'operator' | 'command-line';

/** Steps of a withdrawal, in order; the words for each are in `notice.json`. */
export type WithdrawalStep = 'go-to-screen' | 'ask-operator' | 'prove-who-you-are' | 'say-withdraw' | 'take-receipt';

export function rightsRoutesOf(config: Config): readonly RightsRoute[] {
  return hasScreen(config) ? ['screen', 'operator', 'command-line'] : ['operator', 'command-line'];
}

export function withdrawalStepsOf(config: Config): readonly WithdrawalStep[] {
  return [hasScreen(config) ? 'go-to-screen' : 'ask-operator', 'prove-who-you-are', 'say-withdraw', 'take-receipt'];
}

/** Without the section `screen` the terminal has no page for people, and the notice must not send them there. */
const hasScreen = (config: Config): boolean => config.screen !== undefined;
