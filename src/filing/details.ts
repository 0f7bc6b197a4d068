import { type Static, Type } from '#typebox';
import { MenshenError } from '../core/index.js';

const closed = { additionalProperties: false } as const;
/** A line of the template that nobody filled in says nothing. */
const line = (description: string) =>
  Type.Optional(Type.String({ pattern: '^(?![\\s\\S]*FILL IN)[\\s\\S]*\\S', maxLength: 300, description }));
const ready = Type.Optional(Type.Boolean());

/** What the forms need and no terminal knows. It goes into the package and is kept nowhere on the device. */
export const filingDetailsSchema = Type.Object(
  {
    unifiedCreditCode: Type.Optional(
      Type.String({ pattern: '^[0-9A-HJ-NPQRTUWXY]{18}$', description: 'Unified social credit code (GB 32100).' }),
    ),
    registeredAddress: line('Registered address of the processor.'),
    province: line('Province whose cyberspace administration the filing goes to.'),
    legalRepresentative: line('Name of the legal representative or person in charge.'),
    agentName: line('Name of the agent who files.'),
    agentPhone: line('How to reach the agent by phone.'),
    agentEmail: line('How to reach the agent by mail.'),
    materialsReady: Type.Optional(
      Type.Object(
        {
          creditCodeCertificate: ready,
          legalRepresentativeId: ready,
          agentId: ready,
          stampedAuthorisation: ready,
          stampedUndertaking: ready,
        },
        { ...closed, description: 'Declared by a person: the paper is there. No scan of it is taken in here.' },
      ),
    ),
    otherMaterials: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 20 })),
  },
  closed,
);
export type FilingDetails = Static<typeof filingDetailsSchema>;

/** Papers that only people have, as the filing announcement’s guide lists them. */
export const peoplesMaterials = [
  'creditCodeCertificate',
  'legalRepresentativeId',
  'agentId',
  'stampedAuthorisation',
  'stampedUndertaking',
] as const;

const requiredDetails = [
  'unifiedCreditCode',
  'registeredAddress',
  'province',
  'legalRepresentative',
  'agentName',
  'agentPhone',
  'agentEmail',
] as const;

/** What is missing in the details, each as a code that a text exists for. @throws MenshenError `body-invalid`. */
export function missingDetails(details: FilingDetails): string[] {
  if (details.unifiedCreditCode !== undefined && !isCreditCode(details.unifiedCreditCode))
    throw new MenshenError('body-invalid', 'unifiedCreditCode: its check character is wrong. Copy it once more.');
  return [
    ...requiredDetails.filter((name) => details[name] === undefined).map((name) => `details.${name}`),
    ...peoplesMaterials.filter((name) => details.materialsReady?.[name] !== true).map((name) => `material.${name}`),
  ];
}

const creditCodeAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** GB 32100-2015: the 18th character checks the first 17, with weights 3^i modulo 31. */
export function isCreditCode(code: string): boolean {
  const values = [...code].map((character) => creditCodeAlphabet.indexOf(character));
  if (values.length !== 18 || values.includes(-1)) return false;
  let weight = 1;
  let sum = 0;
  for (const value of values.slice(0, 17)) {
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return values[17] === (31 - (sum % 31)) % 31;
}
