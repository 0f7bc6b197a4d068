import type { Config, DoorConfig } from '../config/index.js';
import { MenshenError, type VerificationMethod } from '../core/index.js';
import type { VerificationRequest } from './request.js';

/**
 * The ways in that a request gets at a door: those it asks for, or all that site and door offer.
 *
 * @throws MenshenError `method-not-allowed`, also for a face without a name where the site verifies 1:1.
 */
export function methodsFor(
  config: Config,
  door: DoorConfig,
  request: VerificationRequest,
): readonly VerificationMethod[] {
  const offered = offeredBy(config, door);
  const wanted = request.methods ?? offered;
  const refused = wanted.find((method) => !offered.includes(method));
  if (refused !== undefined || wanted.length === 0) {
    const not = refused === undefined ? '' : `, not ${refused}`;
    throw new MenshenError('method-not-allowed', `This door offers ${offered.join(', ')}${not}.`);
  }
  const nameless = wanted.includes('face') && request.claim === undefined && config.face.method === '1:1';
  if (!nameless) return wanted;
  if (request.methods === undefined || wanted.length > 1) return wanted.filter((method) => method !== 'face');
  throw new MenshenError(
    'method-not-allowed',
    'This site verifies 1:1: send `claim` (card, person number with PIN, or subject id) with face.',
  );
}

/** What a person may use instead of the face. */
export function alternativesOf({ credentials }: Config): readonly string[] {
  return [...(credentials.pin.enabled ? ['pin'] : []), ...(credentials.card.enabled ? ['card'] : [])];
}

function offeredBy({ face, credentials }: Config, door: DoorConfig): VerificationMethod[] {
  const { pin, card } = credentials;
  return [
    ...(face.enabled && door.camera !== undefined ? (['face'] as const) : []),
    ...(pin.enabled ? (['pin'] as const) : []),
    ...(card.enabled && !card.pinRequired ? (['card'] as const) : []),
    ...(card.enabled && pin.enabled ? (['card+pin'] as const) : []),
  ];
}
