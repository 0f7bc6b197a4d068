import { MenshenError } from '../core/index.js';
import type { CredentialOutcome } from '../decide/index.js';
import type { Store } from '../store/index.js';

/** A card alone: whoever holds it gets in where the site allows that. */
export function checkCard(store: Store, cardNumber: string): CredentialOutcome {
  const subjectId = store.credentials.cardHolder(cardNumber);
  return subjectId === undefined ? { outcome: 'rejected' } : { outcome: 'accepted', subjectId };
}

/** Reader input in one form: hexadecimal or decimal digits, separators dropped, upper case. @throws MenshenError `body-invalid`. */
export function normalCardNumber(input: string): string {
  const normal = input.replaceAll(/[\s:-]/g, '').toUpperCase();
  if (!/^[0-9A-F]{4,40}$/.test(normal)) {
    throw new MenshenError('body-invalid', 'A card number has 4 to 40 decimal or hexadecimal digits.');
  }
  return normal;
}
