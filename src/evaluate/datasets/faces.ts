import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MenshenError } from '../../core/index.js';
import type { FaceDataset, FoundFile, LabelledPicture } from './dataset.js';
import { readPairs } from './pairs.js';

const fewestPeople = 2;

/** A folder per person, below the data set's folder or below its `images`; `pairs.txt` beside them is used when there. */
export function faceDataset(
  common: { readonly name: string; readonly root: string; readonly fingerprint: string },
  found: readonly FoundFile[],
): FaceDataset {
  const pictures = found.flatMap(({ file }): LabelledPicture[] => {
    const person = file.split('/').at(-2);
    return person === undefined || person === 'images' ? [] : [{ file, person }];
  });
  const people = new Set(pictures.map(({ person }) => person)).size;
  if (people < fewestPeople) {
    throw new MenshenError(
      'dataset-invalid',
      `${common.root} holds pictures of ${people} person(s). Put each person's pictures into a folder of its own ` +
        '(LFW: images/NAME/NAME_0001.jpg), or name recordings and stills after what they show ' +
        '(anna-bona-fide.mp4, anna-screen-replay.mp4).',
    );
  }
  const list = join(common.root, 'pairs.txt');
  if (!existsSync(list)) return { ...common, kind: 'faces', pictures };
  return { ...common, kind: 'faces', pictures, pairs: readPairs(readFileSync(list, 'utf8'), pictures, list) };
}
