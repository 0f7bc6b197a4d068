/** The records of a backup, one line of JSON each; what a file holds beside them is refused. */
import { type Static, type TSchema, Type } from '#typebox';
import { Value } from '#typebox/value';
import { MenshenError } from '../core/index.js';
import type { AuditRow, ConsentRow, PersonRecord, Succession } from '../store/index.js';

export const closed = { additionalProperties: false } as const;
/** @param most bytes. */
export const base64 = (most: number) =>
  Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength: Math.ceil(most / 3) * 4 });
export const bytes64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const to64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const id = Type.String({ minLength: 1, maxLength: 200 });
const word = Type.String({ pattern: '^[a-z][a-z0-9.-]{0,60}$' });
const moment = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const text = Type.String();
const key32 = base64(32);
const signature = base64(64);
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
/** What was signed, and by which key. */
const signed = { body: text, keyId: id, signature };
const anyObject = Type.Record(Type.String(), Type.Unknown());

const record = {
  manifest: Type.Object({ t: Type.Literal('manifest'), ...signed }, closed),
  signer: Type.Object(
    { t: Type.Literal('signer'), statement: text, byItself: signature, byPrevious: signature },
    closed,
  ),
  checkpoint: Type.Object({ t: Type.Literal('checkpoint'), ...signed }, closed),
  audit: Type.Object(
    {
      ...{ t: Type.Literal('audit'), seq: count, atMs: Type.Integer(), kind: word, eventSerial: optional(count) },
      ...{ prevHash: key32, hash: key32, ...signed },
    },
    closed,
  ),
  document: Type.Object(
    { t: Type.Literal('document'), kind: word, version: count, hash: id, atMs: moment, body: text },
    closed,
  ),
  register: Type.Object(
    {
      ...{ t: Type.Literal('register'), register: word, id, atMs: moment, state: id, subjectId: optional(id) },
      ...{ body: anyObject, confidential: optional(anyObject) },
    },
    closed,
  ),
  receipt: Type.Object(
    { t: Type.Literal('receipt'), id, kind: word, subjectId: optional(id), atMs: moment, ...signed },
    closed,
  ),
  consent: Type.Object(
    {
      ...{
        t: Type.Literal('consent'),
        recordId: id,
        subjectId: id,
        noticeHash: id,
        givenAtMs: moment,
        expiresAtMs: moment,
      },
      ...{
        endedAtMs: optional(moment),
        endReason: optional(id),
        purgeReceiptId: optional(id),
        reviewAtMs: optional(moment),
      },
      ...signed,
    },
    closed,
  ),
  pepper: Type.Object(
    { t: Type.Literal('pepper'), version: Type.Integer({ minimum: 1, maximum: 1_000_000 }), key: key32 },
    closed,
  ),
  person: Type.Object(
    {
      ...{ t: Type.Literal('person'), id: Type.String({ pattern: '^s-[0-9a-f-]{36}$' }) },
      ageBand: Type.Union([Type.Literal('adult'), Type.Literal('minor'), Type.Literal('undeclared')]),
      ...{ createdAtMs: moment, expiresAtMs: moment },
      profile: Type.Object(
        {
          personNumber: optional(text),
          displayName: optional(text),
          guardian: optional(Type.Object({ pseudonym: text, name: text }, closed)),
          groups: optional(Type.Array(text)),
        },
        closed,
      ),
      cards: Type.Array(Type.Object({ id, number: Type.String({ maxLength: 100 }), addedAtMs: moment }, closed)),
      pin: optional(
        Type.Object(
          { salt: base64(16), verifier: key32, duress: optional(key32), pepper: count, changedAtMs: moment },
          closed,
        ),
      ),
    },
    closed,
  ),
  configuration: Type.Object({ t: Type.Literal('configuration'), text }, closed),
  end: Type.Object({ t: Type.Literal('end'), ...signed }, closed),
};
type Records = { readonly [K in keyof typeof record]: Static<(typeof record)[K]> };
export type Line = Records[keyof Records];
export type LineOf<K extends keyof Records> = Records[K];
/** In the order in which they come; those that come once stand alone. */
export const lineOrder = Object.keys(record);

/** @throws MenshenError `backup-invalid`. */
export function parsedLine(bytes: Buffer): Line {
  try {
    const value = JSON.parse(bytes.toString('utf8')) as { readonly t?: unknown };
    const schema = Object.entries(record).find(([name]) => name === value?.t)?.[1];
    if (schema !== undefined && Value.Check(schema, value)) return value as Line;
  } catch (thrown) {
    if (thrown instanceof MenshenError) throw thrown;
    // Whatever is no JSON, or nested without end, is refused below.
  }
  throw new MenshenError(
    'backup-invalid',
    'It holds a record that this version does not know. Use the version that made it.',
  );
}

export const lineOf = {
  audit: ({ prevHash, hash, signature: by, ...row }: AuditRow): LineOf<'audit'> => ({
    ...{ t: 'audit', ...row, prevHash: to64(prevHash), hash: to64(hash), signature: to64(by) },
  }),
  signer: ({ statement, byItself, byPrevious }: Succession): LineOf<'signer'> => ({
    ...{ t: 'signer', statement, byItself: to64(byItself), byPrevious: to64(byPrevious) },
  }),
  consent: (row: ConsentRow): LineOf<'consent'> => ({ t: 'consent', ...row, signature: to64(row.signature) }),
  person: ({ pin, ...person }: PersonRecord): { readonly t: string } => ({
    ...{ t: 'person', ...person },
    ...(pin === undefined ? {} : { pin: pinLine(pin) }),
  }),
  pepper: (version: number, key: Uint8Array): LineOf<'pepper'> => ({ t: 'pepper', version, key: to64(key) }),
};

function pinLine({ salt, verifier, duressVerifier, pepper, changedAtMs }: NonNullable<PersonRecord['pin']>) {
  return {
    ...{ salt: to64(salt), verifier: to64(verifier), pepper, changedAtMs },
    ...(duressVerifier === undefined ? {} : { duress: to64(duressVerifier) }),
  };
}

export const auditRowOf = ({ t, prevHash, hash, signature: by, ...row }: LineOf<'audit'>): AuditRow => ({
  ...withoutUndefined(row),
  ...{ prevHash: bytes64(prevHash), hash: bytes64(hash), signature: bytes64(by) },
});
export const successionOf = ({ statement, byItself, byPrevious }: LineOf<'signer'>): Succession => ({
  ...{ statement, byItself: bytes64(byItself), byPrevious: bytes64(byPrevious) },
});
export const consentOf = ({ t, signature: by, ...row }: LineOf<'consent'>): ConsentRow => ({
  ...withoutUndefined(row),
  signature: bytes64(by),
});

/** Optional fields of a checked line are there or not, never undefined: JSON has no undefined. */
export const withoutUndefined = <T extends object>(value: T): WithoutUndefined<T> => value as WithoutUndefined<T>;
type WithoutUndefined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
