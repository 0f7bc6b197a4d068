import { pbkdf2 } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
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

it('an answer that breaks off before the file was made leaves none either', async () => {
  const to = path();
  const broken = new Readable({ read: () => broken.destroy(new Error('the daemon went away')) });
  // Every thread that could make the file is busy for some tenths of a second.
  const busy = Array.from({ length: 4 }, () => promisify(pbkdf2)('p', 's', 300_000, 32, 'sha512'));
  await expect(saveAs(to, broken)).rejects.toMatchObject({ code: 'service-unreachable' });
  await Promise.all(busy);
  await sleep(50);
  expect(existsSync(to)).toBe(false);
});

it('a file that is there already is left as it is', async () => {
  const to = path();
  writeFileSync(to, 'mine');
  await expect(saveAs(to, Readable.from([Buffer.from('other')]))).rejects.toMatchObject({ code: 'conflict' });
  expect(readFileSync(to, 'utf8')).toBe('mine');
});
