import type { Act } from '../acts/index.js';
import { iso } from './views.js';

/** An act without what it is about, which `GET /v1/acts/:id` tells. */
export function actView({ id, proposedAtMs, expiresAtMs, ...act }: Act) {
  return { actId: id, ...act, proposedAt: iso(proposedAtMs), expiresAt: iso(expiresAtMs) };
}
