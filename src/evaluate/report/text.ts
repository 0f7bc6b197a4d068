import type { ComparisonFigures, PadFigures, PadGroup, RecognitionFigures } from '../figures.js';
import { bonaFideSpecies } from '../samples.js';
import type { EvaluationReport } from './schema.js';
import { fmrInWords, kindInWords, lightInWords, percent, rateInWords, whole } from './words.js';

/** The report as lines for a terminal; file names are stripped of what could steer one. */
export function reportAsText(report: EvaluationReport): string {
  const { product, pack } = report;
  const lines = [
    `Evaluation ${report.id}`,
    `Menshen ${product.version}${product.commit === undefined ? '' : `, commit ${product.commit}`}; ${pack.modelId}`,
    report.machine,
    ...report.dataSets.map(
      ({ name, people, pictures, recordings, fingerprint }) =>
        `Data: ${name}, ${whole(people)} people, ${whole(pictures)} pictures${recordings === undefined ? '' : `, ${recordings} recordings`} (${fingerprint})`,
    ),
    ...(report.recognition === undefined ? [] : recognitionLines(report.recognition)),
    ...(report.pad === undefined ? [] : padLines(report.pad)),
    ...stepLines(report),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function recognitionLines(recognition: RecognitionFigures): string[] {
  const { failureToAcquire, accuracy } = recognition;
  const { rate } = failureToAcquire;
  return [
    '',
    `Failure to acquire: ${rateInWords(rate)}; ${rate.errors} of ${whole(rate.trials)} pictures${mark(rate.state)}`,
    `Similarity: ${recognition.measure}`,
    ...recognition.comparisons.flatMap(comparisonLines),
    ...(accuracy === undefined
      ? []
      : [
          '',
          `10-fold accuracy: ${percent(accuracy.mean)} ± ${percent(accuracy.standardError)} (standard error)`,
          `  ${accuracy.population}`,
        ]),
    ...recognition.fusionGain.flatMap(({ wantedFmr, fused, bestSingle, population }) => {
      const rates = [fused, bestSingle].map((one) => `${rateInWords(one)}${mark(one.state)}`);
      const title = `Fused against best single picture at FMR ${fmrInWords(wantedFmr)}: FNMR ${rates.join(' against ')}`;
      return ['', title, `  ${population}`];
    }),
    ...identificationLines(recognition),
    ...recognition.notMeasured.map(({ what, reason }) => `Not measured: ${what}: ${reason}`),
  ];
}

function comparisonLines(figures: ComparisonFigures): string[] {
  const { population, points, equalErrorRate } = figures;
  const measured = points.filter(({ threshold }) => threshold !== undefined);
  const unsupported = points.filter(({ threshold }) => threshold === undefined);
  const [first] = unsupported;
  return [
    '',
    `${figures.kind}: ${kindInWords(figures)}`,
    `  mated: ${population.mated} (${whole(population.matedComparisons)} comparisons of ${whole(population.matedPeople)} people)`,
    `  non-mated: ${population.nonMated} (${whole(population.nonMatedComparisons)} comparisons)`,
    ...measured.map(({ wantedFmr, threshold, fnmr }) => {
      const state = mark(fnmr?.state ?? 'insufficient');
      return `  FMR ${fmrInWords(wantedFmr).padEnd(5)} similarity ${threshold?.similarity.toFixed(4)}  FNMR ${rateInWords(fnmr)}${state}`;
    }),
    ...(first === undefined
      ? []
      : [`  FMR ${fmrInWords(first.wantedFmr)} and below: insufficient: ${first.fmr.reason}`]),
    `  EER ${rateInWords(equalErrorRate.rate)}${mark(equalErrorRate.rate.state)}`,
  ];
}

function identificationLines({ identification }: RecognitionFigures): string[] {
  if (identification.length === 0) return [];
  const rows = identification.flatMap(({ enrolmentPictures, gallerySize, points }) =>
    points.map(
      ({ wantedFpir, fpir, fnir }) =>
        `  ${enrolmentPictures} enrolled, gallery ${String(gallerySize).padStart(5)}: FPIR ${percent(wantedFpir)} (${whole(fpir.trials)} searches): FNIR ${rateInWords(fnir)}${mark(fpir.state === 'measured' ? (fnir?.state ?? 'insufficient') : 'insufficient')}`,
    ),
  );
  return [
    '',
    'Identification (1:N, open set, rank 1), galleries drawn as in the first row:',
    `  ${identification[0]?.population}`,
    ...rows,
  ];
}

function padLines(pad: PadFigures): string[] {
  const recorded = pad.groups.filter(({ derived }) => derived === undefined);
  const rows = recorded.map((group) => {
    const name = group.species === bonaFideSpecies ? 'BPCER' : 'APCER';
    const parts =
      group.bpcerAttack === undefined
        ? ''
        : ` (attack ${percent(group.bpcerAttack)}, undecided ${percent(group.bpcerUndecided ?? 0)})`;
    const { classificationError: rate, nonResponse } = group;
    return `  ${group.species} (${group.recordings} ${group.judged === 'windows' ? 'recording(s)' : group.judged}, ${group.windows} judged): ${name} ${rateInWords(rate)}${parts}${mark(rate.state)}; no response ${nonResponse.errors} of ${group.windows}${askedForLight(group)}`;
  });
  const { maximumApcer } = pad;
  return [
    '',
    `Attack detection: ${pad.population}; windows of ${pad.windowMs / 1000} s`,
    ...rows,
    ...(maximumApcer === undefined
      ? []
      : [
          `  highest APCER: ${rateInWords(maximumApcer.rate)} (${maximumApcer.species})${mark(maximumApcer.rate.state)}`,
        ]),
    ...derivedLines(pad.groups),
  ];
}

function askedForLight(group: PadGroup): string {
  const light = lightInWords(group);
  return light === '' ? '' : `; asked for light: ${light}`;
}

/** Derivation by outcome: counts, because no rate of a species is taken from what was made of it. */
function derivedLines(groups: readonly PadGroup[]): string[] {
  const derived = groups.filter((group) => group.derived !== undefined);
  if (derived.length === 0) return [];
  const nameOf = (group: PadGroup) =>
    `${group.species}~${group.derived}${group.judged === 'windows' ? '' : ' (stills)'}`;
  const width = Math.max(...derived.map((group) => nameOf(group).length));
  const row = (name: string, counts: readonly (string | number)[], rest: string) =>
    `  ${name.padEnd(width)}${counts.map((count) => String(count).padStart(11)).join('')}${rest}`;
  return [
    '',
    'Derived recordings (what the detector answers to; no rate is taken from them), windows:',
    row('', ['bona fide', 'attack', 'undecided', 'no resp.'], ''),
    ...derived.map((group) => {
      const { bonaFide, attack, undecided, noResponse } = group.outcomes;
      return row(nameOf(group), [bonaFide, attack, undecided, noResponse], askedForLight(group));
    }),
  ];
}

function stepLines({ steps }: EvaluationReport): string[] {
  if (steps.length === 0) return [];
  return [
    '',
    'Time and memory:',
    ...steps.map(({ step, items, wallMs, medianMs, peakMemoryMiB }) => {
      const median = medianMs === undefined ? '' : `, median ${medianMs.toFixed(1)} ms`;
      const memory = peakMemoryMiB === undefined ? '' : `, at most ${Math.round(peakMemoryMiB)} MiB`;
      return `  ${step}: ${whole(items)} in ${(wallMs / 1000).toFixed(1)} s${median}${memory}`;
    }),
  ];
}

function mark(state: 'measured' | 'insufficient'): string {
  return state === 'measured' ? '' : ' [insufficient]';
}

/** Names come from a folder somebody else made. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}
