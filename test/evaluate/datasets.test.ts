import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Dataset, openDataset } from '#menshen/evaluate/index.js';

let folder: string | undefined;

afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Files with a byte of content each; only names matter here. */
function folderOf(files: readonly string[], texts: Readonly<Record<string, string>> = {}): string {
  folder = mkdtempSync(join(tmpdir(), 'menshen-dataset-'));
  for (const file of [...files, ...Object.keys(texts)]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), texts[file] ?? 'x');
  }
  return folder;
}

const lfwFiles = ['A', 'B', 'C'].flatMap((name) => [1, 2].map((n) => `images/${name}/${name}_000${n}.jpg`));

function facesIn(dataset: Dataset) {
  if (dataset.kind !== 'faces') throw new Error(`read as ${dataset.kind}`);
  return dataset;
}

function speciesIn(dataset: Dataset): Record<string, string> {
  if (dataset.kind !== 'presentations') throw new Error(`read as ${dataset.kind}`);
  return Object.fromEntries(dataset.presentations.map(({ file, species }) => [file, species]));
}

test('LFW’s layout gives its people and the listed pairs by fold', () => {
  const pairs = '2\t1\nA\t1\t2\nA\t1\tB\t2\nC\t1\t2\nC\t2\tB\t1\n';
  const dataset = facesIn(openDataset(folderOf(lfwFiles, { 'pairs.txt': pairs })));
  expect(new Set(dataset.pictures.map(({ person }) => person))).toEqual(new Set(['A', 'B', 'C']));
  expect(dataset.pairs?.folds).toEqual([
    {
      mated: [['images/A/A_0001.jpg', 'images/A/A_0002.jpg']],
      nonMated: [['images/A/A_0001.jpg', 'images/B/B_0002.jpg']],
    },
    {
      mated: [['images/C/C_0001.jpg', 'images/C/C_0002.jpg']],
      nonMated: [['images/C/C_0002.jpg', 'images/B/B_0001.jpg']],
    },
  ]);
});

test('a folder per person is read without a pair list', () => {
  const dataset = facesIn(openDataset(folderOf(['anna/x.png', 'anna/y.jpeg', 'ben/1.webp'])));
  expect(dataset.pictures.map(({ person }) => person)).toEqual(['anna', 'anna', 'ben']);
  expect(dataset.pairs).toBeUndefined();
});

test('recordings and stills are labelled by their names', () => {
  const files = [
    'person1-bona-fide.mp4',
    'person1-screen-replay.mp4',
    'person2-phone-replay.mov',
    'person4-attack.jpg',
  ];
  expect(speciesIn(openDataset(folderOf(files)))).toEqual({
    'person1-bona-fide.mp4': 'bona-fide',
    'person1-screen-replay.mp4': 'screen-replay',
    'person2-phone-replay.mov': 'phone-replay',
    'person4-attack.jpg': 'attack',
  });
});

test('recordings are labelled by their folders too', () => {
  const files = ['bona-fide/anna1.mp4', 'attack/print/anna1.mp4', 'attack/mask/x.jpg'];
  expect(speciesIn(openDataset(folderOf(files)))).toEqual({
    'bona-fide/anna1.mp4': 'bona-fide',
    'attack/print/anna1.mp4': 'print',
    'attack/mask/x.jpg': 'mask',
  });
});

function derivationsIn(dataset: Dataset): unknown[] {
  if (dataset.kind !== 'presentations') throw new Error(`read as ${dataset.kind}`);
  return dataset.presentations.map(({ file, species, derived }) => [file, species, derived]);
}

test('what follows a tilde says how a recording was derived, and nothing of what it shows', () => {
  const files = [
    'person1-bona-fide.mp4',
    'person1-bona-fide~on-a-Screen.mp4',
    'person1-phone-replay~dim-0.35.mp4',
    'bona-fide/anna1~print.jpg',
    'attack/print/anna1~genuine~twice.mp4',
  ];
  expect(derivationsIn(openDataset(folderOf(files)))).toEqual([
    ['attack/print/anna1~genuine~twice.mp4', 'print', 'genuine~twice'],
    ['bona-fide/anna1~print.jpg', 'bona-fide', 'print'],
    ['person1-bona-fide.mp4', 'bona-fide', undefined],
    ['person1-bona-fide~on-a-Screen.mp4', 'bona-fide', 'on-a-screen'],
    ['person1-phone-replay~dim-0.35.mp4', 'phone-replay', 'dim-0.35'],
  ]);
});

test('a derived recording belongs to the person it comes from', () => {
  const dataset = openDataset(folderOf(['person7-bona-fide~dim.mp4']));
  expect(dataset).toMatchObject({ presentations: [{ person: 'person7', species: 'bona-fide' }] });
});

test('the fingerprint changes with a file’s size and not with the folder’s place', () => {
  const files = ['anna/x.jpg', 'ben/y.jpg'];
  const before = openDataset(folderOf(files)).fingerprint;
  const elsewhere = openDataset(folderOf(files)).fingerprint;
  const larger = openDataset(folderOf(files, { 'ben/y.jpg': 'longer' })).fingerprint;
  expect([elsewhere === before, larger === before]).toEqual([true, false]);
});

test.each([
  ['an empty folder', [], {}, /holds no pictures/],
  ['a folder of one person', ['anna/x.jpg', 'anna/y.jpg'], {}, /folder of its own/],
  ['a video that only its derivation calls bona fide', ['clip~bona-fide.mp4'], {}, /clip~bona-fide\.mp4 does not say/],
  ['a derivation without a name', ['anna-bona-fide~.mp4'], {}, /does not say how it was derived/],
  ['a video whose name says nothing', ['anna-bona-fide.mp4', 'clip.mp4'], {}, /clip\.mp4 does not say/],
  [
    'a pair list that names a missing picture',
    lfwFiles,
    { 'pairs.txt': '1\t1\nA\t1\t7\nA\t1\tB\t2\n' },
    /line 2 .* is not there/,
  ],
  ['a pair list cut short', lfwFiles, { 'pairs.txt': '2\t5\nA\t1\t2\n' }, /promises 20 pairs, it has 1/],
  ['a pair list without a header', lfwFiles, { 'pairs.txt': 'A\t1\t2\n' }, /first line is not/],
])('%s is refused with what was expected', (_what, files, texts, complaint) => {
  const root = folderOf(files, texts as Record<string, string>);
  expect(() => openDataset(root)).toThrow(complaint);
});

test('a folder that is not there is refused', () => {
  expect(() => openDataset('/no/such/folder')).toThrow(/cannot be read as a folder/);
});
