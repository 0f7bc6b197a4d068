/** Schemas of incidents, tampering and the self-test. */
import { type TSchema, Type } from '#typebox';
import { audiences, dataKinds, incidentKinds, severities, tamperSignals } from '../incident/index.js';
import { closed } from './schemas.js';

const oneOf = <T extends string>(names: readonly T[]) => Type.Union(names.map((name) => Type.Literal(name)));
const words = (description: string) => Type.String({ minLength: 3, maxLength: 8000, description });
const maybe = <S extends TSchema>(schema: S) => Type.Optional(schema);

const whatIsKnown = {
  cause: maybe(words('Why it happened.')),
  possibleHarm: maybe(words('What it can mean for people.')),
  remedy: maybe(words('What was done about it.')),
  selfHelp: maybe(words('What people can do themselves.')),
};
const dataKindList = Type.Array(oneOf(dataKinds), { maxItems: dataKinds.length, uniqueItems: true });

export const newIncident = Type.Object(
  {
    kind: oneOf(incidentKinds),
    severity: Type.Union(
      severities.map((name) => Type.Literal(name)),
      { description: 'A major one voids the impact assessment (M9.5, unconfirmed wording).' },
    ),
    dataKinds: Type.Array(oneOf(dataKinds), { minItems: 1, maxItems: dataKinds.length, uniqueItems: true }),
    description: words('What happened; sealed.'),
    ...whatIsKnown,
  },
  closed,
);

export const incidentSupplement = Type.Object(
  { severity: maybe(Type.Literal('major')), dataKinds: maybe(dataKindList), ...whatIsKnown },
  { ...closed, minProperties: 1 },
);

export const incidentLift = Type.Object(
  {
    remedied: Type.Literal(true, { description: 'The cause is gone; said by whoever lifts, not checked.' }),
    peopleTold: Type.Union([Type.Literal('yes'), Type.Literal('not-needed')], {
      description: 'not-needed: what was done averts the harm (PIPL art. 57).',
    }),
  },
  closed,
);

export const incidentNoticeQuery = Type.Object(
  { audience: maybe(oneOf(audiences)), language: maybe(Type.String({ maxLength: 40 })) },
  closed,
);

export const newTampering = Type.Object(
  { signal: oneOf(tamperSignals), doorId: maybe(Type.String({ minLength: 1, maxLength: 200 })) },
  closed,
);
