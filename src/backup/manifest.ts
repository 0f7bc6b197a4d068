import { type Static, Type } from '#typebox';
import { Value } from '#typebox/value';
import { invalid } from './header.js';
import { base64, closed } from './lines.js';

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const id = Type.String({ minLength: 1, maxLength: 100 });

/** What the device says of the backup, first and signed; a restored device’s key refers to these very words. */
const manifest = Type.Object(
  {
    format: Type.Literal('menshen-backup-1'),
    backupId: id,
    deviceId: id,
    /** Of the product. */
    version: id,
    madeAt: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' }),
    keyId: id,
    publicKey: base64(32),
    /** The last audit entry in it. */
    head: Type.Object({ seq: count, eventSerial: count, hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
  },
  closed,
);
export type Manifest = Static<typeof manifest>;

/** What comes last, signed over all that came before. */
const ending = Type.Object(
  {
    format: Type.Literal('menshen-backup-end-1'),
    backupId: id,
    /** Of every line before it with its newline. */
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** Lines of each kind. */
    counts: Type.Record(Type.String(), count),
    /** People who were erased while the backup was made. */
    gone: count,
    /** People and cards whose seal did not open. */
    damaged: count,
  },
  closed,
);
export type Ending = Static<typeof ending>;

/** @throws MenshenError `backup-invalid`. */
export function parsedManifest(text: string): Manifest {
  const value = parsed(text);
  if (!Value.Check(manifest, value)) throw invalid('What it says of itself cannot be read.');
  return value;
}

/** @throws MenshenError `backup-invalid`. */
export function parsedEnding(text: string): Ending {
  const value = parsed(text);
  if (!Value.Check(ending, value)) throw invalid('Its end cannot be read.');
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid('What it says of itself cannot be read.', cause);
  }
}
