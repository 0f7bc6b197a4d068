import { expect, test } from 'vitest';
import { receiptLines } from '#menshen/visit/index.js';

const words = (key: string): string => (key.startsWith('text.backups') ? `[${key}]` : key);
const copies = (backupsAndCopies: string) =>
  receiptLines({ body: JSON.stringify({ backupsAndCopies }) }, words).map(({ text }) => text);

test('a receipt that was signed after a backup says in words that the backup may hold the person, and of when it is', () => {
  const signed =
    'copies of the store unreadable; encrypted backups, the newest of 2026-11-22T13:38:12.801Z, hold no face';
  expect(copies(signed)).toEqual(['[text.backupsAndCopies] [text.backupsMayHold] 2026-11-22 13:38:12 UTC.']);
  expect(copies('unreadable: their keys were wrapped by the destroyed epoch key')).toEqual(['[text.backupsAndCopies]']);
});
