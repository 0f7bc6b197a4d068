import type { AuditPort, Clock } from '../core/index.js';
import type { Languages } from '../language/index.js';
import type { Store } from '../store/index.js';
import { type OwnRecords, ownRecords } from './own-records.js';
import type { Line, OwnData } from './types.js';
import { type Words, wordsOf } from './words.js';

export interface OwnDataParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly languages: Languages;
}

/** The same for reading and as records, for a file. */
export interface OwnDataFile extends OwnData {
  readonly records: OwnRecords;
}

/** Who asked to see it, and how they were shown it; on record with each look. */
export interface Look {
  readonly by: string;
  readonly form: 'screen' | 'file';
  readonly provedBy?: string;
}

const eventsShown = 20;
const digitsShown = 4;

/**
 * P45: the records held about a person, in their language; never the template, the PIN or anything made from them.
 *
 * @throws MenshenError `not-found`, `language-unknown`.
 */
export async function ownData(
  parts: OwnDataParts,
  subjectId: string,
  look: Look,
  language?: string,
): Promise<OwnDataFile> {
  const { store, audit, clock } = parts;
  const words = wordsOf(parts.languages, language);
  store.subjects.require(subjectId);
  audit.append('own-data.shown', { subjectId, ...look });
  const records = await ownRecords(store, subjectId);
  return { madeAt: new Date(clock.wallMs()).toISOString(), sections: sectionsOf(records, words), records };
}

function sectionsOf(records: OwnRecords, words: Words): OwnData['sections'] {
  return [
    { heading: words('data.person'), rows: personRows(records, words) },
    { heading: words('data.face'), rows: faceRows(records, words) },
    { heading: words('data.credentials'), rows: credentialRows(records, words) },
    { heading: words('data.consents'), rows: consentRows(records, words) },
    {
      heading: words('data.receipts'),
      rows: records.receipts.map(({ kind, at, record }) => receiptRow(kind, at, record, words)),
    },
    {
      heading: words('data.registers'),
      rows: records.registers.map(({ register, at, state }) => ({
        label: day(at),
        text: `${words(`register.${register}`)}: ${words(`state.${state}`)}`,
      })),
    },
    { heading: words('data.events'), rows: eventRows(records, words) },
  ].filter(({ rows }) => rows.length > 0);
}

function personRows(
  { subjectPseudonym, profile, ageBand, createdAt, expiresAt, lastUsedOn }: OwnRecords,
  words: Words,
): Line[] {
  const { personNumber, displayName, guardian, groups } = profile;
  const guardianName = (guardian as { readonly name?: string } | undefined)?.name;
  return [
    line(words, 'subjectPseudonym', subjectPseudonym),
    ...optional(words, 'personNumber', personNumber),
    ...optional(words, 'displayName', displayName),
    ...optional(words, 'guardianName', guardianName),
    ...optional(words, 'groups', (groups as readonly string[] | undefined)?.join(', ')),
    line(words, 'ageBand', words(`value.ageBand.${ageBand}`)),
    line(words, 'createdAt', day(createdAt)),
    line(words, 'erasedAt', day(expiresAt)),
    ...optional(words, 'lastUsedOn', lastUsedOn),
  ];
}

/** That there is one, since when and of which model: the template itself leaves the store for nobody. */
function faceRows({ faceTemplates }: OwnRecords, words: Words): Line[] {
  if (faceTemplates.length === 0) return [line(words, 'template', words('value.none'))];
  return [
    ...faceTemplates.map(({ createdAt, modelId }) => line(words, 'template', `${day(createdAt)}, ${modelId}`)),
    line(words, 'templateNote', words('text.templateNote')),
  ];
}

/** Others can read the screen too. */
function credentialRows({ pinSet, cards }: OwnRecords, words: Words): Line[] {
  return [
    line(words, 'pin', words(pinSet ? 'value.yes' : 'value.no')),
    ...cards.map(({ number, addedAt }) => line(words, 'card', `…${number.slice(-digitsShown)}, ${day(addedAt)}`)),
  ];
}

function consentRows({ consents }: OwnRecords, words: Words): Line[] {
  return consents.map(({ recordId, givenAt, expiresAt, endedAt, endReason }) => {
    const ended =
      endedAt === undefined
        ? ''
        : `; ${words('field.endedAt')} ${day(endedAt)} (${words(`value.endReason.${endReason ?? ''}`)})`;
    return { label: `${day(givenAt)} – ${day(expiresAt)}`, text: `${recordId}${ended}` };
  });
}

function receiptRow(kind: string, at: string, record: unknown, words: Words): Line {
  const { receiptId } = record as { readonly receiptId?: string };
  return { label: `${day(at)} ${words(`kind.${kind}`)}`, text: receiptId ?? '' };
}

/** The newest; the file has them all. */
function eventRows({ events, eventsLeftOut }: OwnRecords, words: Words): Line[] {
  const rest = Math.max(0, events.length - eventsShown) + eventsLeftOut;
  return [
    ...events.slice(0, eventsShown).map(({ at, kind, details }) => ({
      label: `${at.slice(0, 16).replace('T', ' ')} UTC`,
      text: [words(`event.${kind}`), details.doorId, details.decision, details.method].filter(isText).join(', '),
    })),
    ...(rest > 0 ? [line(words, 'moreEvents', String(rest))] : []),
  ];
}

const line = (words: Words, field: string, text: string): Line => ({ label: words(`field.${field}`), text });
const optional = (words: Words, field: string, value: unknown): Line[] =>
  isText(value) ? [line(words, field, value)] : [];
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const day = (iso: string): string => iso.slice(0, 10);
