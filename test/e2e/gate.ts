/** A gate that works: a running daemon with its keys, and people who can be let in. */
import type { Config } from '#menshen/config/index.js';
import { Daemon, type StartOptions } from '../support/daemon.js';
import type { Footage, SceneId } from '../support/files.js';
import type { Decision, Panel, View } from '../support/panel.js';
import { cameraOf, Site } from './site.js';

export interface Keys {
  readonly panel: string;
  readonly operator: string;
  readonly auditor: string;
}

/** The clients of one running daemon. Keys live in the store, so they go on after a restart. */
export class Gate {
  readonly site: Site;
  readonly daemon: Daemon;
  readonly keys: Keys;

  constructor(daemon: Daemon, keys: Keys) {
    this.daemon = daemon;
    this.site = daemon.site;
    this.keys = keys;
  }

  get panel(): Panel {
    return this.daemon.panel(this.keys.panel);
  }

  get operator(): Panel {
    return this.daemon.panel(this.keys.operator);
  }

  get auditor(): Panel {
    return this.daemon.panel(this.keys.auditor);
  }

  /** Starts the daemon again over the same store. */
  async again(): Promise<Gate> {
    return new Gate(await Daemon.start(this.site), this.keys);
  }

  async close(): Promise<void> {
    await this.daemon.stop();
    this.site.remove();
  }
}

/** A store, a daemon, a key for each role; no face unless the changes say so. */
export async function openGate(changes: Partial<Config> = {}, options: StartOptions = {}): Promise<Gate> {
  const site = await new Site(changes).init();
  return gateOf(await Daemon.start(site, options));
}

export async function gateOf(daemon: Daemon): Promise<Gate> {
  const [panel, operator, auditor] = [
    await key(daemon, 'panel'),
    await key(daemon, 'operator'),
    await key(daemon, 'auditor'),
  ];
  return new Gate(daemon, { panel, operator, auditor });
}

/** The secret of a new API key. */
export async function key(daemon: Daemon, role: string): Promise<string> {
  const { body } = await daemon.owner.post<{ secret: string }>('/v1/keys', { role, label: role, days: 1 });
  return body.secret;
}

/** Changes that give the site a face: one camera and one door for each scene; the first door is `main`. */
export function faceSite(footage: Footage, scenes: readonly SceneId[], method: '1:1' | '1:N' = '1:1'): Partial<Config> {
  const { face } = new Site().config;
  return {
    mode: footage.mode,
    doors: scenes.map((scene, index) => ({ id: index === 0 ? 'main' : scene, camera: scene })),
    cameras: scenes.map((scene) => cameraOf(scene, footage.clip(scene))),
    face: {
      ...face,
      enabled: true,
      method,
      identificationJustification: { assessmentId: 'A-1', statement: 'written for a test' },
    },
  };
}

/** A gate whose face mode works. */
export async function openFaceGate(changes: Partial<Config>, options: StartOptions = {}): Promise<Gate> {
  const gate = await openGate(changes, options);
  await recordAssessment(gate);
  await gate.daemon.seeing();
  return gate;
}

export async function recordAssessment(gate: Gate): Promise<void> {
  const { status, text } = await gate.operator.post('/v1/assessments', assessment(gate.site.config));
  if (status !== 201) throw new Error(`assessment: ${text}`);
}

export function assessment({ face, site }: Config) {
  const written = 'written for a test';
  return {
    id: 'A-1',
    author: 'Ann',
    approver: 'Bob',
    date: '2026-01-01',
    purpose: site.purpose.code,
    method: face.method,
    lawfulBasis: written,
    legality: written,
    legitimacy: written,
    necessity: written,
    alternativesConsidered: written,
    ethicsAndStandards: written,
    precisionAndDistance: written,
    impacts: written,
    mitigationAndEffectiveness: written,
    risksAndHarm: written,
    safeguardsAndProportionality: written,
    minorsAndVulnerableGroups: written,
    residualRisk: written,
    decision: 'proceed',
    keepUntil: '2030-01-01',
  };
}

export const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString();

export interface Person {
  readonly subjectId: string;
  readonly personNumber: string;
  readonly pin: string;
  readonly cardNumber: string;
}

let people = 0;

/** Adds a person with a PIN and a card; the face is another step. */
export async function addPerson({ operator }: Gate, expiresAt = tomorrow()): Promise<Person> {
  people += 1;
  const person = { personNumber: `P-${people}`, pin: String(730_000 + people), cardNumber: `04A1B2C3D4E5F${people}` };
  const { body, text } = await operator.post<{ subjectId?: string }>('/v1/subjects', {
    personNumber: person.personNumber,
    displayName: `Person ${people}`,
    ageBand: 'adult',
    expiresAt,
  });
  const { subjectId } = body;
  if (subjectId === undefined) throw new Error(`subject: ${text}`);
  await operator.call('PUT', `/v1/subjects/${subjectId}/pin`, { pin: person.pin });
  await operator.post(`/v1/subjects/${subjectId}/cards`, { cardNumber: person.cardNumber });
  return { ...person, subjectId };
}

export async function giveConsent({ operator }: Gate, { subjectId }: Person): Promise<void> {
  const notice = await operator.get<{ hash: string }>('/v1/notice');
  const { status, text } = await operator.post(`/v1/subjects/${subjectId}/consents`, {
    noticeHash: notice.body.hash,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    language: 'en',
    accessMode: 'operator',
    form: 'electronic',
    separateAct: true,
    voluntary: true,
    alternativesShown: true,
  });
  if (status !== 201) throw new Error(`consent: ${text}`);
}

/** From the camera of a door, or from stills. */
export async function enrol(
  { operator }: Gate,
  { subjectId }: Person,
  from: string | readonly Uint8Array[],
): Promise<void> {
  const source =
    typeof from === 'string'
      ? { source: 'camera', doorId: from }
      : { source: 'stills', stills: from.map((still) => Buffer.from(still).toString('base64')) };
  const { status, text } = await operator.post(`/v1/subjects/${subjectId}/enrolments`, source);
  if (status !== 201) throw new Error(`enrolment: ${text}`);
}

/** A person who consented and is enrolled from the camera of a door. */
export async function enrolledPerson(gate: Gate, doorId = 'main'): Promise<Person> {
  const person = await addPerson(gate);
  await giveConsent(gate, person);
  await enrol(gate, person, doorId);
  return person;
}

/** What a panel sends when somebody pressed the button and named themselves by card. */
export const byFace = ({ cardNumber }: Person) => ({
  act: { kind: 'button' },
  claim: { cardNumber },
  methods: ['face'],
});

/** Lets a person in by their number and PIN. */
export async function byPin({ panel }: Gate, { personNumber, pin }: Person): Promise<Decision> {
  const { verificationId } = await panel.start({ methods: ['pin'] });
  const presented = { personNumber, pin };
  const { body, text } = await panel.post<View>(`/v1/verifications/${verificationId}/pin`, presented);
  if (body.decision === undefined) throw new Error(`no decision: ${text}`);
  return body.decision;
}

/** Presents card and PIN in one verification. */
export async function cardAndPin({ panel }: Gate, { cardNumber, pin }: Person): Promise<View> {
  const { verificationId } = await panel.start({ methods: ['card+pin'] });
  await panel.post(`/v1/verifications/${verificationId}/card`, { cardNumber });
  const { body } = await panel.post<View>(`/v1/verifications/${verificationId}/pin`, { pin });
  return body;
}
