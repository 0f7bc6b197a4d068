/** The service is killed at random instants; the long version is `npm run break -- crash`. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { crash } from '../../scripts/break/crash.mjs';
import { killMigrations } from '../../scripts/break/migration.mjs';

// The service is started many times.
vi.setConfig({ testTimeout: 300_000 });

const seed = Date.now() % 2 ** 31;
console.log(`seed of the kills: ${seed}`);

test('a service that is killed again and again loses nothing it answered, and brings nothing erased back', async () => {
  const { broken, kills, acknowledged } = await crash({ times: 4, seed });
  expect([broken, kills, acknowledged > 0]).toEqual([[], 4, true]);
});

test('a migration that is killed is done by the next start, with everybody there', async () => {
  const { broken, kills } = await killMigrations({ times: 2, seed });
  expect([broken, kills]).toEqual([[], 2]);
});

test('somebody who comes back after an answered erasure is noticed', async () => {
  const { broken } = await crash({
    ...{ times: 3, seed },
    sabotage: (_site, ledger) => {
      // As if an erasure had been answered of somebody who is there.
      for (const person of ledger.people) person.gone();
    },
  });
  expect(broken).toEqual([expect.stringMatching(/person of N\d+ is true, and must be false/)]);
});

test('a key of a former epoch that stayed is noticed', async () => {
  const { broken } = await crash({
    ...{ times: 3, seed },
    sabotage: (site, ledger) => {
      ledger.epochAtLeast = 1000;
      writeFileSync(join(site.storeFolder, 'epoch', 'epoch-999.key'), 'left');
      expect(readdirSync(join(site.storeFolder, 'epoch'))).toContain('epoch-999.key');
    },
  });
  expect(broken).toEqual([expect.stringMatching(/an erasure was answered/)]);
});
