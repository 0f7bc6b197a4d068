/** Some of the faults; all of them, with a table, by `npm run break -- faults`. */
import { describe, expect, test, vi } from 'vitest';
import { rowOf } from '../../scripts/break/faults/table.mjs';
import { faultCases } from '../../scripts/break/faults.mjs';

// The service is started many times.
vi.setConfig({ testTimeout: 300_000 });

/** Those that take little time and that no other test has. */
const short = [
  'disk turned read-only while running',
  'slow disk: every flush takes 300 ms',
  'clock set 5 years ahead',
  'yesterday’s database put back beside today’s keys',
  'no memory left for the PIN’s hash',
];

describe('the service bears it as it should:', () => {
  test.each(short)('%s', async (fault) => {
    const found = faultCases.find((one) => one.fault === fault);
    if (found === undefined) throw new Error('no such fault');
    const row = await rowOf(found);
    if (row.verdict === 'skipped') console.log(`${fault}: ${row.seen}`);
    expect([row.verdict, row.seen]).toEqual([expect.stringMatching(/^(held|skipped)$/), row.seen]);
  });
});

test('a fault that is not borne is told as broken, with what was seen', async () => {
  const rows = [
    await rowOf({ fault: 'x', expected: 'shut', run: async () => ({ seen: 'open', held: false }) }),
    await rowOf({ fault: 'x', expected: 'shut', run: () => Promise.reject(new Error('the service is gone')) }),
  ];
  expect(rows.map(({ verdict, seen }) => [verdict, seen])).toEqual([
    ['BROKEN', 'open'],
    ['BROKEN', 'Error: the service is gone'],
  ]);
});
