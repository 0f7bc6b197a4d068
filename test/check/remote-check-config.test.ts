// The section `remoteCheck` of the configuration: what is refused, and in which words.
import { expect, test } from 'vitest';
import { siteConfig } from '../support/site.js';

const refusalOf = (remoteCheck: Record<string, unknown>): string => {
  try {
    siteConfig({ remoteCheck: { doors: ['main'], ...remoteCheck } });
    return 'accepted';
  } catch (thrown) {
    return String(thrown);
  }
};

const listener = 'l-0123456789ab';

test('keys, certificates and users of ISAPI can have the last word', () => {
  const panels = ['0123456789ab', 'panel-0123456789ab', 'isapi:north'];
  expect(siteConfig({ remoteCheck: { doors: ['main'], panels } }).remoteCheck?.panels).toEqual(panels);
});

test.each([
  ['a door that is not there', { doors: ['attic'] }, 'names the door attic'],
  ['a group that is not there', { whenAway: { grantGroups: ['ghosts'] } }, 'names the group ghosts'],
  ['a reply of nobody', { via: 'webhook-answer' }, 'needs the id of the listener'],
  ['a listener that is not asked', { listener }, 'goes with via: webhook-answer'],
  ['panels beside a listener', { via: 'webhook-answer', listener, panels: ['0123456789ab'] }, 'the listener answers'],
  ['a list of nobody', { panels: [] }, 'panels'],
  ['a panel by its label', { panels: ['north gate'] }, 'panels'],
  ['the owner’s socket', { panels: ['local'] }, 'panels'],
  ['a screen of the gate', { panels: ['kiosk:main'] }, 'panels'],
])('%s is refused in a sentence', (_what, change, words) => {
  expect(refusalOf(change)).toContain(words);
});
