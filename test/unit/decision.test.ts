import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Decision, MenshenError } from '#menshen/core/index.js';
import { canonicalJson } from '#menshen/crypto/index.js';
import { ada } from '../support/fake-vision.js';
import { addEnrolled, auditKinds, openSite, type Site } from '../support/site.js';
import { pin, siteOfOne, started, withPin } from './fixtures/verifying.js';

describe('a decision', () => {
  async function granted(): Promise<{ site: Site; decision: Decision }> {
    const { site } = await siteOfOne();
    const { decision } = site.verifications.presentCard(await started(site, { nonce: 'panel nonce' }), '04A1');
    if (decision === undefined) throw new Error('no decision');
    return { site, decision };
  }

  it('carries everything a panel needs and nothing else', async () => {
    const { decision } = await granted();
    expect(Object.keys(decision).sort()).toEqual(
      [
        ...['decidedAt', 'decision', 'deviceId', 'doorId', 'expiresAt', 'keyId', 'method', 'mode', 'nonce', 'reason'],
        ...['serial', 'signature', 'subjectId', 'verificationId'],
      ].sort(),
    );
  });

  it('gives the request’s nonce back and lives as long as configured', async () => {
    const { decision } = await granted();
    expect([decision.nonce, Date.parse(decision.expiresAt) - Date.parse(decision.decidedAt)]).toEqual([
      'panel nonce',
      5000,
    ]);
  });

  it('is signed over every other field, for anybody’s Ed25519', async () => {
    const { site, decision } = await granted();
    const { signature, ...rest } = decision;
    const key = createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), site.store.signingKey.publicKey]),
      ...{ format: 'der', type: 'spki' },
    });
    const holds = (body: object) =>
      verify(null, Buffer.from(canonicalJson(body)), key, Buffer.from(signature, 'base64'));
    const altered = Object.keys(rest).filter((field) => holds({ ...rest, [field]: 'altered' }));
    expect([holds(rest), altered]).toEqual([true, []]);
  });

  it('is on record with the same serial before it is told', async () => {
    const { site, decision } = await granted();
    const [event] = site.store.auditLog.events(decision.serial, 1);
    expect([event?.kind, JSON.parse(event?.body ?? '{}')]).toEqual([
      'verification.decided',
      { ...decision, act: 'button', claimed: false, durationMs: 0 },
    ]);
  });

  it('names the mode of the site', async () => {
    const { site } = await siteOfOne({ changes: { mode: 'demonstration' } });
    expect(site.verifications.cancel(await started(site)).decision?.mode).toBe('demonstration');
  });
});

describe('when the audit takes no more', () => {
  const full = (): never => {
    throw new MenshenError('store-full', 'the disk took no more');
  };

  it.each([
    ['card', async (site: Site) => site.verifications.presentCard(await started(site), '04A1').decision],
    ['pin', (site: Site) => withPin(site, { personNumber: 'N1', pin })],
  ])('a right %s is denied, signed, without a serial', async (method, present) => {
    const { site } = await siteOfOne();
    site.audit.appendWith = full;
    const decision = await present(site);
    expect(decision).toMatchObject({ decision: 'deny', method, reason: 'audit-unavailable', serial: 0 });
    expect([decision?.subjectId, decision?.signature.length]).toEqual([undefined, 88]);
  });

  it.each(['store-full', 'store-corrupt', 'store-locked', 'internal'] as const)(
    'or fails in any other way (%s), the gate stays shut and the service goes on',
    async (code) => {
      const { site } = await siteOfOne();
      site.audit.appendWith = () => {
        throw new MenshenError(code, 'no record');
      };
      const { decision } = site.verifications.presentCard(await started(site), '04A1');
      expect([decision?.decision, decision?.reason, decision?.serial]).toEqual(['deny', 'audit-unavailable', 0]);
    },
  );

  it('a right face is denied', async () => {
    const site = openSite();
    const id = await started(site, { claim: { subjectId: addEnrolled(site, ada).id } });
    site.audit.appendWith = full;
    site.vision.show(ada, 3);
    expect(site.verifications.view(id).decision).toMatchObject({ decision: 'deny', reason: 'audit-unavailable' });
  });

  it('nothing was recorded, and the next one is granted when there is room again', async () => {
    const { site } = await siteOfOne();
    const { appendWith } = site.audit;
    site.audit.appendWith = full;
    site.verifications.presentCard(await started(site), '04A1');
    const recorded = auditKinds(site).includes('verification.decided');
    site.audit.appendWith = appendWith;
    expect([recorded, site.verifications.presentCard(await started(site), '04A1').decision?.decision]).toEqual([
      false,
      'grant',
    ]);
  });
});
