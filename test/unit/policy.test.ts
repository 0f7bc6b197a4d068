import { describe, expect, it } from 'vitest';
import { IdentificationGallery } from '#menshen/gallery/index.js';
import { type FaceModeReason, recordThresholdChange, thresholdsInUse } from '#menshen/policy/index.js';
import { ada, packFacts } from '../support/fake-vision.js';
import {
  addEnrolled,
  addPerson,
  assessmentFor,
  consentRequest,
  dayMs,
  newestAudit,
  openSite,
  purpose,
  type Site,
  type SiteOptions,
  siteDocument,
} from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const hour = 3_600_000;

const leak = { kind: 'leak', severity: 'minor', dataKinds: ['name'], description: 'a list lay open' } as const;
const brokenCheck = {
  ...{ id: 'test', clause: 'M4.4', critical: true },
  run: () => ({ state: 'failed', why: 'a test wants it' }) as const,
};

/** How each reason comes about, one at a time. */
const causes: Readonly<
  Record<FaceModeReason, { options?: SiteOptions; cause?: (site: Site) => void | Promise<void> }>
> = {
  'switched-off': { options: { changes: { 'face.enabled': false } } },
  'notice-not-displayed': { options: { changes: { 'site.signPosted': undefined } } },
  'assessment-missing': { options: { assessed: false } },
  'clock-not-trusted': { cause: ({ clock }) => clock.jumpWall(2 * hour) },
  'no-alternative-works': {
    cause: ({ hasher }) => {
      hasher.isBroken = true;
    },
  },
  'recognition-down': {
    cause: ({ vision }) => {
      vision.trouble = 'recognition is starting';
    },
  },
  'model-drift': {
    cause: ({ vision }) => {
      vision.trouble = 'output vector is 4 % off';
      vision.faultCode = 'model-drift';
    },
  },
  'purpose-ended': {
    options: { changes: { 'site.purpose.endsOn': '2026-03-01' } },
  },
  decommissioned: {
    cause: ({ store }) => void store.documents.add('decommission', 'h', '{}', 1),
  },
  'threshold-unsupported': { options: { changes: { 'face.falseMatchRate': 0.00001 } } },
  incident: {
    cause: ({ incidents }) => void incidents.report(leak, 'op-1'),
  },
  tampered: {
    cause: ({ tamperLock }) => void tamperLock.report('case-opened', 'main', 'panel-1'),
  },
  'self-test-running': {
    cause: ({ device }) => {
      device.lookedAt = false;
    },
  },
  'self-test-failed': {
    cause: async ({ checks, selfTest }) => {
      checks.push(brokenCheck);
      await selfTest.run();
    },
  },
  'store-rolled-back': {
    cause: ({ store, audit }) => {
      audit.append('service.started', {});
      store.state.write('rolled-back', JSON.stringify({ by: 'outside', how: 'behind', detail: 'an old copy' }));
    },
  },
  'threshold-unconfirmed': {
    options: { changes: { 'security.twoPersonActs': 'required' } },
    cause: ({ store, audit, config }) => {
      const others = { ...thresholdsInUse(config, packFacts), bonaFideAtLeast: 0.123 };
      recordThresholdChange(store, audit, others, 1);
    },
  },
  'inspection-overdue': {
    cause: ({ clock, inspections }) => {
      inspections.look();
      clock.advance(400 * dayMs);
    },
  },
  'audit-space-used-up': {
    cause: ({ space }) => {
      space.left = false;
    },
  },
};
const reasons = Object.keys(causes) as FaceModeReason[];

async function siteWith(reason: FaceModeReason): Promise<Site> {
  const { options = {}, cause } = causes[reason];
  const site = openSite(options);
  await cause?.(site);
  return site;
}

