import { MenshenError } from '../core/index.js';
import { checkReceipt } from '../retention/index.js';
import type { ReceiptRow } from '../store/index.js';

/** What the old device did after the backup, as far as somebody can show it. */
export interface ErasedSince {
  /** People of whom nothing is restored. */
  readonly erased: ReadonlySet<string>;
  readonly receipts: readonly SinceReceipt[];
}

export interface SinceReceipt {
  readonly receipt: ReceiptRow;
  readonly subjectId: string;
  readonly atMs: number;
  readonly scope: 'person' | 'face' | 'withdrawal';
}

export const nothingSince: ErasedSince = { erased: new Set(), receipts: [] };

/**
 * One a line: a person's id, or a signed receipt as `menshen receipt show --out` writes it (of an erasure or of a
 * withdrawal). Whether the old device signed it is checked against the backup's keys.
 *
 * @throws MenshenError `receipt-invalid` with the line's number.
 */
export function erasedSince(text: string): ErasedSince {
  const erased = new Set<string>();
  const receipts: SinceReceipt[] = [];
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    if (subjectId.test(line)) {
      erased.add(line);
      return;
    }
    const receipt = receiptIn(line, i + 1);
    receipts.push(receipt);
    if (receipt.scope === 'person') erased.add(receipt.subjectId);
  });
  return { erased, receipts };
}

const subjectId = /^s-[0-9a-f-]{36}$/;

function receiptIn(line: string, number: number): SinceReceipt {
  const { kind, keyId, record } = checked(line, number);
  const { receiptId, subjectPseudonym, scope, completedAt, effectiveAt } = record;
  const time = Date.parse(String(kind === 'purge' ? completedAt : effectiveAt));
  const known = kind === 'withdrawal' || (kind === 'purge' && (scope === 'person' || scope === 'face'));
  if (!known || typeof receiptId !== 'string' || !subjectId.test(String(subjectPseudonym)) || Number.isNaN(time))
    throw invalid(number, 'it is no receipt of an erasure or a withdrawal');
  // Checked above: it is one of this product's receipts.
  const { signedText, signature } = JSON.parse(line) as { signedText: string; signature: string };
  return {
    receipt: {
      ...{ id: receiptId, kind, subjectId: String(subjectPseudonym), atMs: time, body: signedText, keyId },
      signature: new Uint8Array(Buffer.from(signature, 'base64')),
    },
    ...{ subjectId: String(subjectPseudonym), atMs: time },
    scope: kind === 'withdrawal' ? 'withdrawal' : scope === 'person' ? 'person' : 'face',
  };
}

function checked(line: string, number: number): ReturnType<typeof checkReceipt> {
  try {
    return checkReceipt(line);
  } catch (thrown) {
    if (thrown instanceof MenshenError) throw invalid(number, thrown.detail);
    throw thrown;
  }
}

const invalid = (number: number, why: string): MenshenError =>
  new MenshenError('receipt-invalid', `Line ${number} is neither a person’s id nor a receipt that holds: ${why}.`);
