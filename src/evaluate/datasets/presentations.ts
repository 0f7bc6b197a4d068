import { basename, extname } from 'node:path';
import { MenshenError } from '../../core/index.js';
import type { FoundFile, LabelledPresentation, PresentationDataset } from './dataset.js';

const bonaFide = /(^|[^a-z])(bona[-_ ]?fide|genuine)([^a-z]|$)/i;
const attack = /(^|[^a-z])(attack|replay|print|photo|mask|cut-?out|screen|phone|tablet)([^a-z]|$)/i;
/** Behind it a name says how the recording was derived; what it comes from is labelled by what stands before. */
const derivedMark = '~';
const folderWords = new Set(['attack', 'attacks', 'bona-fide', 'genuine']);

/**
 * Recordings and stills named after what they show: `anna-bona-fide.mp4`, `anna-screen-replay.mp4`, or in folders
 * `bona-fide/…` and `attack/screen-replay/…`. What was made from another recording says so behind a tilde:
 * `anna-bona-fide~dim-0.35.mp4`. Undefined when the folder is something else; a folder that holds video is never anything
 * else, so an unnamed recording is refused there.
 */
export function presentationDataset(
  common: { readonly name: string; readonly root: string; readonly fingerprint: string },
  found: readonly FoundFile[],
): PresentationDataset | undefined {
  const named = found.filter(({ file }) => isLabelled(labelOf(file).label));
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
  const nameless = found.find(({ file }) => labelOf(file).derived === '');
  if (nameless !== undefined) {
    throw new MenshenError(
      'dataset-invalid',
      `${common.root}: the name ${nameless.file} does not say how it was derived. Name it like anna-bona-fide~dim.mp4.`,
    );
  }
  return { ...common, kind: 'presentations', presentations: found.map(presentationOf) };
}

function isLabelled(label: string): boolean {
  return bonaFide.test(label) || attack.test(label);
}

/** What a file's path says of the presentation, and what of how it was derived. */
function labelOf(file: string): { readonly label: string; readonly derived?: string } {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const stem = basename(file, extname(file));
  const mark = stem.indexOf(derivedMark);
  if (mark < 0) return { label: folder + stem };
  return { label: folder + stem.slice(0, mark), derived: stem.slice(mark + 1).toLowerCase() };
}

function presentationOf({ file, media }: FoundFile): LabelledPresentation {
  const { label, derived } = labelOf(file);
  const folders = label.split('/').slice(0, -1);
  const stem = basename(label).toLowerCase();
  const person = /^((?:person|subject|p|s)[-_]?\d+|[a-z]+\d*)[-_]/i.exec(stem)?.[1];
  const rest = person === undefined ? stem : stem.slice(person.length + 1);
  const still = media === 'still';
  const known = { still, ...(person === undefined ? {} : { person }), ...(derived === undefined ? {} : { derived }) };
  if (bonaFide.test(label) && !attack.test(label)) return { file, species: 'bona-fide', ...known };
  const folder = folders.findLast((name) => !folderWords.has(name.toLowerCase()));
  const species = attack.test(rest) ? rest : (folder?.toLowerCase() ?? stem);
  return { file, species: species.replace(/[-_]?\d+$/, '').replaceAll('_', '-'), ...known };
}
