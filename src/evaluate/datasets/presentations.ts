import { basename, extname } from 'node:path';
import { MenshenError } from '../../core/index.js';
import type { FoundFile, LabelledPresentation, PresentationDataset } from './dataset.js';

const bonaFide = /(^|[^a-z])(bona[-_ ]?fide|genuine)([^a-z]|$)/i;
const attack = /(^|[^a-z])(attack|replay|print|photo|mask|cut-?out|screen|phone|tablet)([^a-z]|$)/i;
const folderWords = new Set(['attack', 'attacks', 'bona-fide', 'genuine']);

/**
 * Recordings and stills named after what they show: `anna-bona-fide.mp4`, `anna-screen-replay.mp4`, or in folders
 * `bona-fide/…` and `attack/screen-replay/…`. Undefined when the folder is something else; a folder that holds video is
 * never anything else, so an unnamed recording is refused there.
 */
export function presentationDataset(
  common: { readonly name: string; readonly root: string; readonly fingerprint: string },
  found: readonly FoundFile[],
): PresentationDataset | undefined {
  const named = found.filter(({ file }) => bonaFide.test(file) || attack.test(file));
  const holdsVideo = found.some(({ media }) => media === 'video');
  if (!holdsVideo && named.length < found.length) return undefined;
  const unnamed = found.find((one) => !named.includes(one));
  if (unnamed !== undefined) {
    throw new MenshenError(
      'dataset-invalid',
      `${common.root}: the name ${unnamed.file} does not say whether it is bona fide or which attack. Name it like ` +
        'anna-bona-fide.mp4 or anna-screen-replay.mp4, or put it into bona-fide/ or attack/SPECIES/.',
    );
  }
  return { ...common, kind: 'presentations', presentations: found.map(presentationOf) };
}

function presentationOf({ file, media }: FoundFile): LabelledPresentation {
  const folders = file.split('/').slice(0, -1);
  const stem = basename(file, extname(file)).toLowerCase();
  const person = /^((?:person|subject|p|s)[-_]?\d+|[a-z]+\d*)[-_]/i.exec(stem)?.[1];
  const rest = person === undefined ? stem : stem.slice(person.length + 1);
  const still = media === 'still';
  const whose = person === undefined ? {} : { person };
  if (bonaFide.test(file) && !attack.test(file)) return { file, species: 'bona-fide', still, ...whose };
  const folder = folders.findLast((name) => !folderWords.has(name.toLowerCase()));
  const species = attack.test(rest) ? rest : (folder?.toLowerCase() ?? stem);
  return { file, species: species.replace(/[-_]?\d+$/, '').replaceAll('_', '-'), still, ...whose };
}
