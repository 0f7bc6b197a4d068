/**
 * What the person at the terminal sees: one line when a step starts, a line that lives while it works, one when it ended.
 *
 * @typedef {object} Progress
 * @property {(index: number, count: number, title: string) => void} start
 * @property {(text: string) => void} say a line of its own, inside a step or between steps
 * @property {(text: string) => void} working names what takes long now; the elapsed time is shown beside it
 * @property {(detail: string) => void} done
 */

const TERMINAL_TICK_MS = 250;
const LOG_TICK_MS = 15_000;

/**
 * @param {NodeJS.WriteStream | { write: (text: string) => unknown, isTTY?: boolean }} out
 * @returns {Progress}
 */
export function progressOn(out) {
  const live = out.isTTY === true;
  let prefix = '';
  let activity = '';
  let startedMs = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let ticker;
  const clear = () => live && out.write('\r\u001b[2K');
  const line = (/** @type {string} */ text) => {
    clear();
    out.write(`${text}\n`);
  };
  const tick = () => {
    const text = `${prefix} ${activity} (${secondsSince(startedMs)})`;
    if (live) out.write(`\r\u001b[2K${text}`);
    else out.write(`${text}\n`);
  };
  return {
    start(index, count, title) {
      startedMs = performance.now();
      prefix = `[${index}/${count}]`;
      activity = title;
      line(`${prefix} ${title}`);
      ticker = setInterval(tick, live ? TERMINAL_TICK_MS : LOG_TICK_MS).unref();
    },
    say: (text) => line(prefix === '' ? text : `${prefix}   ${text}`),
    working(text) {
      activity = text;
      line(`${prefix}   ${text}`);
    },
    done(detail) {
      clearInterval(ticker);
      line(`${prefix} ${detail} (${secondsSince(startedMs)})`);
      prefix = '';
    },
  };
}

/**
 * @param {number} bytes
 * @returns {string} like `12.4 MB`
 */
export function sizeText(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** @param {number} startedMs from `performance.now()` */
export function secondsSince(startedMs) {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}