describe('face mode', () => {
  it('is on when nothing speaks against it', () => {
    expect(openSite().policy.site()).toEqual({ on: true });
  });

  it.each(reasons)('goes off: %s', async (reason) => {
    const site = await siteWith(reason);
    expect(site.policy.site()).toEqual({ on: false, reason, detail: expect.stringMatching(/\w/) });
  });

  it('names everything that keeps it off, what it says first being the first', () => {
    const { policy } = openSite({ assessed: false, changes: { 'site.signPosted': undefined } });
    expect(policy.blocks().map(({ reason }) => reason)).toEqual(['notice-not-displayed', 'assessment-missing']);
    expect(policy.site()).toEqual({ on: false, ...policy.blocks()[0] });
  });

  it.each(reasons.filter((reason) => reason !== 'no-alternative-works'))(
    'off (%s) leaves card and PIN as they are',
    async (reason) => {
      const site = await siteWith(reason);
      const { id } = site.store.subjects.add({ personNumber: 'N1' }, 'adult', { nowMs: 1, expiresAtMs: 2e12 });
      await site.pins.set(id, '271828', 6);
      site.store.credentials.addCard(id, '04A1', 1);
      const start = async () =>
        (await site.verifications.start({ doorId: 'main', purpose, nonce: 'n', act: { kind: 'button' } }))
          .verificationId;
      const byPin = await site.verifications.presentPin(await start(), { personNumber: 'N1', pin: '271828' });
      const byCard = site.verifications.presentCard(await start(), '04A1');
      expect([byPin.decision?.reason, byCard.decision?.reason]).toEqual(['pin-accepted', 'card-accepted']);
    },
  );

  it.each(reasons.filter((reason) => reason !== 'switched-off'))(
    'off (%s) lets no frame be looked at',
    async (reason) => {
      const site = await siteWith(reason);
      const view = await site.verifications.start({
        ...{ doorId: 'main', purpose, nonce: 'n', act: { kind: 'button' }, methods: ['face', 'card'] },
        claim: { subjectId: addPerson(site).id },
      });
      expect([view.face, view.methods, site.vision.watching]).toEqual(['face-mode-off', ['card'], 0]);
    },
  );

  it('goes off when more people are in the gallery than the model pack’s evaluation supports', () => {
    const gallery = new IdentificationGallery(packFacts, 0.0002);
    const site = openSite({ changes: { 'face.method': '1:N' }, gallery: () => gallery });
    const modes = ['a', 'b', 'c'].map((id) => {
      gallery.add(id, Float32Array.from(ada.vector));
      return site.policy.site().on;
    });
    expect(modes).toEqual([true, true, false]);
  });

  it.each(packFacts.thresholds.map(({ evaluation }) => evaluation.kind))(
    'is off when the model pack has no thresholds for %s comparisons',
    (missing) => {
      const { vision, policy } = openSite();
      const thresholds = packFacts.thresholds.filter(({ evaluation }) => evaluation.kind !== missing);
      vision.packFacts = { ...packFacts, thresholds };
      expect(policy.site()).toMatchObject({ on: false, reason: 'threshold-unsupported' });
    },
  );

  it('stays on at a rate that nobody measured when somebody accepted it by name, who is then told with it', () => {
    const accepted = { acceptedBy: 'Ann', on: '2026-01-01', statement: 'few people pass here' };
    const { policy } = openSite({
      changes: { 'face.falseMatchRate': 0.00005, 'face.unmeasuredFalseMatchRate': accepted },
    });
    expect([policy.site().on, policy.unmeasured()]).toEqual([
      true,
      { ...accepted, wantedFmr: 0.00005, evaluation: expect.any(String) },
    ]);
  });

  it('goes off at a rate that not even that can support', () => {
    const accepted = { acceptedBy: 'Ann', on: '2026-01-01', statement: 'few people pass here' };
    const { policy } = openSite({
      changes: { 'face.falseMatchRate': 0.0000001, 'face.unmeasuredFalseMatchRate': accepted },
    });
    expect(policy.site()).toMatchObject({ on: false, reason: 'threshold-unsupported' });
  });

  it('names nobody while every rate is measured', () => {
    const accepted = { acceptedBy: 'Ann', on: '2026-01-01', statement: 'few people pass here' };
    const { policy } = openSite({ changes: { 'face.unmeasuredFalseMatchRate': accepted } });
    expect(policy.unmeasured()).toBeUndefined();
  });

  it('comes back when the reason is gone', () => {
    const { clock, clockGuard, policy } = openSite();
    clock.jumpWall(2 * hour);
    const during = policy.site().on;
    clockGuard.confirm('op-1');
    expect([during, policy.site().on]).toEqual([false, true]);
  });

  it('says once, in the audit, that it changed and why', () => {
    const site = openSite();
    site.policy.site();
    site.space.left = false;
    site.policy.site();
    site.policy.site();
    expect(newestAudit(site, 'face-mode.changed')).toEqual({ on: false, reason: 'audit-space-used-up' });
    site.space.left = true;
    site.policy.site();
    expect(newestAudit(site, 'face-mode.changed')).toEqual({ on: true, reason: null });
  });

  it('of the demonstration needs no posted sign', () => {
    const [camera] = siteDocument.cameras;
    const cameras = [{ ...camera, source: { kind: 'recording', path: 'a.mp4' } }];
    const changes = { mode: 'demonstration', cameras, 'site.signPosted': undefined };
    expect(openSite({ changes }).policy.site().on).toBe(true);
  });

  it('is off after an assessment that decided not to proceed', () => {
    const { assessments, policy, config } = openSite();
    assessments.record({ ...assessmentFor(config), decision: 'do-not-proceed' }, policy.assessmentScope());
    expect(policy.site()).toMatchObject({ on: false, reason: 'assessment-missing' });
  });
});

