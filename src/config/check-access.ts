import { chinaDayMs, MenshenError } from '../core/index.js';
import type { AccessConfig } from './access-schema.js';
import type { Config } from './schema.js';

/** What the schema cannot say of door rules: names that nobody has, spans that never are, a face as the only way. */
export function checkAccess(config: Config): void {
  const { access } = config;
  if (access === undefined) return;
  checkTimes(access);
  checkGroups(config, access);
  checkDoorRules(config, access);
}

function checkTimes({ timeZone, schedules, holidays }: AccessConfig): void {
  if (!isTimeZone(timeZone)) refuse(`timeZone: the system knows no time zone ${timeZone} (such as Asia/Shanghai).`);
  const twice = repeated(schedules.map(({ id }) => id));
  if (twice !== undefined) refuse(`two schedules have the id ${twice}.`);
  const noDay = holidays.find((day) => chinaDayMs(day) === undefined);
  if (noDay !== undefined) refuse(`holidays: ${noDay} is no day of the calendar (YYYY-MM-DD).`);
  for (const { id, weekly, onHolidays } of schedules) {
    const spans = [...weekly, ...(typeof onHolidays === 'string' ? [] : onHolidays)];
    const empty = spans.find(({ from, to }) => from >= to);
    if (empty !== undefined)
      refuse(`schedule ${id}: ${empty.from} to ${empty.to} ends before it begins. Over midnight write two spans.`);
  }
}

function checkGroups({ doors, credentials }: Config, { groups, schedules }: AccessConfig): void {
  const twice = repeated(groups.map(({ id }) => id));
  if (twice !== undefined) refuse(`two groups have the id ${twice}.`);
  const known = new Set(doors.map(({ id }) => id));
  for (const group of groups) {
    const unknown = group.doors.find((doorId) => !known.has(doorId));
    if (unknown !== undefined) refuse(`group ${group.id} names the door ${unknown}, which is not there.`);
    if (group.schedule !== undefined && !schedules.some(({ id }) => id === group.schedule))
      refuse(`group ${group.id} names the schedule ${group.schedule}, which is not there.`);
    if (group.factors !== 'any' && !(credentials.pin.enabled && credentials.card.enabled)) {
      refuse(
        `group ${group.id} asks for ${group.factors}: that needs credentials.pin and credentials.card, for card and PIN together are the way without a face (M10.1).`,
      );
    }
  }
  const forNobody = doors.find(({ id }) => !groups.some((group) => group.doors.includes(id)));
  if (forNobody !== undefined) refuse(`no group opens the door ${forNobody.id}: nobody would ever pass it.`);
}

function checkDoorRules({ doors, verification }: Config, access: AccessConfig): void {
  const twice = repeated(access.doors.map(({ doorId }) => doorId));
  if (twice !== undefined) refuse(`there are two rules for the door ${twice}.`);
  for (const { doorId, antiPassback, leadsTo, reportsPassages } of access.doors) {
    if (!doors.some(({ id }) => id === doorId)) refuse(`a rule is for the door ${doorId}, which is not there.`);
    if (antiPassback !== 'off' && (leadsTo === undefined || !reportsPassages))
      refuse(
        `door ${doorId}: anti-passback needs leadsTo, and reportsPassages: true, for only a door contact or the panel knows who entered.`,
      );
  }
  if (access.passageWithinMs < verification.decisionValidMs)
    refuse('passageWithinMs is below verification.decisionValidMs: a grant would be over before it may be used.');
}

function repeated(ids: readonly string[]): string | undefined {
  return ids.find((id, place) => ids.indexOf(id) !== place);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

function refuse(why: string): never {
  throw new MenshenError('site-refused', `access: ${why}`);
}
