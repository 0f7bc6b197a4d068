/** A camera that gives nothing costs the face at its door, and nobody their PIN; health and doctor say what to do. */
import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Health, until } from '../support/daemon.js';
import { footage, projectFolder, temporaryFolder, whyNoFootage } from '../support/files.js';
import {
  addPerson,
  byFace,
  byPin,
  enrol,
  faceSite,
  type Gate,
  giveConsent,
  openGate,
  type Person,
  recordAssessment,
} from './gate.js';
import { type CommandResult, cameraOf } from './site.js';

if (footage === undefined) console.log(whyNoFootage);

describe.skipIf(footage === undefined)('a recording that is', () => {
  const folder = temporaryFolder();
  const faults = ['missing', 'empty', 'cut-short', 'no-video'] as const;
  let gate: Gate;
  let person: Person;
  let health: Health;
  let doctor: CommandResult;

  beforeAll(async () => {
    if (footage === undefined) return;
    const whole = readFileSync(footage.clip('person-a'));
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'cut-short'), whole.subarray(0, whole.length >> 1));
    writeFileSync(join(folder, 'no-video'), randomBytes(100_000));
    gate = await openGate({
      ...faceSite(footage, []),
      cameras: faults.map((fault) => cameraOf(fault, join(folder, fault))),
      doors: [{ id: 'main' }, ...faults.map((fault) => ({ id: fault, camera: fault }))],
    });
    await recordAssessment(gate);
    health = await until('the verdict on every camera', async () => {
      const { body } = await gate.panel.get<Health>('/v1/health');
      const told = body.cameras.filter(({ problem }) => problem !== undefined).length === faults.length;
      return told && body.methods.face.reason === 'camera-unavailable' ? body : undefined;
    });
    doctor = await gate.site.run(['doctor']);
    person = await addPerson(gate);
    await giveConsent(gate, person);
    await enrol(gate, person, [footage.still('person-b')]);
  });
  afterAll(() => gate.close());

  it.each(faults)('%s is named in the health report, with what to do', (fault) => {
    const camera = health.cameras.find(({ cameraId }) => cameraId === fault);
    expect([health.status, camera?.problem]).toEqual([
      'degraded',
      expect.stringMatching(new RegExp(`${fault}.*\\. \\w+`)),
    ]);
  });

  it.each(faults)('%s is named by doctor, which ends with exit code 3', (fault) => {
    const line = doctor.stdout.split('\n').find((text) => text.includes(`camera ${fault}`));
    expect([doctor.exitCode, line?.startsWith('FAIL')]).toEqual([3, true]);
  });

  it.each(faults)('%s sends the person to another way', async (fault) => {
    const decision = await gate.panel.verify({ ...byFace(person), doorId: fault, timeoutMs: 1500 });
    expect(decision).toMatchObject({ decision: 'use-alternative', reason: 'camera-unavailable' });
  });

  it('unreadable leaves the PIN alone', async () => {
    expect(await byPin(gate, person)).toMatchObject({ decision: 'grant' });
  });
});

describe.skipIf(footage === undefined)('a model file with one flipped byte', () => {
  it('keeps the face off, is named with what to do, and leaves the PIN alone', async () => {
    if (footage === undefined) return;
    const models = temporaryFolder();
    copyPack(models);
    const file = join(models, 'fr_feature.onnx');
    const bytes = readFileSync(file);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const gate = await openGate({ ...faceSite(footage, ['person-a']), models: { folder: models } });
    await recordAssessment(gate);
    const { detail } = await until('the refusal of the model', async () => {
      const { body } = await gate.panel.get<Health>('/v1/health');
      return body.methods.face.detail?.includes('fr_feature') ? body.methods.face : undefined;
    });
    const decision = await byPin(gate, await addPerson(gate));
    await gate.close();
    expect([detail, decision.decision]).toEqual([expect.stringMatching(/SHA-256 differs.*npm run setup/), 'grant']);
  });
});

function copyPack(to: string): void {
  const from = join(projectFolder, 'models', 'default');
  cpSync(from, to, { recursive: true });
}
