import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PinChecker } from '../../dist/credentials/index.js';
import { Argon2idPool } from '../../dist/crypto/index.js';
import { systemClock, systemRandomness } from '../../dist/platform/index.js';
import { Store } from '../../dist/store/index.js';
import { interleaved, row } from './measure.mjs';

const rounds = 30;
const cost = { passes: 2, memoryBytes: 64 * 1024 * 1024 };

/**
 * What a stopwatch tells a guesser: a wrong PIN of a known person beside one of nobody, by number and by card.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function pinRows() {
  const folder = mkdtempSync(path.join(tmpdir(), 'menshen-bench-'));
  const store = Store.create(path.join(folder, 'store'), systemRandomness.bytes(32), {
    randomness: systemRandomness,
    auditReserveMiB: 1,
  });
  const hasher = new Argon2idPool({ cost, workers: 1, queueLimit: 16 });
  // The pool's worker does not hold a process.
  const alive = setInterval(() => undefined, 60_000);
  try {
    const audit = { append: () => ({ seq: 0 }) };
    const pins = new PinChecker({ store, hasher, clock: systemClock, randomness: systemRandomness, audit });
    const nowMs = Date.now();
    const { id } = store.subjects.add({ personNumber: 'N1' }, 'adult', { nowMs, expiresAtMs: nowMs + 86_400_000 });
    store.credentials.addCard(id, '04A1', nowMs);
    await pins.set(id, '271828', 6);
    let place = 0;
    // Each try at a door of its own: none is locked out.
    const at = () => {
      place += 1;
      return { doorId: `door-${place}` };
    };
    const times = await interleaved(
      {
        nobody: () => pins.check('N-none', '314159', at()),
        known: () => pins.check('N1', '314159', at()),
        noCard: () => pins.checkWithCard('FFFF', '314159', at()),
        card: () => pins.checkWithCard('04A1', '314159', at()),
      },
      { rounds },
    );
    return [
      row('pins: a wrong PIN of nobody', times.nobody),
      row('pins: a wrong PIN of a known person', times.known, { what: 'of nobody', ms: times.nobody }),
      row('pins: a wrong PIN with an unknown card', times.noCard, { what: 'of nobody', ms: times.nobody }),
      row('pins: a wrong PIN with a known card', times.card, { what: 'with an unknown card', ms: times.noCard }),
    ];
  } finally {
    clearInterval(alive);
    await hasher.close();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
