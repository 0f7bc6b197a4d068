import { basename, extname } from 'node:path';
import { MenshenError } from '../../core/index.js';
import type { PairList } from '../samples.js';
import type { LabelledPicture } from './dataset.js';

type Pair = readonly [string, string];

/**
 * Reads LFW's pairs format: a header `folds pairs`, then per fold that many mated lines (`name i j`) and as many
 * non-mated ones (`name i name j`), parted by tabs. A header of one number is one fold.
 *
 * @throws MenshenError `dataset-invalid` with the line.
 */
export function readPairs(text: string, pictures: readonly LabelledPicture[], path: string): PairList {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const { folds, pairs } = headerOf(lines[0] ?? '', path);
  if (lines.length !== 1 + folds * pairs * 2) {
    throw refused(path, `its header promises ${folds * pairs * 2} pairs, it has ${lines.length - 1}`);
  }
  const fileOf = numberedFiles(pictures);
  const read = (index: number): Pair => pairOf(lines[index] ?? '', index, fileOf, path);
  return {
    folds: Array.from({ length: folds }, (_, fold) => {
      const first = 1 + fold * pairs * 2;
      return {
        mated: Array.from({ length: pairs }, (_, index) => read(first + index)),
        nonMated: Array.from({ length: pairs }, (_, index) => read(first + pairs + index)),
      };
    }),
  };
}

function headerOf(line: string, path: string): { readonly folds: number; readonly pairs: number } {
  const numbers = line.trim().split(/\s+/).map(Number);
  const [folds, pairs] = numbers.length === 1 ? [1, numbers[0]] : numbers;
  const usable = [folds, pairs].every((count) => Number.isInteger(count) && Number(count) > 0);
  if (!usable || folds === undefined || pairs === undefined) {
    throw refused(path, 'its first line is not "folds pairs"');
  }
  return { folds, pairs };
}

/** `name` and a number without leading zeros name a file `name_0007.jpg`. */
function numberedFiles(pictures: readonly LabelledPicture[]): ReadonlyMap<string, string> {
  return new Map(
    pictures.flatMap(({ file, person }) => {
      const stem = basename(file, extname(file));
      const number = /(\d+)$/.exec(stem)?.[1];
      return number === undefined ? [] : [[`${person}\0${Number(number)}`, file] as const];
    }),
  );
}

function pairOf(line: string, index: number, fileOf: ReadonlyMap<string, string>, path: string): Pair {
  const [name, first, second, third] = line.trim().split(/\t/);
  const [one, other] =
    third === undefined ? [`${name}\0${first}`, `${name}\0${second}`] : [`${name}\0${first}`, `${second}\0${third}`];
  const [left, right] = [fileOf.get(one), fileOf.get(other)];
  if (left === undefined || right === undefined) {
    throw refused(path, `line ${index + 1} ("${line}") names a picture that is not there`);
  }
  return [left, right];
}

function refused(path: string, why: string): MenshenError {
  return new MenshenError('dataset-invalid', `${path}: ${why}. Correct the list or take it away.`);
}
