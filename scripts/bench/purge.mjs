import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { systemRandomness } from '../../dist/platform/index.js';
import { readRootKey, Store } from '../../dist/store/index.js';
import { Daemon } from './daemon.mjs';
import { copyOfSite } from './people.mjs';
import { cpuSecondsOf } from './processes.mjs';
import { pause, quantile, targetRow } from './targets.mjs';

const people = 100_000;
const due = 10_000;
const limitMs = 5_000;
/** Longer than the daemon takes to start and to load its gallery. */
const dueInMs = 40_000;
const pinPeriodMs = 500;
/** As often as a busy site's panels ask; without a pause the asking itself took a third of the daemon's time. */
const healthPeriodMs = 50;

/**
 * The sweep erases every tenth of 100,000 people at once, the worst case for what lies beside each other on the disk,
 * while PINs are verified twice a second and health is asked twenty times a second.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function purgeRows() {
  const site = await copyOfSite(people);
  const dueAtMs = makeDue(site);
  // A gigabyte was written to make these people, which a gate does not do: the disk is done with it before time counts.
  spawnSync('sync');
  // One method only: nothing but the purge and what is asked meanwhile costs time.
  const daemon = new Daemon(site, (config) => (config.face.enabled = false));
  try {
    await daemon.healthy();
    await pause(Math.max(0, dueAtMs - Date.now()));
    const asked = new Asking(daemon);
    const before = cpuSecondsOf(daemon.pid);
    const startedMs = performance.now();
    const { body } = await daemon.call('POST', '/v1/retention/sweep', { key: site.operator });
    const tookMs = performance.now() - startedMs;
    const cpuMs = (cpuSecondsOf(daemon.pid) - before) * 1000;
    const { pinMs, healthMs } = await asked.stop();
    if (body.personsErased !== due || body.receipts.length !== due)
      throw new Error(`erased: ${JSON.stringify(body).slice(0, 300)}`);
    return [
      targetRow(`erase ${due} of ${people} people`, [tookMs], { unit: 'ms', atMost: limitMs }),
      targetRow('erasing: processor time of the daemon, PINs included', [cpuMs], { unit: 'ms' }),
      targetRow('erasing: a PIN verification meanwhile', pinMs, { unit: 'ms' }),
      targetRow('erasing: p99 of health meanwhile', [quantile(healthMs, 0.99)], { unit: 'ms' }),
    ];
  } finally {
    await daemon.stop();
    rmSync(site.folder, { recursive: true, force: true });
  }
}

/** @param {import('./people.mjs').Site} site @returns when the time of every tenth person is over */
function makeDue(site) {
  const key = readRootKey({ kind: 'file', path: path.join(site.folder, 'root.key') });
  const store = Store.open(path.join(site.folder, 'store'), key, { randomness: systemRandomness, auditReserveMiB: 1 });
  const atMs = Date.now() + dueInMs;
  const keep = new Set(site.pinPeople.map((number) => store.subjects.byPersonNumber(number)?.id));
  let left = due;
  let index = 0;
  store.transaction(() => {
    for (let after = ''; left > 0; ) {
      const page = store.subjects.list(after, 1000);
      if (page.length === 0) break;
      for (const { id } of page) {
        index += 1;
        if (index % (people / due) !== 1 || keep.has(id)) continue;
        store.subjects.setExpiry(id, atMs);
        left -= 1;
      }
      after = page.at(-1)?.id ?? '';
    }
    // Those kept for their PIN are made up for.
    for (const { id, expiresAtMs } of left === 0 ? [] : store.subjects.list('', 1000)) {
      if (left === 0) break;
      if (expiresAtMs === atMs || keep.has(id)) continue;
      store.subjects.setExpiry(id, atMs);
      left -= 1;
    }
  });
  store.close();
  return atMs;
}

/** PINs at a fixed pace and health one after the other, until stopped. */
class Asking {
  /** @param {Daemon} daemon */
  constructor(daemon) {
    this.going = true;
    /** @type {number[]} */
    this.pinMs = [];
    /** @type {number[]} */
    this.healthMs = [];
    this.done = Promise.all([this.pins(daemon), this.health(daemon)]);
  }

  /** @param {Daemon} daemon */
  async pins(daemon) {
    for (let turn = 0; this.going; turn += 1) {
      const startedMs = performance.now();
      await daemon.verifyByPin(turn);
      this.pinMs.push(performance.now() - startedMs);
      await pause(Math.max(0, pinPeriodMs - (performance.now() - startedMs)));
    }
  }

  /** @param {Daemon} daemon */
  async health(daemon) {
    while (this.going) {
      const startedMs = performance.now();
      await daemon.call('GET', '/v1/health');
      this.healthMs.push(performance.now() - startedMs);
      await pause(healthPeriodMs);
    }
  }

  async stop() {
    this.going = false;
    await this.done;
    return { pinMs: this.pinMs, healthMs: this.healthMs };
  }
}
