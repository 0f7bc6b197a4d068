import { join } from 'node:path';
import { AuditTrail } from '#menshen/audit/index.js';
import { PinChecker } from '#menshen/credentials/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { RotationService } from '#menshen/rotation/index.js';
import { createKeyFile, readKeyFile, Store } from '#menshen/store/index.js';
import { keyFilePlace } from '#menshen/terminal/index.js';
import { addConsentRow } from '../support/consent-row.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeHasher } from '../support/fake-hasher.js';
import { copyOfFolder, tempFolder } from '../support/temp-store.js';

const options = { randomness: systemRandomness, auditReserveMiB: 1 };
export const pin = '271828';
export const vector = new Float32Array(512).fill(Math.SQRT1_2 / 16);

/** A device with its store and its key file in one folder, so that one copy is all that a crash leaves. */
export interface Device {
  readonly folder: string;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly hasher: FakeHasher;
  readonly pins: PinChecker;
  readonly audit: AuditTrail;
  readonly rotation: RotationService;
  /** A copy of the disk between each two durable steps, by the step's name. */
  readonly crashes: { readonly step: string; readonly folder: string }[];
}

const opened: Store[] = [];

const listener = {
  ...{ id: 'l-1', label: 'panel', url: 'http://127.0.0.1:1', kinds: [], heartbeatSeconds: 60, keyId: 'k-1' },
  ...{ createdAtMs: 1, cursor: 0 },
};

export const panel = { id: 'panel-000000000001', role: 'panel', label: 'gate', createdAtMs: 1, expiresAtMs: 8.64e15 };
export const panelCertificate = {
  ...{ fingerprint: new Uint8Array(32).fill(4), panelId: panel.id, keyHash: new Uint8Array(32).fill(5) },
  ...{ madeAtMs: 1, endsAtMs: 8.64e15 },
};

/** What the device itself keeps sealed besides people's records. */
export function addDeviceSecrets({ store }: Device): void {
  store.listeners.add(listener, 'its secret');
  store.deviceCertificates.put(
    'authority',
    { certificate: new Uint8Array(8), madeAtMs: 1 },
    new Uint8Array(64).fill(3),
  );
  store.panels.add(panel);
  store.panels.addCertificate(panelCertificate);
}

/** After each test. */
export function closeDevices(): void {
  for (const store of opened.splice(0)) store.close();
}

export function newDevice(folder: string = tempFolder()): Device {
  createKeyFile(join(folder, 'root.key'), systemRandomness);
  return device(folder, Store.create(join(folder, 'store'), readKeyFile(join(folder, 'root.key')), options));
}

export function startAgain(folder: string, keyFile = 'root.key'): Device {
  return device(folder, Store.open(join(folder, 'store'), readKeyFile(join(folder, keyFile)), options), keyFile);
}

/** A person with number, card, PIN and template; what a gate needs of the store. */
export async function enrol({ store, pins }: Device, personNumber: string): Promise<string> {
  const { id } = store.subjects.add({ personNumber, displayName: `name of ${personNumber}` }, 'adult', {
    nowMs: 1,
    expiresAtMs: 8.64e15,
  });
  store.credentials.addCard(id, `CARD-${personNumber}`, 1);
  await pins.set(id, pin, 6);
  addConsentRow(store, id, `consent-${id}`);
  store.templates.add({
    ...{ subjectId: id, consentId: `consent-${id}`, modelId: 'm', frames: 3, forIdentification: false },
    ...{ createdAtMs: 1, vector },
  });
  return id;
}

/** As it is stored, to 16 bits. */
const isTheVector = (stored: Float32Array): boolean =>
  vector.every((value, n) => Math.abs((stored[n] ?? Number.NaN) - value) <= Math.abs(value) * 2 ** -16);

/** What a person and an inspector would find: the ways in, the face's template, the sealed register, the signatures. */
export async function whatWorks(device: Device, personNumber: string): Promise<Record<string, unknown>> {
  const { store, pins } = device;
  const id = store.subjects.byPersonNumber(personNumber)?.id ?? 'nobody';
  const [template] = store.templates.allOf(id);
  const [consent] = store.consents.ofSubject(id);
  return {
    name: store.subjects.profile(id).displayName,
    card: store.credentials.cardHolder(`CARD-${personNumber}`) === id,
    pin: (await pins.check(personNumber, pin)).outcome,
    face: template !== undefined && store.templates.withVector(template.id, isTheVector),
    register: store.registers.confidential('complaint', 'c-1')?.text,
    consentSigned: consent !== undefined && store.signers.verifies(consent),
    listener: store.listeners.secret(listener.id),
    certificateKey: store.deviceCertificates.privateKey('authority')?.length,
    panel: store.panels.get(panel.id)?.vouched,
    panelCertificate: store.panels.certificate(panelCertificate.fingerprint)?.vouched,
  };
}

export const allWorks = (personNumber: string): Record<string, unknown> => ({
  ...{ name: `name of ${personNumber}`, card: true, pin: 'accepted', face: true },
  ...{ register: 'in confidence', consentSigned: true, listener: 'its secret', certificateKey: 64 },
  ...{ panel: true, panelCertificate: true },
});

function device(folder: string, store: Store, keyFile = 'root.key'): Device {
  opened.push(store);
  const clock = new FakeClock();
  store.useClock(clock);
  const hasher = new FakeHasher();
  const audit = new AuditTrail(store, clock);
  const crashes: { step: string; folder: string }[] = [];
  const rotation = new RotationService(
    {
      ...{ store, audit, clock, logger: { log: () => undefined } },
      afterStep: (step) => crashes.push({ step, folder: copyOfFolder(folder) }),
    },
    keyFilePlace(join(folder, keyFile), true, systemRandomness),
  );
  const pins = new PinChecker({ store, hasher, clock, audit, randomness: systemRandomness });
  return { folder, store, clock, hasher, pins, audit, rotation, crashes };
}
