import { eventKinds, MenshenError } from '../core/index.js';

/** @throws MenshenError `body-invalid` for a kind that no event will ever have: it would wait in vain. */
export function knownKinds(kinds: readonly string[]): readonly string[] {
  const unknown = kinds.find((kind) => !eventKinds.some((known) => known === kind));
  if (unknown === undefined) return kinds;
  throw new MenshenError(
    'body-invalid',
    `There are no events of the kind ${unknown}. Kinds: ${eventKinds.join(', ')}.`,
  );
}
