/** Changing the embedder: nobody's old template is compared, and people enrol again at a pass with two factors. */
import { describe, expect, it } from 'vitest';
import { IdentificationGallery } from '#menshen/gallery/index.js';
import { recordPackChange } from '#menshen/policy/index.js';
import type { Renewal, VerificationRequest } from '#menshen/verify/index.js';
import { ada, adaOnAScreen, bo, packFacts } from '../support/fake-vision.js';
import { addEnrolled, auditKinds, newestAudit, openSite, type Site, type SiteOptions } from '../support/site.js';
import { addConsenting, allWiped, timeoutMs } from './fixtures/enrolling.js';
import { base, pin } from './fixtures/verifying.js';

const oldModel = 'former-embedding';
const minute = 60_000;

interface Person {
  readonly subjectId: string;
  readonly cardNumber: string;
}

let cards = 0;

/** A person with card and PIN whose template is of the former embedder. */
async function addFormer(site: Site, forIdentification = false): Promise<Person> {
  const subjectId = addConsenting(site);
  const consent = site.consents.state(subjectId, site.policy.binding());
  if (consent.state !== 'valid') throw new Error('the consent is not valid');
  site.store.templates.add({
    ...{ subjectId, consentId: consent.consent.recordId, modelId: oldModel, frames: 5, forIdentification },
    ...{ createdAtMs: site.clock.wallMs(), vector: Float32Array.from(ada.vector) },
  });
  cards += 1;
  const cardNumber = `0A${1000 + cards}`;
  site.store.credentials.addCard(subjectId, cardNumber, 1);
  await site.pins.set(subjectId, pin, 6);
  return { subjectId, cardNumber };
}

async function siteOfFormer(options: SiteOptions = {}, forIdentification = false) {
  const site = openSite(options);
  const person = await addFormer(site, forIdentification);
  return { site, person };
}

/** Passes with card and PIN. @returns the verification's id. */
async function passed(site: Site, { cardNumber }: Person, change: Partial<VerificationRequest> = {}): Promise<string> {
  const request = { ...base, methods: ['card+pin'] as const, ...change };
  const { verificationId } = await site.verifications.start(request);
  site.verifications.presentCard(verificationId, cardNumber);
  await site.verifications.presentPin(verificationId, { pin });
  return verificationId;
}

/** What the HTTP route does. */
const renew = (site: Site, verificationId: string) =>
  site.verifications.renew(verificationId, ({ cameraId, ...renewal }: Renewal) =>
    site.enrolments.renew({ ...renewal, verificationId, act: 'button', callerId: 'panel-1' }, cameraId, timeoutMs),
  );

async function renewed(site: Site, verificationId: string, face = ada) {
  const running = renew(site, verificationId);
  site.vision.show(face, 6);
  return running;
}

const modelsOf = ({ store }: Site, { subjectId }: Person) =>
  store.templates.allOf(subjectId).map(({ modelId }) => modelId);
const state = ({ verifications }: Site, id: string) => verifications.view(id).templateRenewal;
const notDue = { code: 'renewal-not-due' };

describe('a template of a former embedder', () => {
  it('is never compared: the person’s face is not available', async () => {
    const { site, person } = await siteOfFormer();
    const { subjectId } = person;
    const view = await site.verifications.start({ ...base, claim: { subjectId }, methods: ['face'] });
    expect([view.decision?.reason, site.vision.watching]).toEqual(['face-not-available', 0]);
  });

  it('is never loaded into the gallery', async () => {
    const { site } = await siteOfFormer({}, true);
    const gallery = new IdentificationGallery(packFacts, 0.01);
    await gallery.load(site.store);
    expect(gallery.size).toBe(0);
    gallery.close();
  });

  it('counts among those left to enrol again, until it is renewed', async () => {
    const { site, person } = await siteOfFormer();
    addEnrolled(site, bo);
    const before = site.store.templates.peopleWithout(packFacts.modelId);
    await renewed(site, await passed(site, person));
    expect([before, site.store.templates.peopleWithout(packFacts.modelId)]).toEqual([1, 0]);
  });

  it('goes with the withdrawal like any other', async () => {
    const { site, person } = await siteOfFormer();
    await site.retention.withdraw({ subjectId: person.subjectId, requester: 'self', operatorId: 'op-1' });
    expect(modelsOf(site, person)).toEqual([]);
  });

  it('is renewed by an operator only, where faces are challenged', async () => {
    const { site, person } = await siteOfFormer({ changes: { 'face.activeChallenge': 'on' } });
    const verificationId = await passed(site, person);
    expect(state(site, verificationId)).toBeUndefined();
    await expect(renew(site, verificationId)).rejects.toMatchObject(notDue);
  });

  it('is destroyed by an operator’s enrolment too', async () => {
    const { site, person } = await siteOfFormer();
    const running = site.enrolments.fromCamera(
      { subjectId: person.subjectId, operatorId: 'op-1', forIdentification: false, confirmedDistinct: false },
      'front',
      timeoutMs,
    );
    site.vision.show(ada, 6);
    expect(await running).toMatchObject({ replaced: true });
    expect(modelsOf(site, person)).toEqual([packFacts.modelId]);
  });
});

