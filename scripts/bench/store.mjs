import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { argon2id } from '../../dist/crypto/index.js';
import { systemRandomness } from '../../dist/platform/index.js';
import { Store } from '../../dist/store/index.js';
import { addConsent } from './consent.mjs';
import { row, timed } from './measure.mjs';

const people = 2_000;
const erased = 200;
const dimensions = 512;

/**
 * The store at work: adding, decrypting, erasing; and one Argon2id as PINs cost it.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function storeRows() {
  const folder = mkdtempSync(path.join(tmpdir(), 'menshen-bench-'));
  const store = Store.create(path.join(folder, 'store'), systemRandomness.bytes(32), {
    randomness: systemRandomness,
    auditReserveMiB: 1,
  });
  try {
    const vector = new Float32Array(dimensions).fill(1 / Math.sqrt(dimensions));
    const ids = fill(store, vector);
    const readAll = () => void store.templates.readPage({ modelId: 'bench', after: 0, limit: people }, () => undefined);
    const removeSome = () => {
      store.transaction(() => {
        for (const id of ids.splice(0, erased)) store.subjects.remove(id);
      });
      return store.vault.advancePast(store.vault.newestEpoch);
    };
    const read = await timed(readAll, { rounds: 3, warmUp: 1 });
    const batch = await timed(removeSome, { rounds: 3, warmUp: 0 });
    const pin = await timed(
      () => argon2id(systemRandomness.bytes(32), systemRandomness.bytes(16), { passes: 2, memoryBytes: 64 * 2 ** 20 }),
      { rounds: 5, warmUp: 1 },
    );
    return [
      row(`decrypt ${people} templates`, read),
      row(`erase ${erased} of ${people} people (rewrap all others)`, batch),
      row('one Argon2id of a PIN', pin),
    ];
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Store} store @param {Float32Array} vector */
function fill(store, vector) {
  return store.transaction(() =>
    Array.from({ length: people }, () => {
      const { id } = store.subjects.add({}, 'adult', { nowMs: 0, expiresAtMs: 1 });
      const consentId = `c-${id}`;
      addConsent(store, { recordId: consentId, subjectId: id, givenAtMs: 0, expiresAtMs: 1 });
      store.templates.add({
        subjectId: id,
        consentId,
        modelId: 'bench',
        frames: 1,
        forIdentification: true,
        createdAtMs: 0,
        vector,
      });
      return id;
    }),
  );
}
