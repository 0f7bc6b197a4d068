import type { Languages } from '../language/index.js';
import { signedFile } from '../retention/index.js';
import type { ReceiptRow, Store } from '../store/index.js';
import type { Line, ReceiptView } from './types.js';
import { type Words, wordsOf } from './words.js';

/** A receipt, or the record of a consent, which is one too. */
export function signedRecord({ receipts, consents }: Store, id: string): ReceiptRow | undefined {
  const consent = consents.get(id);
  return consent === undefined
    ? receipts.get(id)
    : { ...consent, id: consent.recordId, kind: 'consent', atMs: consent.givenAtMs };
}

/** A signed record for reading, printing, and for `menshen receipt verify`. */
export function receiptOf(
  { store, languages }: { readonly store: Store; readonly languages: Languages },
  row: ReceiptRow,
  language: string | undefined,
): ReceiptView {
  return {
    receiptId: row.id,
    kind: row.kind,
    at: new Date(row.atMs).toISOString(),
    lines: receiptLines(row, wordsOf(languages, language)),
    signed: signedFile(row, store.signers.publicKeyOf(row.keyId) ?? store.signingKey.publicKey),
  };
}

/** Every field of what was signed, in the order in which it was written down, with its name in words. */
export function receiptLines({ body }: Pick<ReceiptRow, 'body'>, words: Words): Line[] {
  // Written and signed by this device.
  const fields = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const known = fieldOrder.filter((name) => fields[name] !== undefined);
  const others = Object.keys(fields).filter((name) => !fieldOrder.includes(name));
  return [...known, ...others].map((name) => ({
    label: words(`field.${name}`),
    text: inWords(name, fields[name], words),
  }));
}

/** What people look for first comes first. */
const fieldOrder = [
  ...[
    'receiptId',
    'recordId',
    'complaintId',
    'consentId',
    'subjectPseudonym',
    'subjectId',
    'requestedAt',
    'requester',
    'timestamp',
  ],
  ...['effectiveAt', 'expiry', 'scope', 'trigger', 'cause', 'items', 'purgeReceiptId', 'pastProcessing'],
  ...['pastProcessingClause', 'alternativesNow'],
  ...['alternativesShown', 'recordsRetained', 'method', 'startedAt', 'completedAt', 'verification'],
  ...['backupsAndCopies', 'failures', 'contact', 'deviceId', 'operatorId'],
];

/** Who was in a backup that lies elsewhere is told: the signed text names the newest one. */
function ofBackups(name: string, signed: string, words: Words): string {
  const [, newest] = (name === 'backupsAndCopies' && /encrypted backups, the newest of (\S+Z)/.exec(signed)) || [];
  return newest === undefined ? '' : ` ${words('text.backupsMayHold')} ${inWords('newest', newest, words)}.`;
}

/** What this product says in the same words each time is said in the reader's; the signed text is the one that counts. */
function inWords(name: string, value: unknown, words: Words): string {
  const ours = words(`text.${name}`);
  if (ours !== `text.${name}` && typeof value === 'string') return `${ours}${ofBackups(name, value, words)}`;
  if (value === null || value === undefined) return words('value.none');
  if (Array.isArray(value)) return value.map((item) => inWords(name, item, words)).join('; ') || words('value.none');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([key, inner]) => `${words(`field.${key}`)}: ${inWords(key, inner, words)}`)
      .join('; ');
  }
  if (typeof value === 'boolean') return words(value ? 'value.yes' : 'value.no');
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text)) return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
  const key = `value.${name}.${text}`;
  const translated = words(key);
  return translated === key ? text : translated;
}