describe('a person’s face', () => {
  it('may be used with a valid consent and a template of it', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    expect(site.policy.person(id)).toMatchObject({ ready: true, template: { subjectId: id } });
  });

  it('may not be used before it was enrolled', () => {
    const site = openSite();
    const { id } = addPerson(site);
    site.consents.give(consentRequest(site, id), site.policy.binding());
    expect(site.policy.person(id)).toEqual({ ready: false, reason: 'not-enrolled' });
  });

  it('may not be used without a consent', () => {
    const site = openSite();
    expect(site.policy.person(addPerson(site).id)).toEqual({ ready: false, reason: 'none' });
  });

  it('of nobody known may not be used', () => {
    expect(openSite().policy.person('s-none')).toEqual({ ready: false, reason: 'none' });
  });

  it('may not be used under a newer consent than the one it was enrolled with', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.consents.give(consentRequest(site, id), site.policy.binding());
    expect(site.policy.person(id)).toEqual({ ready: false, reason: 'not-enrolled' });
  });

  it('may not be used with a template of another model', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.vision.packFacts = { ...packFacts, modelId: 'another-embedding' };
    expect(site.policy.person(id)).toEqual({ ready: false, reason: 'not-enrolled' });
  });

  it('may not be used after the consent ran out, even before the sweep', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.clock.advance(20 * dayMs);
    expect(site.policy.person(id)).toEqual({ ready: false, reason: 'expired' });
  });

  it('may not be used after the person’s own time ran out', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.store.subjects.setExpiry(id, site.clock.wallMs());
    expect(site.policy.person(id)).toEqual({ ready: false, reason: 'expired-person' });
  });

  it('may not be used after a withdrawal', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    expect(site.policy.person(id)).toEqual({ ready: false, reason: 'ended' });
  });

  it('may not be used after the notice changed, until it was shown', () => {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(before, ada);
    before.store.close();
    const changes = { 'site.necessity': 'other words', 'site.signPosted.on': '2026-01-02' };
    const site = openSite({ store: openTestStore(folder), clock: before.clock, changes, assessed: false });
    const suspended = site.policy.person(id);
    site.consents.noticeShown(id, site.policy.binding());
    expect([suspended, site.policy.person(id).ready]).toEqual([{ ready: false, reason: 'notice-changed' }, true]);
  });
});
