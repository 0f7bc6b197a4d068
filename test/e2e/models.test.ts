/** A site's own model packs: brought, tried out, chosen, and what becomes of people when the embedder changes. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkManifest } from '#menshen/inference/index.js';
import { hasModels, packDirectory } from '../inference/default-pack.js';
import { Daemon, type Health, until } from '../support/daemon.js';
import { footage, projectFolder, temporaryFolder, whyNoFootage } from '../support/files.js';
import type { View } from '../support/panel.js';
import { tinyPack, writtenPack } from '../support/tiny-pack.js';
import {
  addPerson,
  byFace,
  byPin,
  cardAndPin,
  enrolledPerson,
  faceSite,
  type Gate,
  gateOf,
  openFaceGate,
  type Person,
  recordAssessment,
} from './gate.js';
import { runCommand, Site } from './site.js';

if (footage === undefined) console.log(whyNoFootage);

/** The shipped pack under another name: its templates are those of another model. */
function derivedPack(id: string, change: (manifest: Manifest) => void = () => undefined): string {
  const folder = temporaryFolder();
  cpSync(packDirectory, folder, { recursive: true });
  const manifest = checkManifest(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  manifest.id = id;
  change(manifest);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}
type Manifest = ReturnType<typeof checkManifest>;

const commented = (text: string): string => `# of the site\n${text.replace('"device"', '# the gate\n "device"')}\n`;

describe.skipIf(!hasModels)('menshen models', () => {
  let site: Site;
  beforeAll(async () => {
    site = await new Site().init();
    writeFileSync(site.configPath, commented(readFileSync(site.configPath, 'utf8')));
  });
  afterAll(() => site.remove());
  const models = (...words: string[]) => site.run(['models', ...words]);

  it('schema prints a JSON schema that says what each key is', async () => {
    const { stdout } = await models('schema');
    const schema = JSON.parse(stdout);
    expect(schema.properties.id.description).toMatch(/\w/);
    expect(schema.additionalProperties).toBe(false);
  });

  it('list shows the built-in pack, its licence and what was measured', async () => {
    const { stdout, exitCode } = await models('list');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\* menshen-default@1 \(built in\)/);
    expect(stdout).toMatch(/licence MIT/);
    expect(stdout).toMatch(/reference-fused 0\.0001/);
    expect(stdout).toMatch(/0 enrolled with it; 0 people left to enrol again/);
  });

  it('check of the configured pack says ok of each model and of the impostor model', async () => {
    const { stdout, exitCode } = await models('check');
    expect([exitCode, stdout.match(/^ok /gm)?.length]).toEqual([0, 6]);
  });

  it('add takes a pack whose golden values are not recorded yet, and records them', async () => {
    const { stdout, exitCode } = await models('add', writtenPack());
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Added as .*store\/packs\/tiny@1/)]);
    const manifest = JSON.parse(readFileSync(join(site.folder, 'store', 'packs', 'tiny@1', 'manifest.json'), 'utf8'));
    expect(Object.keys(manifest.golden.models)).toEqual(['detection', 'pad', 'embedding']);
  });

  it('add never writes over a pack that is there', async () => {
    const { stderr, exitCode } = await models('add', writtenPack());
    expect([exitCode, stderr]).toEqual([5, expect.stringMatching(/is there already/)]);
  });

  it('add refuses a pack that is broken and leaves nothing of it', async () => {
    const pack = tinyPack();
    pack.manifest.id = 'broken';
    Object.assign(pack.files.embedding.entry, { settings: { dimensions: 256, mirror: false } });
    const { stderr, exitCode } = await models('add', writtenPack(pack));
    expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/vector has 128 values/)]);
    expect((await models('list')).stdout).not.toMatch(/broken|adding/);
  });

  it('add refuses a pack whose models do not give what was recorded elsewhere', async () => {
    const folder = derivedPack('drifting', (manifest) => {
      for (const file of manifest.files) if (file.role === 'pad') file.input.colour = 'rgb';
    });
    const { stderr, exitCode } = await models('add', folder);
    expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/pre-processing for pad is .* off/)]);
  });

  it('use sets the pack in the configuration and leaves its comments and its mode alone', async () => {
    const { mode } = statSync(site.configPath);
    const { stdout, exitCode } = await models('use', 'tiny');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/now uses tiny@1[\s\S]*next start/)]);
    const text = readFileSync(site.configPath, 'utf8');
    expect(text).toMatch(/# of the site\n[\s\S]*# the gate\n[\s\S]*packs\/tiny@1/);
    expect(statSync(site.configPath).mode).toBe(mode);
    expect((await models('list')).stdout).toMatch(/\* tiny@1/);
  });

  it('check fails with exit code 3 once a file was altered, and names it', async () => {
    const path = join(site.folder, 'store', 'packs', 'tiny@1', 'pad.onnx');
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes, Buffer.from([0])]));
    const { stdout, exitCode } = await models('check');
    writeFileSync(path, bytes);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/^FAIL pad .*pad\.onnx is not the file/m)]);
  });

  it('doctor says so too', async () => {
    const path = join(site.folder, 'store', 'packs', 'tiny@1', 'embed.onnx');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, 100));
    const { stdout, exitCode } = await site.run(['doctor']);
    writeFileSync(path, bytes);
    // Whole again, it is taken again: it was the change that was found.
    expect((await models('check')).exitCode).toBe(0);
    expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/^FAIL model pack .*embed\.onnx/m)]);
  });

  it('use refuses a pack that is broken and leaves the configuration as it is', async () => {
    const before = readFileSync(site.configPath, 'utf8');
    const { stderr, exitCode } = await models(
      'use',
      derivedPack('unlicensed', (manifest) => Object.assign(manifest, { licence: '' })),
    );
    expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/licence/)]);
    expect(readFileSync(site.configPath, 'utf8')).toBe(before);
  });

  it('use of a pack that is not there says which there are', async () => {
    const { stderr, exitCode } = await models('use', 'nosuch');
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/menshen-default@1, tiny@1/)]);
  });

  it('use default goes back to the built-in pack', async () => {
    await models('use', 'default');
    expect((await models('list')).stdout).toMatch(/\* menshen-default@1/);
    expect(readFileSync(site.configPath, 'utf8')).not.toMatch(/models/);
  });

  it('check needs no site', async () => {
    const { exitCode } = await runCommand(['models', 'check', packDirectory]);
    expect(exitCode).toBe(0);
  });
});

