/**
 * Calls `told` once with a fault that nobody caught, whether thrown or a promise's, and then ends the process: whatever
 * state it left cannot be trusted, and a supervisor starts the next one.
 *
 * @param exitCode what the process ends with, also where `told` fails. @returns what ends the watch.
 */
export function endOnUncaught(exitCode: number, told: (fault: unknown) => void): () => void {
  // Node turns a rejection that nobody handles into this event too.
  const end = (fault: unknown): void => {
    try {
      told(fault);
    } finally {
      process.exit(exitCode);
    }
  };
  process.once('uncaughtException', end);
  return () => process.off('uncaughtException', end);
}
