import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  calibrate,
  calibratedManifest,
  type EvaluationReport,
  makeReport,
  writeCalibration,
} from '#menshen/evaluate/index.js';
import { checkManifest, embeddingModelIdOf, type ModelManifest } from '#menshen/inference/index.js';
import { recorded } from './recordings.js';
import { reportOf } from './report-of.js';

const manifestText = readFileSync(join(import.meta.dirname, '..', '..', 'models', 'default', 'manifest.json'), 'utf8');
const manifest = checkManifest(JSON.parse(manifestText));
const refused = expect.objectContaining({ code: 'calibration-refused' });
const acceptance = { acceptedBy: 'Ann', on: '2026-01-02', statement: 'a test' };
const recordings = [
  recorded('genuine.mp4', 'bona-fide', new Array(40).fill(0.95)),
  recorded('screen.mp4', 'screen', new Array(40).fill(0.7)),
];
/** A pack that has no thresholds yet: nothing can be looser. */
const fresh: ModelManifest = { ...manifest, thresholds: [] };
let report: EvaluationReport;

beforeAll(async () => {
  report = await reportOf({ recordings, modelId: embeddingModelIdOf(manifest) });
});

const changed = (change: (content: Omit<EvaluationReport, 'id' | 'schema'>) => void): EvaluationReport => {
  const { id: _id, schema: _schema, ...content } = structuredClone(report);
  change(content);
  return makeReport(content);
};

describe('a calibration', () => {
  it('has one table for each kind of comparison, with the evaluation’s id', () => {
    const { tables } = calibrate(report, fresh);
    expect(tables.map(({ evaluation }) => evaluation.id)).toEqual([
      `${report.id}-single-single`,
      `${report.id}-reference-single`,
      `${report.id}-reference-fused`,
    ]);
  });

  it('takes over measured points only, strictest last, each with its errors and interval', () => {
    const points = calibrate(report, fresh).tables.flatMap((table) => table.points);
    expect(points.length).toBeGreaterThan(0);
    expect(points.every(({ errors, interval }) => (errors ?? 0) >= 30 && interval !== undefined)).toBe(true);
  });

  it('takes the highest threshold of all references of a kind', () => {
    const [, references] = calibrate(report, fresh).tables;
    const own = (report.recognition?.comparisons ?? [])
      .filter(({ kind }) => kind === 'reference-single')
      .flatMap(({ points }) => points.filter(({ wantedFmr }) => wantedFmr === 1e-2))
      .map(({ threshold }) => threshold?.similarity ?? 0);
    expect(references?.points.find(({ fmr }) => fmr === 1e-2)?.similarity).toBe(Math.max(...own));
  });

  it('of another model’s report is refused', () => {
    const other = changed(({ pack }) => {
      pack.modelId = 'menshen-default@000000000000';
    });
    expect(() => calibrate(other, fresh)).toThrow(refused);
  });

  it('without one of the kinds is refused', () => {
    const without = changed(({ recognition }) => {
      if (recognition)
        recognition.comparisons = recognition.comparisons.filter(({ kind }) => kind !== 'reference-fused');
    });
    expect(() => calibrate(without, fresh)).toThrow(/no reference-fused comparisons/);
  });

  it('without a measured point of a kind is refused', () => {
    const without = changed(({ recognition }) => {
      for (const { points } of recognition?.comparisons ?? []) for (const { fmr } of points) fmr.state = 'insufficient';
    });
    expect(() => calibrate(without, fresh)).toThrow(refused);
  });

  it('with points out of order is refused', () => {
    const disordered = changed(({ recognition }) => {
      for (const { points } of recognition?.comparisons ?? []) points.reverse();
    });
    expect(() => calibrate(disordered, fresh)).toThrow(/lenient to strict/);
  });

  it('of attack detection says when recordings are too few, and makes nothing looser for them', () => {
    const { pad } = calibrate(report, fresh);
    expect([pad?.state, pad?.evaluation]).toEqual([
      'insufficient',
      expect.stringContaining('1 bona fide and 1 attack'),
    ]);
    // Attacks reached 0.7, today's threshold is 0.75, the margin 0.1.
    expect([pad?.bonaFideAtLeast, pad?.attackAtMost]).toEqual([0.8, manifest.padThresholds.attackAtMost]);
  });
});

describe('a looser threshold', () => {
  const stricter: ModelManifest = {
    ...manifest,
    thresholds: (['single-single', 'reference-single', 'reference-fused'] as const).map((kind) => ({
      evaluation: { id: 'E', date: '2026-01-01', population: 'nobody', kind, comparisons: 1 },
      points: [{ fmr: 0.01, similarity: 0.99 }],
    })),
  };

  it('than its interval explains is refused', () => {
    expect(() => calibrate(report, stricter)).toThrow(/looser than today/);
  });

  it('is taken over when somebody accepts it, and the table says who', () => {
    const { tables, loosened } = calibrate(report, stricter, { loosening: acceptance });
    expect([loosened.length, tables[0]?.evaluation.note]).toEqual([
      3,
      expect.stringContaining('accepted by Ann on 2026-01-02'),
    ]);
  });

  it('is not accepted by nobody', () => {
    expect(() => calibrate(report, stricter, { loosening: { ...acceptance, acceptedBy: ' ' } })).toThrow(refused);
  });
});

describe('writing a calibration', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'calibrate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('leaves every other byte of the manifest as it was', async () => {
    const path = join(folder, 'manifest.json');
    writeFileSync(path, manifestText);
    await writeCalibration(path, calibrate(report, fresh));
    const written = readFileSync(path, 'utf8');
    const head = (text: string) => text.slice(0, text.indexOf('"thresholds"'));
    const rest = (text: string) => text.slice(text.indexOf('"minFrames"'));
    expect([head(written), rest(written)]).toEqual([head(manifestText), rest(manifestText)]);
  });

  it('gives a manifest that holds the new tables', async () => {
    const calibration = calibrate(report, fresh);
    const written = checkManifest(JSON.parse(calibratedManifest(manifestText, calibration)));
    expect([written.thresholds, written.padThresholds.bonaFideAtLeast]).toEqual([calibration.tables, 0.8]);
  });

  it('is the same text when it is done twice', () => {
    const calibration = calibrate(report, fresh);
    const once = calibratedManifest(manifestText, calibration);
    expect(calibratedManifest(once, calibration)).toBe(once);
  });

  it('is not misled by names inside of texts', () => {
    const tricky = manifestText.replace('"licence": "MIT"', '"licence": "\\"thresholds\\": [ { \\\\"');
    const written = JSON.parse(calibratedManifest(tricky, calibrate(report, fresh)));
    expect([written.licence, written.thresholds.length]).toEqual(['"thresholds": [ { \\', 3]);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['without thresholds', '{"id":"x"}'],
  ])('into what is no manifest (%s) changes nothing', async (_what, text) => {
    const path = join(folder, 'manifest.json');
    writeFileSync(path, text);
    await expect(writeCalibration(path, calibrate(report, fresh))).rejects.toThrow(
      expect.objectContaining({ code: 'model-pack-invalid' }),
    );
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([text, ['manifest.json']]);
  });

  it('says when there is no manifest', async () => {
    await expect(writeCalibration(join(folder, 'nowhere.json'), calibrate(report, fresh))).rejects.toThrow(refused);
  });
});
