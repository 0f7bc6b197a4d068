import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkManifest } from '#menshen/inference/index.js';

const models = join(import.meta.dirname, '..', '..', 'models');
const defaultManifest = JSON.parse(readFileSync(join(models, 'default', 'manifest.json'), 'utf8'));

/** The example with what it leaves to the reader put in: hashes, and the sections that it only points at. */
function example(): Record<string, unknown> {
  const block = /```jsonc\n(.*?)```/s.exec(readFileSync(join(models, 'README.md'), 'utf8'))?.[1] ?? '';
  const json = block.replaceAll(/\/\*.*?\*\//g, '').replaceAll(/"…[^"]*"/g, JSON.stringify('0'.repeat(64)));
  const { padThresholds, qualityLimits } = defaultManifest;
  return { ...JSON.parse(json), padThresholds, qualityLimits };
}

it('the manifest that models/README.md shows is one that is accepted', () => {
  expect(checkManifest(example()).files.map(({ role }) => role)).toEqual(['detection', 'pad', 'embedding']);
});