it('a command whose reader has gone ends without a complaint', () => {
  const program = `"${process.execPath}" "${join(projectFolder, 'dist', 'main.js')}" models schema | head -n 1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', program], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['{\n', '']);
});

describe.skipIf(!hasModels)('models that drifted', () => {
  let gate: Gate;
  let person: Person;
  beforeAll(async () => {
    const folder = derivedPack('drifting', (manifest) => {
      for (const file of manifest.files) if (file.role === 'embedding') file.input.mean = 120;
    });
    const { face } = new Site().config;
    const site = await new Site({
      ...{ models: { folder }, face: { ...face, enabled: true }, doors: [{ id: 'main', camera: 'front' }] },
      cameras: [
        {
          id: 'front',
          source: { kind: 'v4l2', device: '/dev/video99' },
          captureZone: {
            polygon: [
              { x: 0, y: 0 },
              { x: 1, y: 0 },
              { x: 1, y: 1 },
            ],
          },
        },
      ],
    }).init();
    gate = await gateOf(await Daemon.start(site));
    await recordAssessment(gate);
    person = await addPerson(gate);
  });
  afterAll(() => gate.close());

  const face = async () =>
    (await gate.panel.get<{ methods: { face: { reason?: string; detail?: string } } }>('/v1/health')).body.methods.face;

  it('switch face mode off under a reason of its own', async () => {
    await expect.poll(face, { timeout: 20_000, interval: 200 }).toMatchObject({ reason: 'model-drift' });
    expect((await face()).detail).toMatch(/pre-processing for embedding/);
  });

  it('let PIN and card go on', async () => {
    expect(await byPin(gate, person)).toMatchObject({ decision: 'grant' });
  });

  it('are on record, once', async () => {
    const failures = async () => {
      const { body } = await gate.auditor.get<{ entries: { kind: string; body: string }[] }>('/v1/audit?limit=500');
      return body.entries.filter(({ kind }) => kind === 'vision.failed').map((entry) => JSON.parse(entry.body).code);
    };
    // Written when the process that found it has ended; what it said is heard before.
    await expect.poll(failures, { timeout: 20_000, interval: 200 }).toEqual(['model-drift']);
  });

  it('fail doctor', async () => {
    const { stdout, exitCode } = await gate.site.run(['doctor']);
    expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/^FAIL face mode .*embedding/m)]);
  });
});

describe.skipIf(footage === undefined)('another embedder', () => {
  let gate: Gate;
  let person: Person;
  let renewal: { status: number; text: string };
  let before: View;
  let faceBefore: unknown;
  const entries = async (kind: string) => {
    const { body } = await gate.auditor.get<{ entries: { kind: string; body: string }[] }>('/v1/audit?limit=500');
    return body.entries.filter((entry) => entry.kind === kind).map((entry) => JSON.parse(entry.body));
  };
  const left = async () =>
    (await gate.operator.get<{ models: { peopleWithOtherModelsOnly: number } }>('/v1/retention')).body.models;

  beforeAll(async () => {
    if (footage === undefined) return;
    const first = await openFaceGate(faceSite(footage, ['person-a']));
    person = await enrolledPerson(first);
    await first.daemon.stop();
    const packs = join(first.site.folder, 'store', 'packs');
    await first.site.run(['models', 'add', derivedPack('second')]);
    first.site.write({ models: { folder: join(packs, 'second@1') } });
    gate = await first.again();
    faceBefore = await until('face mode to end for want of an assessment', async () => {
      const { face } = (await gate.panel.get<Health>('/v1/health')).body.methods;
      return face.reason === 'assessment-missing' ? face : undefined;
    });
    await recordAssessment(gate);
    await gate.daemon.seeing();
  });
  afterAll(() => gate?.close());

  it('is not used before it is assessed (M9.5)', async () => {
    expect(faceBefore).toMatchObject({ works: false, detail: expect.stringContaining('other models') });
    expect(await entries('assessment.invalidated')).toEqual([expect.objectContaining({ trigger: 'model-pack' })]);
  });

  it('makes nobody comparable who was enrolled with the former one', async () => {
    expect(await gate.panel.verify(byFace(person))).toMatchObject({ reason: 'face-not-available' });
    expect(await left()).toMatchObject({ peopleWithOtherModelsOnly: 1 });
  });

  it('is on record, from what to what', async () => {
    const [, changed] = await entries('models.changed');
    expect(changed).toMatchObject({ fromPackId: 'menshen-default@1', packId: 'second@1', templatesOfOtherModels: 1 });
  });

  it('has the person’s renewal due after a pass with card and PIN', async () => {
    before = await cardAndPin(gate, person);
    expect([before.decision?.decision, before.templateRenewal]).toEqual(['grant', 'due']);
  });

  it('is not renewed without the evidence of the person’s act', async () => {
    const { status } = await gate.panel.post(`/v1/verifications/${before.verificationId}/template-renewal`, {});
    expect(status).toBe(400);
  });

  it('is renewed from the door’s camera once the person asks', async () => {
    const path = `/v1/verifications/${before.verificationId}/template-renewal`;
    renewal = await gate.panel.post(path, { act: { kind: 'button' } });
    expect([renewal.status, JSON.parse(renewal.text)]).toEqual([
      201,
      { verificationId: before.verificationId, templateRenewal: 'renewed', identification: { state: 'not-requested' } },
    ]);
    expect(await left()).toMatchObject({ peopleWithOtherModelsOnly: 0 });
    expect(await entries('template.renewed')).toHaveLength(1);
  });

  it('is not renewed a second time', async () => {
    const path = `/v1/verifications/${before.verificationId}/template-renewal`;
    const { status, text } = await gate.panel.post(path, { act: { kind: 'button' } });
    expect([status, text]).toEqual([409, expect.stringMatching(/renewal-not-due/)]);
  });

  it('lets the person in by face again', async () => {
    expect(await gate.panel.verify(byFace(person))).toMatchObject({ reason: 'face-match' });
  });
});