describe('the renewal of a template', () => {
  it('is due after a pass with card and PIN, and is never begun by itself', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    site.vision.show(ada, 20);
    expect([state(site, id), site.vision.watching, modelsOf(site, person)]).toEqual(['due', 0, [oldModel]]);
  });

  it('replaces the template by one of the running model, once the person asks', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    await renewed(site, id);
    expect([state(site, id), modelsOf(site, person)]).toEqual(['renewed', [packFacts.modelId]]);
    expect(site.policy.person(person.subjectId)).toMatchObject({ ready: true });
    expect(allWiped(site)).toBe(true);
  });

  it('is on record with who, from what, to what and after which verification; the old one with a receipt', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    await renewed(site, id);
    expect(newestAudit(site, 'template.renewed')).toMatchObject({
      ...{ subjectId: person.subjectId, fromModelId: oldModel, modelId: packFacts.modelId, verificationId: id },
      ...{ act: 'button', callerId: 'panel-1', attackDetection: 'assessed' },
    });
    expect(newestAudit(site, 'template.erased')).toMatchObject({ trigger: 're-enrolment', templates: 1 });
  });

  it('keeps somebody out of identification who was out of it', async () => {
    const { site, person } = await siteOfFormer();
    expect(await renewed(site, await passed(site, person))).toMatchObject({
      identification: { state: 'not-requested' },
    });
  });

  it('brings somebody back into identification who was in it', async () => {
    const gallery = new IdentificationGallery(packFacts, 0.01);
    const { site, person } = await siteOfFormer({ changes: { 'face.method': '1:N' }, gallery: () => gallery }, true);
    await gallery.load(site.store);
    await renewed(site, await passed(site, person));
    expect(gallery.identify(Float32Array.from(ada.vector))).toEqual({ subjectId: person.subjectId });
    gallery.close();
  });

  it('is not due after a card alone', async () => {
    const { site, person } = await siteOfFormer();
    const { verificationId } = await site.verifications.start(base);
    site.verifications.presentCard(verificationId, person.cardNumber);
    expect([state(site, verificationId), site.verifications.view(verificationId).decision?.decision]).toEqual([
      undefined,
      'grant',
    ]);
    await expect(renew(site, verificationId)).rejects.toMatchObject(notDue);
  });

  it('is not due after person number and PIN', async () => {
    const { site, person } = await siteOfFormer();
    const { verificationId } = await site.verifications.start(base);
    const { personNumber = '' } = site.store.subjects.profile(person.subjectId);
    await site.verifications.presentPin(verificationId, { personNumber, pin });
    expect(state(site, verificationId)).toBeUndefined();
  });

  it('is not due after a wrong PIN', async () => {
    const { site, person } = await siteOfFormer();
    const { verificationId } = await site.verifications.start({ ...base, methods: ['card+pin'] });
    site.verifications.presentCard(verificationId, person.cardNumber);
    await site.verifications.presentPin(verificationId, { pin: '000000' });
    await expect(renew(site, verificationId)).rejects.toMatchObject(notDue);
  });

  const notFor: readonly (readonly [string, (site: Site, person: Person) => unknown])[] = [
    ['who has no template', (site, { subjectId }) => site.store.templates.removeOf(subjectId)],
    [
      'who withdrew',
      (site, { subjectId }) => site.retention.withdraw({ subjectId, requester: 'self', operatorId: 'op-1' }),
    ],
    ['whose consent ran out', ({ clock }) => clock.advance(21 * 86_400_000)],
    [
      'while face mode is off',
      ({ space }) => {
        space.left = false;
      },
    ],
  ];
  it.each(notFor)('is not due for somebody %s', async (_, change) => {
    const { site, person } = await siteOfFormer();
    await change(site, person);
    expect(state(site, await passed(site, person))).toBeUndefined();
  });

  it('is not due at a door without a camera', async () => {
    const { site, person } = await siteOfFormer();
    expect(state(site, await passed(site, person, { doorId: 'blind' }))).toBeUndefined();
  });

  it('runs out after a minute', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    site.clock.advance(minute);
    expect(state(site, id)).toBeUndefined();
    await expect(renew(site, id)).rejects.toMatchObject(notDue);
  });

  it('is had once', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    await renewed(site, id);
    await expect(renew(site, id)).rejects.toMatchObject(notDue);
  });

  it('is not begun twice at the same time', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    const first = renewed(site, id);
    await expect(renew(site, id)).rejects.toMatchObject(notDue);
    await first;
  });

  it('fails for good, and keeps the old template, when nobody shows a face', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    const running = renew(site, id);
    const failed = expect(running).rejects.toMatchObject({ code: 'enrolment-failed' });
    site.timers.advance(timeoutMs);
    await failed;
    expect([state(site, id), modelsOf(site, person)]).toEqual(['failed', [oldModel]]);
  });

  it('fails for a face on a screen, and keeps the old template', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    await expect(renewed(site, id, adaOnAScreen)).rejects.toMatchObject({ code: 'enrolment-failed' });
    expect([state(site, id), modelsOf(site, person)]).toEqual(['failed', [oldModel]]);
  });

  it('fails for the face of somebody else who is enrolled', async () => {
    const { site, person } = await siteOfFormer();
    addEnrolled(site, bo);
    const id = await passed(site, person);
    await expect(renewed(site, id, bo)).rejects.toMatchObject({ code: 'duplicate-face' });
    expect(modelsOf(site, person)).toEqual([oldModel]);
  });

  it('fails when the consent is withdrawn meanwhile, and nothing is stored', async () => {
    const { site, person } = await siteOfFormer();
    const id = await passed(site, person);
    const running = renew(site, id);
    const refused = expect(running).rejects.toMatchObject({ code: 'consent-required' });
    await site.retention.withdraw({ subjectId: person.subjectId, requester: 'self', operatorId: 'op-1' });
    site.vision.show(ada, 6);
    await refused;
    expect(modelsOf(site, person)).toEqual([]);
  });

  it('can be asked for again when the camera was busy', async () => {
    const { site, person } = await siteOfFormer();
    const other = addEnrolled(site, bo);
    const { verificationId } = await site.verifications.start({ ...base, claim: { subjectId: other.id } });
    const id = await passed(site, person);
    await expect(renew(site, id)).rejects.toMatchObject({ code: 'camera-busy' });
    site.verifications.cancel(verificationId);
    await renewed(site, id);
    expect(state(site, id)).toBe('renewed');
  });
});

describe('a change of the model pack', () => {
  it('is on record once, from what to what, with how many people are left', async () => {
    const { site } = await siteOfFormer();
    const former = { packId: 'former@1', modelId: oldModel, packHash: 'f'.repeat(64) };
    const changes = [former, former, packFacts, packFacts].map((facts) =>
      recordPackChange(site.store, site.audit, facts),
    );
    expect(changes).toEqual([true, false, true, false]);
    expect(auditKinds(site).filter((kind) => kind === 'models.changed')).toHaveLength(2);
    expect(newestAudit(site, 'models.changed')).toMatchObject({
      ...{ fromPackId: 'former@1', fromModelId: oldModel, modelId: packFacts.modelId, templatesOfOtherModels: 1 },
    });
  });

  it('of thresholds alone is one too', async () => {
    const { site } = await siteOfFormer();
    recordPackChange(site.store, site.audit, packFacts);
    expect(recordPackChange(site.store, site.audit, { ...packFacts, packHash: '1'.repeat(64) })).toBe(true);
  });
});
