import type { Languages } from '../language/index.js';
import type { ConsentRow, Store } from '../store/index.js';
import type { Line, OwnData } from './types.js';
import { type Words, wordsOf } from './words.js';

export interface OwnDataParts {
  readonly store: Store;
  readonly clock: { wallMs(): number };
  readonly languages: Languages;
}

/** P45: the records held about a person, in their language; never the template, the PIN or anything made from them. */
export function ownData(parts: OwnDataParts, subjectId: string, language: string | undefined): OwnData {
  const { store, clock } = parts;
  const words = wordsOf(parts.languages, language);
  return {
    madeAt: new Date(clock.wallMs()).toISOString(),
    sections: [
      { heading: words('data.person'), rows: personRows(store, subjectId, words) },
      { heading: words('data.face'), rows: faceRows(store, subjectId, words) },
      { heading: words('data.credentials'), rows: credentialRows(store, subjectId, words) },
      {
        heading: words('data.consents'),
        rows: store.consents.ofSubject(subjectId).map((row) => consentRow(row, words)),
      },
    ],
  };
}

function personRows(store: Store, subjectId: string, words: Words): Line[] {
  const { ageBand, createdAtMs, expiresAtMs } = store.subjects.require(subjectId);
  const { personNumber, displayName } = store.subjects.profile(subjectId);
  return [
    { label: words('field.subjectPseudonym'), text: subjectId },
    ...(personNumber === undefined ? [] : [{ label: words('field.personNumber'), text: personNumber }]),
    ...(displayName === undefined ? [] : [{ label: words('field.displayName'), text: displayName }]),
    { label: words('field.ageBand'), text: words(`value.ageBand.${ageBand}`) },
    { label: words('field.createdAt'), text: day(createdAtMs) },
    { label: words('field.expiry'), text: day(expiresAtMs) },
  ];
}

/** That there is one, since when and of which model: the template itself leaves the store for nobody. */
function faceRows(store: Store, subjectId: string, words: Words): Line[] {
  const rows = store.templates
    .allOf(subjectId)
    .map(({ createdAtMs, modelId }) => ({ label: words('field.template'), text: `${day(createdAtMs)}, ${modelId}` }));
  return rows.length === 0 ? [{ label: words('field.template'), text: words('value.none') }] : rows;
}

function credentialRows(store: Store, subjectId: string, words: Words): Line[] {
  const hasPin = store.credentials.pin(subjectId) !== undefined;
  return [
    { label: words('field.pin'), text: words(hasPin ? 'value.yes' : 'value.no') },
    ...store.credentials
      .cardsOf(subjectId)
      .map(({ id, addedAtMs }) => ({ label: words('field.card'), text: `${id}, ${day(addedAtMs)}` })),
  ];
}

function consentRow({ recordId, givenAtMs, expiresAtMs, endedAtMs, endReason }: ConsentRow, words: Words): Line {
  const ended =
    endedAtMs === undefined
      ? ''
      : `; ${words('field.endedAt')} ${day(endedAtMs)} (${words(`value.endReason.${endReason}`)})`;
  return { label: `${day(givenAtMs)} – ${day(expiresAtMs)}`, text: `${recordId}${ended}` };
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
