/** The short version of `npm run break -- fuzz http`: the same requests, the first thousand of another seed. */
import { expect, test } from 'vitest';
import { fuzzHttp } from '../../scripts/break/fuzz/http.mjs';

test('a thousand requests made from the service’s own document, right and wrong ones, find no fault and no leak', async () => {
  const { line, findings } = await fuzzHttp({ seed: 2, requests: 1000 });
  expect(findings, line).toEqual([]);
}, 180_000);
