/** The short version of `npm run break -- load`. */
import { expect, test } from 'vitest';
import { loadTerminal } from '../../scripts/break/load/run.mjs';

test('panels that ask at once while video plays flat out get answers, and hear every event once and in order', async () => {
  const { line, findings } = await loadTerminal({ seconds: 4, panels: 9 });
  expect(findings, line).toEqual([]);
}, 120_000);
