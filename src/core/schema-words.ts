import type { SchemaComplaint } from './choices.js';

/** A complaint with what is said where nothing better is known. */
interface WordedComplaint extends SchemaComplaint {
  readonly message?: string | undefined;
  readonly schemaPath?: string;
}

/**
 * What a validator of JSON schemas says of a value, in words that need no knowledge of schemas.
 *
 * @param root the schema that was asked: what it says of the place in its description is told with it.
 */
export function complaintInWords(complaint: WordedComplaint, root?: unknown): string {
  const { keyword, params, message = 'is not as expected', schemaPath } = complaint;
  const { limit, pattern, type, requiredProperties, format } = params as Facts;
  const amount = limits[keyword];
  if (keyword === 'minLength' && limit === 1) return 'must not be empty';
  if (amount !== undefined && typeof limit === 'number') return amount(limit);
  if (keyword === 'pattern' && typeof pattern === 'string')
    return described(patternWords.get(pattern) ?? 'is not written as it must be', descriptionAt(root, schemaPath));
  if (keyword === 'format') return format === 'date-time' ? `must be ${instantWords}` : message;
  if (keyword === 'type') return typeWords.get(String(type)) ?? message;
  if (keyword === 'required' && Array.isArray(requiredProperties)) return `lacks ${requiredProperties.join(', ')}`;
  if (keyword === 'uniqueItems') return 'must not have the same entry twice';
  return message;
}

interface Facts {
  readonly limit?: unknown;
  readonly pattern?: unknown;
  readonly type?: unknown;
  readonly format?: unknown;
  readonly requiredProperties?: unknown;
}

const counted = (count: number, one: string, several: string): string => `${count} ${count === 1 ? one : several}`;
const characters = (count: number): string => counted(count, 'character', 'characters');
const entries = (count: number): string => counted(count, 'entry', 'entries');

const limits: Readonly<Record<string, ((limit: number) => string) | undefined>> = {
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  exclusiveMaximum: (limit) => `must be less than ${limit}`,
  minLength: (limit) => `must have at least ${characters(limit)}`,
  maxLength: (limit) => `must have at most ${characters(limit)}`,
  minItems: (limit) => `must have at least ${entries(limit)}`,
  maxItems: (limit) => `must have at most ${entries(limit)}`,
};

const instantWords = 'a time with its zone, such as 2026-01-31T09:00:00Z';

const patternWords: ReadonlyMap<string, string> = new Map([
  ['\\S', 'must not be empty'],
  [
    '^[a-z0-9][a-z0-9-]{0,62}$',
    'must be of small letters (a-z), digits and hyphens, begin with a letter or digit and have at most 63 characters',
  ],
  [
    '^[a-z0-9][a-z0-9-]{0,30}$',
    'must be of small letters (a-z), digits and hyphens, begin with a letter or digit and have at most 31 characters',
  ],
  ['^\\d{4}-\\d{2}-\\d{2}$', 'must be a day, such as 2026-01-31'],
  ['^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$', 'must be a time of day, such as 08:30'],
  ['\\S[\\s\\S]*\\S[\\s\\S]*\\S', 'must say something: at least three characters that are not blank'],
  ['^(?![\\s\\S]*FILL IN)[\\s\\S]*\\S', 'must be filled in'],
  ['^[0-9A-HJ-NPQRTUWXY]{18}$', 'must be 18 digits and capital letters, without I, O, S, V and Z'],
  ['^[0-9a-f]{64}$', 'must be a hash: 64 digits of 0-9 and a-f'],
  ['^\\d{6,12}$', 'must be 6 to 12 digits'],
  ['^[A-Za-z0-9-]{1,32}$', 'must be 1 to 32 letters (A-Z, a-z), digits and hyphens'],
  ['^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 'must be the tag of a language, such as zh or en'],
  ['^[A-Za-z0-9+/]{43}=$', 'must be a key of 32 bytes in base64: 44 characters, the last one ='],
  ['^https?://[^#\\s]+$', 'must be an address that begins with http:// or https://, without # and blanks'],
  ['^/', 'must be an absolute path, which begins with /'],
]);

const typeWords: ReadonlyMap<string, string> = new Map([
  ['string', 'must be a text'],
  ['number', 'must be a number'],
  ['integer', 'must be a whole number'],
  ['boolean', 'must be true or false'],
  ['array', 'must be a list'],
  ['object', 'must be an object'],
]);

function described(words: string, description = ''): string {
  const more = description.replace(/\.$/, '');
  return words.includes(more) ? words : `${words} (${more})`;
}

/** @param schemaPath such as `#/properties/site/properties/name`. */
function descriptionAt(root: unknown, schemaPath = ''): string | undefined {
  const keys = schemaPath.split('/').slice(1);
  const place = keys.reduce<unknown>((at, key) => memberOf(at, key.replaceAll('~1', '/').replaceAll('~0', '~')), root);
  const description = memberOf(place, 'description');
  return typeof description === 'string' ? description : undefined;
}

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;
