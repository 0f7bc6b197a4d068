import { readFileSync } from 'node:fs';
import path from 'node:path';
import { demonstrationAssessment } from '../../../dist/cli/demonstration.js';
import { projectRoot } from '../../setup/context.mjs';
import { textFitting } from './pattern.mjs';

/** @typedef {import('../parts/dice.mjs').Dice} Dice */
/** @typedef {import('./known.mjs').Known} Known */
/** @typedef {import('./routes.mjs').Schema} Schema */

/** The PIN of everybody that the fuzzer gives one; no answer may have it. */
export const knownPin = '739164';
const hourMs = 3_600_000;

/**
 * A value that a schema accepts, and that means something where the key’s name says what it is.
 *
 * @param {Schema} schema
 * @param {{ dice: Dice, known: Known, name?: string }} about
 * @returns {any}
 */
export function validValue(schema, about) {
  const { dice } = about;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return dice.pick(schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return validValue(dice.pick(options), about);
  if (schema.type === 'object') return validObject(schema, about);
  if (schema.type === 'array') return validArray(schema, about);
  if (schema.type === 'integer' || schema.type === 'number') return validNumber(schema, about);
  if (schema.type === 'boolean') return dice.chance(0.85);
  if (schema.type === 'null') return null;
  return validString(schema, about);
}

/** A whole body. Where the schema takes any object the route says what it wants. @param {import('./routes.mjs').Route} route @param {{ dice: Dice, known: Known }} about */
export function validBody(route, about) {
  const example = examples.find(([pattern]) => pattern.test(route.path))?.[1];
  return example !== undefined && about.dice.chance(0.8) ? example(about) : validValue(route.body ?? {}, about);
}

const { approver: _approver, ...draft } = demonstrationAssessment;
const dayFrom = (/** @type {number} */ ms) => new Date(ms).toISOString().slice(0, 10);

/** @type {readonly (readonly [RegExp, (about: { dice: Dice, known: Known }) => any])[]} */
const examples = [
  [/\/assessments$/, () => demonstrationAssessment],
  [/\/assessments\/(checks|drafts)$/, () => draft],
  [
    /\/consents$/,
    ({ dice, known }) => ({
      ...{ noticeHash: known.facts.noticeHash, expiresAt: new Date(Date.now() + 10 * hourMs).toISOString() },
      ...{ language: 'en', accessMode: 'operator', form: 'electronic' },
      ...{ separateAct: true, voluntary: true, alternativesShown: true },
      ...(dice.chance(0.2) ? { renewal: true } : {}),
    }),
  ],
];

/** @param {Schema} schema @param {{ dice: Dice, known: Known }} about */
function validObject({ properties = {}, required = [] }, about) {
  const names = Object.keys(properties).filter((name) => required.includes(name) || about.dice.chance(0.4));
  return Object.fromEntries(names.map((name) => [name, validValue(properties[name], { ...about, name })]));
}

/** @param {Schema} schema @param {{ dice: Dice, known: Known, name?: string }} about */
function validArray({ items = {}, minItems = 0, maxItems = 3, uniqueItems }, about) {
  const length = about.dice.between(minItems, Math.min(maxItems, minItems + 2));
  const list = Array.from({ length }, () => validValue(items, about));
  return uniqueItems === true ? [...new Map(list.map((item) => [JSON.stringify(item), item])).values()] : list;
}

/** @param {Schema} schema @param {{ dice: Dice, name?: string }} about */
function validNumber({ minimum = 0, maximum = 1000, multipleOf = 1 }, { dice, name = '' }) {
  // Whoever waits half a minute asks little else.
  const top = /Ms$/.test(name) ? Math.min(maximum, minimum + 200) : maximum;
  return dice.pick([minimum, top, dice.between(minimum, top)]) * multipleOf;
}

const still = (/** @type {string} */ who) => {
  try {
    return readFileSync(path.join(projectRoot, 'var', 'demo', 'stills', `${who}.jpg`)).toString('base64');
  } catch {
    // Without the demonstration’s pictures there are only damaged ones to send.
    return '/9j/4AAQSkZJRgABAQAAAQABAAD/';
  }
};

/** What a field of this name means. @type {Record<string, (about: { dice: Dice, known: Known }) => string | undefined>} */
const meanings = {
  doorId: () => 'main',
  purpose: () => 'demonstration',
  noticeHash: ({ known }) => known.facts.noticeHash,
  hash: ({ known }) => known.facts.noticeHash,
  subjectId: ({ dice, known }) => known.pick('subjectId', dice),
  personNumber: ({ dice, known }) => (dice.chance(0.7) ? known.pick('personNumber', dice) : undefined),
  cardNumber: ({ dice, known }) =>
    dice.chance(0.7) ? known.pick('cardNumber', dice) : dice.text(10, '0123456789ABCDEF'),
  pin: ({ dice }) => (dice.chance(0.8) ? knownPin : undefined),
  code: ({ dice, known }) => known.pick('code', dice),
  language: ({ dice }) => dice.pick(['en', 'zh']),
  languages: ({ dice }) => dice.pick(['en', 'zh', 'zh,en']),
  expiresAt: ({ dice }) => new Date(Date.now() + dice.between(1, 20) * hourMs).toISOString(),
  now: () => new Date().toISOString(),
  reviewDate: ({ dice }) => dayFrom(Date.now() + dice.between(1, 5000) * 24 * hourMs),
  on: () => dayFrom(Date.now()),
  before: ({ dice }) => dayFrom(Date.now() - dice.between(0, 4000) * 24 * hourMs),
  url: ({ dice }) => dice.pick(['http://127.0.0.1:9/hook', 'https://192.168.0.9/hook', 'http://10.0.0.1:8080/']),
  nonce: ({ dice }) => dice.text(dice.between(8, 40)),
  stills: ({ dice }) => still(dice.pick(['person-a', 'person-b', 'person-c'])),
};

/** @param {Schema} schema @param {{ dice: Dice, known: Known, name?: string }} about @returns {string} */
function validString({ pattern, format, minLength = 0, maxLength = 60 }, about) {
  const { dice, name = '' } = about;
  const meant = Object.hasOwn(meanings, name) ? meanings[name]?.(about) : undefined;
  if (meant !== undefined) return meant;
  if (format === 'date-time') return new Date(Date.now() + dice.between(-48, 48) * hourMs).toISOString();
  if (pattern === '^\\d{4}-\\d{2}-\\d{2}$') return dayFrom(Date.now() - dice.between(0, 400) * 24 * hourMs);
  if (pattern !== undefined) return textFitting(pattern, dice);
  const length = dice.pick([minLength, maxLength, dice.between(minLength, Math.min(maxLength, minLength + 30))]);
  return dice.text(Math.min(length, 8000), 'abcdefghij klmnop 漢字éü0123456789');
}
