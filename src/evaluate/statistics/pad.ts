import type { PadFigures, PadGroup, PadWindow, Rate } from '../figures.js';
import { bonaFideSpecies, type PresentationRecording } from '../samples.js';
import { type Judged, judgedAs, type PadSettings, windowMsFor, windowsOf } from './pad-windows.js';
import { seededRandom } from './random.js';
import { rateOf } from './rates.js';
import { defaultResamplings, unitInterval } from './resampling.js';

export interface PadInput {
  /** The data set's name. */
  readonly name: string;
  readonly recordings: readonly PresentationRecording[];
  readonly settings: PadSettings;
  readonly seed: number;
  readonly resamplings?: number;
}

/**
 * Attack detection after ISO/IEC 30107-3: APCER by species and its maximum, BPCER, non-response rates. The recording is
 * the unit that depends on nothing else: its windows show the same presentation.
 */
export function evaluatePad(input: PadInput): PadFigures {
  const { name, settings } = input;
  const recordings = [...input.recordings]
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .map((recording) => ({ recording, judged: judgedAs(recording), windows: windowsOf(recording, settings) }));
  const groups = groupsIn(recordings).map((group) => figuresOf(group, input));
  const maximum = maximumOf(groups);
  const { bonaFideAtLeast, attackAtMost, minFrames, trim, countedCues, strict } = settings;
  return {
    population: `${name}: ${recordings.length} recordings and stills of ${new Set(recordings.map(({ recording }) => recording.species)).size} species`,
    windowMs: windowMsFor(settings),
    framesPerSecond: settings.framesPerSecond,
    settings: { bonaFideAtLeast, attackAtMost, minFrames, trim, countedCues: [...countedCues], strict },
    groups,
    ...(maximum === undefined ? {} : { maximumApcer: maximum }),
    recordings: recordings.map(({ recording: { file, species, derived }, judged, windows }) => ({
      file,
      species,
      judged,
      ...(derived === undefined ? {} : { derived }),
      windows,
    })),
  };
}

interface JudgedRecording {
  readonly recording: PresentationRecording;
  readonly judged: Judged;
  readonly windows: readonly PadWindow[];
}

interface Group {
  readonly species: string;
  readonly judged: Judged;
  readonly derived: string | undefined;
  readonly members: JudgedRecording[];
}

/** Windows, stills and each kind of derivation are kept apart: one says nothing about the other. Bona fide first. */
function groupsIn(recordings: readonly JudgedRecording[]): Group[] {
  const groups = new Map<string, Group>();
  for (const member of recordings) {
    const { judged, recording } = member;
    const { species, derived } = recording;
    const order = [derived === undefined ? 0 : 1, judged === 'windows' ? 0 : 1, species === bonaFideSpecies ? 0 : 1];
    const key = JSON.stringify([...order, species, derived ?? '']);
    const group = groups.get(key) ?? { species, judged, derived, members: [] };
    group.members.push(member);
    groups.set(key, group);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function figuresOf({ species, judged, derived, members }: Group, input: PadInput): PadGroup {
  const windows = members.flatMap((member) => member.windows);
  const count = (outcome: PadWindow['outcome']) => windows.filter((window) => window.outcome === outcome).length;
  const outcomes = {
    bonaFide: count('bona-fide'),
    attack: count('attack'),
    undecided: count('undecided'),
    noResponse: count('no-response'),
  };
  const askedFor = (light: PadWindow['light']) => windows.filter((window) => window.light === light).length;
  const isBonaFide = species === bonaFideSpecies;
  const responding = windows.length - outcomes.noResponse;
  const wrong = (window: PadWindow) =>
    isBonaFide ? window.outcome === 'attack' || window.outcome === 'undecided' : window.outcome === 'bona-fide';
  const responds = (window: PadWindow) => window.outcome !== 'no-response';
  const share = (part: number) => (responding === 0 ? 0 : part / responding);
  return {
    species,
    judged,
    ...(derived === undefined ? {} : { derived }),
    recordings: members.length,
    windows: windows.length,
    outcomes,
    askedForLight: { more: askedFor('too-little'), less: askedFor('too-much') },
    // Out of the windows that got an answer: one that got none must not make the rate look better.
    classificationError: rateByRecording(members, responds, wrong, input),
    ...(isBonaFide ? { bpcerAttack: share(outcomes.attack), bpcerUndecided: share(outcomes.undecided) } : {}),
    nonResponse: rateByRecording(
      members,
      () => true,
      (window) => !responds(window),
      input,
    ),
  };
}

function rateByRecording(
  members: readonly JudgedRecording[],
  isTrial: (window: PadWindow) => boolean,
  isError: (window: PadWindow) => boolean,
  { seed, resamplings = defaultResamplings }: PadInput,
): Rate {
  const units = members
    .map(({ windows }) => ({ errors: windows.filter(isError).length, trials: windows.filter(isTrial).length }))
    .filter(({ trials }) => trials > 0);
  const sum = (of: 'errors' | 'trials') => units.reduce((total, unit) => total + unit[of], 0);
  return rateOf({
    errors: sum('errors'),
    trials: sum('trials'),
    units: units.length,
    unitName: 'recordings',
    erringUnits: units.filter(({ errors }) => errors > 0).length,
    // One recording drawn again and again is always the same.
    interval: units.length < 2 ? undefined : unitInterval(units, resamplings, seededRandom(seed)),
  });
}

/** The standard judges a detector by the species it fares worst with. */
function maximumOf(groups: readonly PadGroup[]): PadFigures['maximumApcer'] {
  const species = groups
    .filter((group) => group.species !== bonaFideSpecies && group.judged === 'windows' && group.derived === undefined)
    .filter(({ classificationError }) => classificationError.value !== undefined);
  // Of equal ones the one about which least is known.
  const [worst] = species.sort(
    ({ classificationError: a }, { classificationError: b }) =>
      (b.value ?? 0) - (a.value ?? 0) || (b.atMost ?? 0) - (a.atMost ?? 0),
  );
  return worst === undefined ? undefined : { species: worst.species, rate: worst.classificationError };
}
