/** Who runs the site, where and why: what the law asks to be declared, and what the notice says. */
import { Type } from '#typebox';
import { attestation, declarations } from './declarations.js';
import { closed, date, id, text } from './parts.js';

/** M13.4: the last five can be declared and are then refused, so that the refusal is on record. */
export const siteTypes = [
  'office',
  'factory',
  'school',
  'residential',
  'public-venue',
  'transport',
  'demonstration',
  'hotel-room',
  'bathroom',
  'toilet',
  'changing-room',
  'other-private-space',
] as const;

const hexHash = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description });
const signDeclaration = Type.Object(
  {
    by: text('Who declares it.'),
    on: date('When the sign was hung.'),
    statement: text('Where it hangs.'),
    noticeHash: Type.Optional(hexHash('The notice that it belongs to (`menshen notice`).')),
    signHash: Type.Optional(hexHash('The sign itself, as printed on it (`menshen sign`).')),
  },
  {
    ...closed,
    description:
      'A person declares that the sign hangs at the gate (M13.3); attested, never verified. It holds for one notice: the one it names, or else the one that was current when this declaration was first read. After a change of the notice hang the new sign and state the new date.',
  },
);

const several = (description: string) => Type.Optional(Type.Array(text(description), { minItems: 1, description }));
const translation = Type.Object(
  {
    processorName: Type.Optional(text('Of site.processor.name.')),
    contact: Type.Optional(text('Of site.processor.contact.')),
    purpose: Type.Optional(text('Of site.purpose.description.')),
    necessity: Type.Optional(text('Of site.necessity.')),
    impactOnRights: Type.Optional(text('Of site.impactOnRights.')),
    rightsRoutes: several('Of site.rightsRoutes.'),
    complaintContacts: several('Of site.complaintContacts.'),
    accessibilityHelp: Type.Optional(text('Of site.accessibilityHelp.')),
    otherLegalMatters: Type.Optional(text('Of site.otherLegalMatters.')),
    minorsRules: Type.Optional(text('Of site.minorsRules.')),
    retentionJustification: Type.Optional(text('Of site.retention.justification.')),
  },
  closed,
);

export const siteSchema = Type.Object(
  {
    name: text('Name of the place.'),
    type: Type.Enum(siteTypes, { description: 'Kind of place. Private spaces are refused (M13.4).' }),
    access: Type.Union([Type.Literal('public'), Type.Literal('internal')], {
      description: 'Open to the public or not.',
    }),
    publicSafetyNecessity: Type.Optional({
      ...attestation,
      description: 'Why public safety needs it (M13.1), declared by a person; required when access is public.',
    }),
    processor: Type.Object(
      { name: text('Name of the personal information processor.'), contact: text('How to reach it.') },
      { ...closed, description: 'Who answers for the processing (M5.1): name and contact.' },
    ),
    purpose: Type.Object(
      {
        endsOn: Type.Optional(date('When the purpose is fulfilled: everybody is erased then (P47).')),
        code: id('The one purpose of this site; a call with another one is refused (M4.1).'),
        description: text('In words.'),
      },
      closed,
    ),
    necessity: text('Why face verification is necessary here (M4.2, M5.3).'),
    impactOnRights: text('What it means for people (M5.3).'),
    rightsRoutes: Type.Array(text('A way to exercise rights.'), {
      minItems: 1,
      description: 'How to exercise rights (M5.4).',
    }),
    complaintContacts: Type.Array(text('A complaint contact.'), { minItems: 1 }),
    accessibilityHelp: text('Help for disabled and elderly people (M5.7).'),
    otherLegalMatters: text('Other matters laws require, or an explicit "none" (M5.5).'),
    minorsRules: Type.Optional(text('Special rules for people under 14 (M7.2); without them none can be enrolled.')),
    writtenConsentRequired: Type.Boolean({
      default: false,
      description: 'Law asks for written consent here (D5): a consent in another form is refused.',
    }),
    translations: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' }), translation, {
        ...closed,
        description:
          'What is written above, in other languages, by tag (`en`, `zh`); for the notice, the sign and the screen. What is left out is shown as written above.',
      }),
    ),
    lawfulUse: attestation,
    signPosted: Type.Optional(signDeclaration),
    ...declarations,
    retention: Type.Object(
      {
        maxDays: Type.Integer({
          minimum: 1,
          maximum: 3650,
          description: 'Longest keeping of face data in days (M8.3).',
        }),
        inactivityDays: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 3650,
            description:
              'Face data of whoever was not let in for so many days goes (M8.3). Left out: no day of use is kept.',
          }),
        ),
        justification: text('Why no shorter period does.'),
      },
      closed,
    ),
  },
  closed,
);
