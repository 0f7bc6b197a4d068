import { MenshenError } from '../core/index.js';
import type { Config } from './schema.js';

/** What the schema cannot say of the panel's last word: doors and groups that nobody has, a listener too much or missing. */
export function checkRemoteCheck({ remoteCheck, doors, access }: Config): void {
  if (remoteCheck === undefined) return;
  const { via, listener, whenAway } = remoteCheck;
  const noDoor = remoteCheck.doors.find((doorId) => !doors.some(({ id }) => id === doorId));
  if (noDoor !== undefined) refuse(`it names the door ${noDoor}, which is not there.`);
  const groups = whenAway === 'deny' ? [] : whenAway.grantGroups;
  const noGroup = groups.find((group) => !access?.groups.some(({ id }) => id === group));
  if (noGroup !== undefined) refuse(`whenAway names the group ${noGroup}, which the section access does not have.`);
  if (via === 'webhook-answer' && listener === undefined)
    refuse('via: webhook-answer needs the id of the listener that answers (menshen listeners list).');
  if (via === 'webhook-answer' && remoteCheck.panels !== undefined)
    refuse('panels goes with via: poll alone; with webhook-answer the listener answers.');
  if (via === 'poll' && listener !== undefined) refuse('listener goes with via: webhook-answer alone.');
}

function refuse(why: string): never {
  throw new MenshenError('site-refused', `remoteCheck: ${why}`);
}
