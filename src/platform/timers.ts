import type { TimerHandle, Timers } from '../core/index.js';

/** Node's timers; none of them keeps the process alive by itself. */
export const systemTimers: Timers = {
  after: (delayMs, run) => handleOf(setTimeout(run, delayMs)),
  every: (periodMs, run) => handleOf(setInterval(run, periodMs)),
};

function handleOf(timer: NodeJS.Timeout): TimerHandle {
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}
