import { MenshenError } from '../core/index.js';

/** Runs a call whose arguments were checked: what it still throws is a want of memory or a fault of ours. */
export function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new MenshenError('internal', 'The native addon failed; the log has the cause.', { cause });
  }
}
