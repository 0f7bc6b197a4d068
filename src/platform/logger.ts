import type { Logger, LogLevel } from '../core/index.js';

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** One JSON object a line on standard error: ids, codes and durations, for journald and for containers. */
export function jsonLogger(level: LogLevel): Logger {
  // A log that cannot be written (its disk is full, its reader is gone) must not end the daemon.
  process.stderr.on('error', () => undefined);
  return {
    log: (entryLevel, code, fields) => {
      if (order[entryLevel] < order[level]) return;
      process.stderr.write(
        `${JSON.stringify({ time: new Date().toISOString(), level: entryLevel, code, ...fields })}\n`,
      );
    },
  };
}
