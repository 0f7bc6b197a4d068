import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calibrate, type EvaluationReport, writeCalibration, writeImpostorModel } from '#menshen/evaluate/index.js';
import { embeddingModelIdOf, readManifest, unpackImpostorModel } from '#menshen/inference/index.js';
import { madeUpSamples } from './people.js';
import { reportOf } from './report-of.js';

const defaultPack = join(import.meta.dirname, '..', '..', 'models', 'default');
let report: EvaluationReport;
let pack: string;

beforeAll(async () => {
  const modelId = embeddingModelIdOf(await readManifest(defaultPack));
  report = await reportOf({ samples: madeUpSamples({ people: 520, pictures: 7, scatter: 0.6 }), modelId });
});
beforeEach(() => {
  pack = mkdtempSync(join(tmpdir(), 'menshen-impostor-'));
  cpSync(join(defaultPack, 'manifest.json'), join(pack, 'manifest.json'));
});
afterEach(() => rmSync(pack, { recursive: true, force: true }));

describe('putting an impostor model into a pack', () => {
  it('writes the model, names it in the manifest and drops thresholds that mean other numbers', async () => {
    await writeImpostorModel(pack, report);
    const manifest = await readManifest(pack);
    const model = unpackImpostorModel(JSON.parse(readFileSync(join(pack, 'impostor-model.json'), 'utf8')));
    expect([manifest.thresholds, manifest.impostorModel?.file, model.people]).toEqual([[], 'impostor-model.json', 520]);
  });

  it('makes the report it came from useless for thresholds: it was made without the model', async () => {
    await writeImpostorModel(pack, report);
    const manifest = await readManifest(pack);
    expect(() => calibrate(report, manifest)).toThrow(/Evaluate again/);
  });

  it('is refused for a report of too few people', async () => {
    const small = await reportOf({ modelId: report.pack.modelId });
    await expect(writeImpostorModel(pack, small)).rejects.toThrow(/at least 500 people/);
  });

  it('is refused for a report of another model', async () => {
    const other = { ...report, pack: { ...report.pack, modelId: 'other@000000000000' } };
    await expect(writeImpostorModel(pack, other)).rejects.toThrow(/the pack embeds with/);
  });

  it('leaves the manifest valid for the calibration that follows', async () => {
    await writeImpostorModel(pack, report);
    const { impostorModel } = await readManifest(pack);
    const again = { ...report, pack: { ...report.pack, impostorModel: impostorModel?.sha256 ?? '' } };
    await writeCalibration(join(pack, 'manifest.json'), calibrate(again, await readManifest(pack)));
    expect((await readManifest(pack)).thresholds).toHaveLength(3);
  });
});
