import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { saveAs } from '#menshen/cli/download.js';
import { tempFolder } from '../support/temp-store.js';

const path = () => join(tempFolder(), 'file');

it('an answer is saved whole, for its owner alone', async () => {
  const to = path();
  await saveAs(to, Readable.from([Buffer.from('one '), Buffer.from('two')]));
  expect([readFileSync(to, 'utf8'), statSync(to).mode & 0o777]).toEqual(['one two', 0o600]);
});

it('an answer that breaks off leaves no half file', async () => {
  const to = path();
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('the daemon went away');
    })(),
  );
  await expect(saveAs(to, broken)).rejects.toMatchObject({ code: 'service-unreachable' });
  expect(existsSync(to)).toBe(false);
});

it('a file that is there already is left as it is', async () => {
  const to = path();
  writeFileSync(to, 'mine');
  await expect(saveAs(to, Readable.from([Buffer.from('other')]))).rejects.toMatchObject({ code: 'conflict' });
  expect(readFileSync(to, 'utf8')).toBe('mine');
});
