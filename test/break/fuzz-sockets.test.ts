/** The short version of `npm run break -- fuzz sockets`; what is slow is cut by the long version alone. */
import { expect, test } from 'vitest';
import { fuzzSockets } from '../../scripts/break/fuzz/sockets.mjs';

test('ambiguous lengths, garbage and requests in a row get one meaning or a problem, and others are served', async () => {
  const { line, findings } = await fuzzSockets({ seed: 2, garbage: 150, slow: false });
  expect(findings, line).toEqual([]);
}, 120_000);
