/** Invariant 6: after an erasure no copy of the database, and nothing in memory, gives the person back. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { footage, temporaryFolder, whyNoFootage } from '../support/files.js';
import { canScanProcesses, scanProcessMemory } from '../support/memory-scan.js';
import { signatureCovers } from '../support/panel.js';
import {
  addPerson,
  byFace,
  enrol,
  enrolledPerson,
  faceSite,
  type Gate,
  giveConsent,
  openFaceGate,
  type Person,
} from './gate.js';
import { componentsOf, copyStore, copyWithTodaysEpoch, nameEpoch, openCopy, secretsOf, vectorOf } from './thief.js';

if (footage === undefined) console.log(whyNoFootage);
const canScan = canScanProcesses && process.getuid?.() === 0;
if (!canScan) console.log('skipped: the memory of the daemon can be read on Linux by root only.');

describe.skipIf(footage === undefined)('after the erasure of a person', () => {
  const old = temporaryFolder();
  let gate: Gate;
  let erased: Person;
  let staying: Person;
  let secrets: readonly Uint8Array[];
  let components: Float32Array;
  let inMemoryBefore: number[];
  let epochBefore: readonly string[];
  let modelId: string;

  beforeAll(async () => {
    if (footage === undefined) return;
    gate = await openFaceGate(faceSite(footage, ['person-a'], '1:N'));
    staying = await addPerson(gate);
    await giveConsent(gate, staying);
    await enrol(gate, staying, [footage.still('person-b')]);
    erased = await enrolledPerson(gate);
    await gate.panel.verify(byFace(erased));
    await gate.panel.verify({ act: { kind: 'button' }, methods: ['face'] });
    copyStore(gate, old);
    modelId = await modelOf(gate, erased);
    const copy = openCopy(old, gate);
    components = componentsOf(copy, { ...erased, modelId });
    secrets = secretsOf(copy, { ...erased, modelId });
    inMemoryBefore = canScan ? await scanProcessMemory(gate.daemon.pid, [components, ...secrets]) : [];
    epochBefore = readdirSync(join(old, 'epoch')).filter((name) => name.endsWith('.key'));
    await gate.operator.call('DELETE', `/v1/subjects/${erased.subjectId}`);
  });
  afterAll(async () => {
    await gate.close();
    rmSync(old, { recursive: true });
  });

  it('the key of the former epoch is gone from the device', () => {
    const now = readdirSync(join(gate.site.config.store.folder, 'epoch'));
    expect(epochBefore).toHaveLength(1);
    expect(now.filter((name) => epochBefore.includes(name))).toEqual([]);
  });

  it('an old copy of the database does not open with the keys of today', () => {
    const copy = copyWithTodaysEpoch(gate, old);
    expect(() => openCopy(copy, gate)).toThrow(expect.objectContaining({ code: 'store-rolled-back' }));
  });

  it.each(['profile', 'template'])('an old copy that is made to name today’s epoch still gives no %s', (what) => {
    const copy = copyWithTodaysEpoch(gate, old);
    nameEpoch(copy, readdirSync(join(copy, 'epoch'))[0] ?? '');
    const store = openCopy(copy, gate);
    const read = () =>
      what === 'profile' ? store.subjects.profile(erased.subjectId) : vectorOf(store, { ...erased, modelId });
    try {
      expect(read).toThrow(expect.objectContaining({ code: 'integrity-violation' }));
    } finally {
      store.close();
    }
  });

  it('the database of today names the others alone, and gives them whole', () => {
    const store = openCopy(copyStore(gate), gate);
    try {
      const left = store.subjects.list('', 10).map(({ id }) => id);
      expect([
        left,
        store.subjects.profile(staying.subjectId).personNumber,
        vectorOf(store, { ...staying, modelId }).length > 0,
      ]).toEqual([[staying.subjectId], staying.personNumber, true]);
    } finally {
      store.close();
    }
  });

  it('neither the template nor a key of theirs is in the database or its log', () => {
    const { folder } = gate.site.config.store;
    const files = readdirSync(folder).filter((name) => name.startsWith('menshen.db'));
    const found = files.filter((name) =>
      secrets.some((secret) => readFileSync(join(folder, name)).includes(Buffer.from(secret))),
    );
    expect(found).toEqual([]);
  });

  it('not even the sealed form of their template is in the database or its log', () => {
    const sealed = new Sqlite(join(old, 'menshen.db'), { readonly: true })
      .prepare<[string], { sealed: Buffer }>('SELECT sealed FROM template WHERE subject_id = ?')
      .get(erased.subjectId)?.sealed;
    const { folder } = gate.site.config.store;
    const files = readdirSync(folder).filter((name) => name.startsWith('menshen.db'));
    const found = files.filter((name) => readFileSync(join(folder, name)).includes(sealed?.subarray(0, 64) ?? ''));
    expect([sealed !== undefined, found]).toEqual([true, []]);
  });

  it.skipIf(!canScan)('the memory of the daemon and of recognition, which held their template, is clean', async () => {
    const wanted = [components, ...secrets];
    const daemon = await scanProcessMemory(gate.daemon.pid, wanted);
    const recognition = await scanProcessMemory(gate.daemon.recognitionPid() ?? 0, wanted);
    const none = wanted.map(() => 0);
    // The first two are the template: the scan saw it in the gallery before.
    const seenBefore = inMemoryBefore.slice(0, 2).map((count) => count > 0);
    expect([seenBefore, daemon, recognition]).toEqual([[true, true], none, none]);
  });

  it('a signed receipt says that it was done and how', async () => {
    const { body } = await gate.operator.get<{ receipts: Receipt[] }>('/v1/retention');
    const receipt = body.receipts.find((one) => one.body.subjectPseudonym === erased.subjectId);
    const { body: device } = await gate.panel.get<{ publicKey: string }>('/v1/device');
    const { signature = '', signedText = '{}' } = receipt ?? {};
    const signed = signatureCovers(signedText, signature, device.publicKey);
    expect([receipt?.kind, receipt?.body.items, signed]).toEqual([
      'purge',
      { templates: 1, cards: 1, pins: 1, lastEntries: 0, profile: 1 },
      true,
    ]);
  });

  it('their card and their face open nothing, and the others go on', async () => {
    const face = await gate.panel.start(byFace(erased));
    const card = await gate.panel.start({ methods: ['card'] });
    const presented = await gate.panel.post<{ decision?: { decision: string } }>(
      `/v1/verifications/${card.verificationId}/card`,
      { cardNumber: erased.cardNumber },
    );
    const { body } = await gate.operator.get<{ face: unknown }>(`/v1/subjects/${staying.subjectId}`);
    expect([face.decision?.decision, presented.body.decision?.decision, body.face]).toMatchObject([
      'use-alternative',
      'deny',
      { enrolled: true },
    ]);
  });
});

interface Receipt {
  readonly kind: string;
  readonly signature: string;
  readonly signedText: string;
  readonly body: { readonly subjectPseudonym: string; readonly items: unknown };
}

async function modelOf({ operator }: Gate, { subjectId }: Person): Promise<string> {
  const { body } = await operator.get<{ face: { modelId: string } }>(`/v1/subjects/${subjectId}`);
  return body.face.modelId;
}
