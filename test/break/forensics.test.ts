/** Invariant 6 from the outside: what is left of people who went. `npm run break -- forensics` is the same with its report. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packedVector, unpackedVector } from '#menshen/store/packed-vector.js';
import { formsOfTemplate } from '../../scripts/break/encodings.mjs';
import { forensics, whyNoForensics } from '../../scripts/break/forensics.mjs';
import { Needles } from '../../scripts/break/needles.mjs';
import { projectFolder } from '../support/files.js';

/** It waits for somebody's time to be over, and reads whole memories. */
const patienceMs = 400_000;
const noStills = existsSync(join(projectFolder, 'var', 'demo', 'stills', 'person-a.jpg'))
  ? undefined
  : 'var/demo/stills are not there; `npm run setup` makes them.';
const why = whyNoForensics ?? noStills;
if (why !== undefined) console.log(`skipped: ${why}`);

test.skipIf(why !== undefined)(
  'nothing of who was erased, withdrew or expired is on the disk or in memory, and old copies do not open',
  async () => {
    const findings = await forensics();
    expect(findings.filter(({ held }) => !held)).toEqual([]);
    expect(findings.filter(({ what }) => what.startsWith('control:')).length).toBeGreaterThanOrEqual(8);
  },
  patienceMs,
);

test('a template in any form is found in the middle of something else', () => {
  const vector = Float32Array.from({ length: 512 }, (_, n) => Math.sin(n * n) / 16);
  const whole = Buffer.from(vector.buffer);
  const forms = formsOfTemplate('somebody', vector);
  const carriers = [
    whole,
    Buffer.from(whole).swap32(),
    Buffer.from(packedVector(vector)),
    ...[0, 1, 2].flatMap((before) => {
      const shifted = Buffer.concat([Buffer.alloc(before, 7), whole]);
      return [shifted.toString('base64'), shifted.toString('base64url')].map((text) => Buffer.from(text));
    }),
    Buffer.from(whole.toString('hex')),
    Buffer.from(whole.toString('hex').toUpperCase()),
    Buffer.from(JSON.stringify(Array.from(vector))),
  ];
  const plain = forms.filter(({ as }) => !as.includes('UTF-16') && !as.startsWith('int8'));
  const wanted = new Needles(plain.map(({ bytes }) => bytes));
  for (const carrier of carriers) wanted.countIn(carrier);
  expect(plain.filter((_, index) => wanted.counts[index] === 0).map(({ as }) => as)).toEqual([]);
});

test('a template is found as it was before it was rounded, and nobody else is', () => {
  const [vector, other] = [1, 2].map((seed) =>
    Float32Array.from({ length: 512 }, (_, n) => Math.sin(seed * n * n) / 16),
  ) as [Float32Array, Float32Array];
  const stored = unpackedVector(packedVector(vector));
  const nearly = formsOfTemplate('somebody', stored).find(({ as }) => as === 'float32, nearly');
  const countsIn = (held: Float32Array, from = 0) => {
    const wanted = new Needles([nearly?.bytes ?? new Uint8Array()]);
    wanted.countIn(Buffer.from(held.buffer), from);
    return wanted.counts;
  };
  expect(Buffer.from(stored.buffer).equals(Buffer.from(vector.buffer))).toBe(false);
  expect([countsIn(vector), countsIn(stored), countsIn(other), countsIn(vector, 4 * 512)]).toEqual([
    [1],
    [1],
    [0],
    [0],
  ]);
});
