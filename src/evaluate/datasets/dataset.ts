import type { PairList } from '../samples.js';

/** A labelled picture, or a presentation as a recording or a still. `file` is relative to the data set's folder. */
export interface LabelledPicture {
  readonly file: string;
  readonly person: string;
}

export interface LabelledPresentation {
  readonly file: string;
  /** `bona-fide`, or the species of the attack. */
  readonly species: string;
  readonly person?: string;
  /** How it was made from the presentation that the name's first part names. */
  readonly derived?: string;
  readonly still: boolean;
}

interface DatasetCommon {
  readonly name: string;
  readonly root: string;
  /** SHA-256 over file names and sizes: says whether two evaluations saw the same files. */
  readonly fingerprint: string;
}

export interface FaceDataset extends DatasetCommon {
  readonly kind: 'faces';
  readonly pictures: readonly LabelledPicture[];
  /** Absent: every pair can be compared. */
  readonly pairs?: PairList;
}

export interface PresentationDataset extends DatasetCommon {
  readonly kind: 'presentations';
  readonly presentations: readonly LabelledPresentation[];
}

export type Dataset = FaceDataset | PresentationDataset;

/** A file below a data set's folder, before anybody knows what it is. */
export interface FoundFile {
  /** Relative to the data set's folder, with forward slashes. */
  readonly file: string;
  readonly bytes: number;
  readonly media: 'still' | 'video';
}
