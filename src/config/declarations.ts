/** What only a person can know, and so declares with name and date: reported as attested, never as verified. */
import { Type } from '#typebox';
import { closed, date, text } from './parts.js';

const declarant = { declaredBy: text('Who declares it.'), on: date('When it was declared.') };

export const attestation = Type.Object(
  { by: text('Who declares it.'), on: date('When.'), statement: text('What is declared.') },
  { ...closed, description: 'A declaration by a person; reported as attested, never as verified.' },
);

/** Optional where the law makes it conditional; what is left out shows in the compliance report as not declared. */
export const declarations = {
  stateRuleOverride: Type.Optional(
    Type.Object(
      { citation: text('The state rule, with its number.'), endsOn: date('Last day it is relied on.'), ...declarant },
      {
        ...closed,
        description:
          'M10.3: state rules may prescribe the face. Recorded and shown; this product keeps PIN or card working all the same.',
      },
    ),
  ),
  classifiedProtection: Type.Optional(
    Type.Object(
      {
        applies: Type.Boolean(),
        level: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
        certificate: Type.Optional(text('Number of the filing certificate.')),
        expiresOn: Type.Optional(date('When the grading or test runs out.')),
        statement: Type.Optional(text('Why it does not apply.')),
        ...declarant,
      },
      { ...closed, description: 'M14.6 (unconfirmed wording): classified protection, or why it does not apply.' },
    ),
  ),
  majorInterests: Type.Optional(
    Type.Object(
      { involved: Type.Boolean(), statement: text('Which interests, or why none.'), ...declarant },
      {
        ...closed,
        description: 'D12: where social assistance, property or the like is decided, a face match goes to staff first.',
      },
    ),
  ),
  secrecyLawData: Type.Optional(
    Type.Object(
      { involved: Type.Boolean(), statement: text('Which data, or why none.'), ...declarant },
      { ...closed, description: 'D16: data under secrecy law; a face match then goes to staff first.' },
    ),
  ),
  publicService: Type.Optional(
    Type.Object(
      {
        provided: Type.Boolean(),
        certificate: Type.Optional(text('Certificate of level-3 protection.')),
        expiresOn: Type.Optional(date('When it runs out.')),
        statement: Type.Optional(text('Why this is no public service.')),
        ...declarant,
      },
      { ...closed, description: 'D17: level-3 protection of a service for the public, or that this is none.' },
    ),
  ),
  listedEquipment: Type.Optional(
    Type.Object(
      {
        listed: Type.Boolean(),
        certificate: Type.Optional(text('Certificate or test report.')),
        statement: Type.Optional(text('Why the device is not in the catalogue.')),
        ...declarant,
      },
      { ...closed, description: 'D20: certificate of listed network equipment, or that it is not listed.' },
    ),
  ),
};
