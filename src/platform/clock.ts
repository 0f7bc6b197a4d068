import { existsSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Clock } from '../core/index.js';

/** Written by systemd-timesyncd once the clock was set from a time source in this boot. */
const synchronisedMarker = '/run/systemd/timesync/synchronized';
const bootIdFile = '/proc/sys/kernel/random/boot_id';

let bootIdRead: string | undefined;

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  sinceBootMs: () => uptime() * 1000,
  bootId: () => {
    bootIdRead ??= existsSync(bootIdFile) ? readFileSync(bootIdFile, 'utf8').trim() : 'unknown-boot';
    return bootIdRead;
  },
  synchronised: () => existsSync(synchronisedMarker),
};
