import type { AuditPort, Clock, Logger } from '../core/index.js';
import type { Store } from '../store/index.js';

export interface RotationParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly logger: Logger;
  /** Called between any two durable steps: what is on the disk then is what a crash would leave. */
  afterStep(step: string): void;
}

/** What this room wrote itself. */
export function open<T>(text: string): T {
  return JSON.parse(text) as T;
}
