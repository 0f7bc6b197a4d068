/** Who may pass which door when. Without this section anyone with a card, PIN or face passes every door at all times. */
import { type Static, Type } from '#typebox';
import { closed, date, id } from './parts.js';

const time = (description: string) => Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$', description });
const span = {
  from: time('Local time, HH:MM.'),
  to: time('Local time, HH:MM, not included; 24:00 ends a day. A span over midnight is two spans.'),
};
const minutesOfAWeek = 10_080;

const schedule = Type.Object(
  {
    id: id('Name of the schedule.'),
    weekly: Type.Array(
      Type.Object(
        {
          days: Type.Array(Type.Enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), {
            minItems: 1,
            uniqueItems: true,
          }),
          ...span,
        },
        closed,
      ),
      { minItems: 1, maxItems: 64 },
    ),
    onHolidays: Type.Union(
      [
        Type.Literal('closed'),
        Type.Literal('as-usual'),
        Type.Array(Type.Object(span, closed), { minItems: 1, maxItems: 16 }),
      ],
      { default: 'closed', description: 'What counts on a holiday in place of the weekly spans.' },
    ),
  },
  closed,
);

const group = Type.Object(
  {
    id: id('Name of the group; people are put into it by an operator.'),
    doors: Type.Array(id('A door it opens.'), { minItems: 1, uniqueItems: true }),
    schedule: Type.Optional(id('When. Left out: at all times, also while the clock is in doubt.')),
    factors: Type.Enum(['any', 'two-factors', 'card+pin', 'card+face', 'pin+face'], {
      default: 'any',
      description:
        'What a person must show. Card and PIN together always do, also where a face is asked for (M10.1): so every rule but `any` needs credentials.card and credentials.pin.',
    }),
    everyone: Type.Optional(Type.Boolean({ description: 'People whom nobody put into a group are in this one.' })),
    passesLockDown: Type.Optional(
      Type.Boolean({ description: 'Passes also while the door is locked down (fire brigade, guards).' }),
    ),
  },
  closed,
);

const doorRule = Type.Object(
  {
    doorId: id('The door it is about.'),
    reportsPassages: Type.Boolean({
      default: false,
      description:
        'A door contact or the panel tells who really entered (POST /v1/doors/{id}/passages or …/contact). A must for anti-passback.',
    }),
    leadsTo: Type.Optional(id('The area that passing this door leads into.')),
    antiPassback: Type.Enum(['off', 'soft', 'hard'], {
      default: 'off',
      description: 'Whoever enters an area they are in already: soft: passes, and it is recorded; hard: does not.',
    }),
    antiPassbackForgetsAfterMinutes: Type.Integer({
      minimum: 1,
      maximum: minutesOfAWeek,
      default: 720,
      description: 'After so long an entry counts no more and is forgotten: somebody left by another way.',
    }),
    twoPersons: Type.Boolean({ default: false, description: 'Opens for two different people one after the other.' }),
    heldOpenAfterMs: Type.Integer({
      minimum: 1000,
      maximum: 3_600_000,
      default: 30_000,
      description: 'A door that its contact says is open for longer is an event.',
    }),
  },
  closed,
);

export const accessSchema = Type.Object(
  {
    timeZone: Type.String({
      default: 'Asia/Shanghai',
      maxLength: 60,
      description: 'IANA name of the time zone of schedules and holidays.',
    }),
    schedules: Type.Array(schedule, { maxItems: 64, default: [] }),
    holidays: Type.Array(date('Local date.'), { maxItems: 1000, uniqueItems: true, default: [] }),
    groups: Type.Array(group, { minItems: 1, maxItems: 256 }),
    doors: Type.Array(doorRule, { maxItems: 16, default: [] }),
    secondPersonWithinMs: Type.Integer({
      minimum: 1000,
      maximum: 600_000,
      default: 20_000,
      description: 'How long the first of two persons waits for the second.',
    }),
    passageWithinMs: Type.Integer({
      minimum: 1000,
      maximum: 600_000,
      default: 15_000,
      description: 'A grant without any word of a passage for so long is recorded as granted, not entered.',
    }),
  },
  { ...closed, description: 'Door rules.' },
);

export type AccessConfig = Static<typeof accessSchema>;
