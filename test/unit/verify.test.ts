import { describe, expect, it } from 'vitest';
import { MenshenError } from '#menshen/core/index.js';
import type { VerificationRequest } from '#menshen/verify/index.js';
import { addPerson, newestAudit, openSite } from '../support/site.js';
import { base, pin, siteOfOne, started, withPin } from './fixtures/verifying.js';

const byCode = (code: string) => expect.objectContaining({ name: 'MenshenError', code });

describe('a PIN at the door', () => {
  it('grants with its person number', async () => {
    const { site, id } = await siteOfOne();
    expect(await withPin(site, { personNumber: 'N1', pin })).toMatchObject({
      ...{ decision: 'grant', method: 'pin', reason: 'pin-accepted', subjectId: id },
    });
  });

  it.each([
    ['a wrong PIN', { personNumber: 'N1', pin: '314159' }],
    ['an unknown person number', { personNumber: 'N-none', pin }],
  ])('denies %s in the same words', async (_what, input) => {
    const { site } = await siteOfOne();
    const decision = await withPin(site, input);
    expect([decision?.decision, decision?.reason, decision?.method, decision?.subjectId]).toEqual([
      'deny',
      'credential-rejected',
      'pin',
      undefined,
    ]);
  });

  it('denies as locked out after too many', async () => {
    const { site } = await siteOfOne();
    for (let n = 0; n < 3; n += 1) await withPin(site, { personNumber: 'N1', pin: '314159' });
    expect((await withPin(site, { personNumber: 'N1', pin }))?.reason).toBe('locked-out');
  });

  it('alone names nobody', async () => {
    const { site } = await siteOfOne();
    await expect(withPin(site, { pin })).rejects.toMatchObject({ code: 'body-invalid' });
  });

  it('of a person whose time is over is denied like a wrong one', async () => {
    const { site, id } = await siteOfOne();
    site.store.subjects.setExpiry(id, site.clock.wallMs());
    expect(await withPin(site, { personNumber: 'N1', pin })).toMatchObject({
      decision: 'deny',
      reason: 'credential-rejected',
    });
  });

  it('is checked alone: nothing else decides meanwhile', async () => {
    const { site } = await siteOfOne();
    const id = await started(site);
    site.hasher.hold();
    const checking = site.verifications.presentPin(id, { personNumber: 'N1', pin });
    expect(() => site.verifications.presentCard(id, '04A1')).toThrow(byCode('verification-ended'));
    await expect(site.verifications.presentPin(id, { personNumber: 'N1', pin })).rejects.toMatchObject({
      code: 'verification-ended',
    });
    expect(() => site.verifications.cancel(id)).toThrow(byCode('verification-ended'));
    site.hasher.release();
    expect((await checking).decision?.reason).toBe('pin-accepted');
  });

  it('that was being checked when the time ran out still counts', async () => {
    const { site } = await siteOfOne();
    const id = await started(site);
    site.hasher.hold();
    const checking = site.verifications.presentPin(id, { personNumber: 'N1', pin });
    site.timers.advance(60_000);
    site.hasher.release();
    expect((await checking).decision?.decision).toBe('grant');
  });

  it('that could not be checked and outlasted the time leaves no verification open for ever', async () => {
    const { site } = await siteOfOne();
    const id = await started(site);
    site.hasher.hold();
    const checking = site.verifications.presentPin(id, { personNumber: 'N1', pin });
    site.timers.advance(60_000);
    site.hasher.fails = new MenshenError('too-many-requests', 'busy');
    site.hasher.release();
    await expect(checking).rejects.toMatchObject({ code: 'too-many-requests' });
    site.timers.advance(60_000);
    expect(site.verifications.view(id).state).toBe('decided');
  });

  it('that could not be checked can be tried again', async () => {
    const { site } = await siteOfOne();
    const id = await started(site);
    site.hasher.fails = new MenshenError('too-many-requests', 'busy');
    await expect(site.verifications.presentPin(id, { personNumber: 'N1', pin })).rejects.toMatchObject({
      code: 'too-many-requests',
    });
    site.hasher.fails = undefined;
    expect((await site.verifications.presentPin(id, { personNumber: 'N1', pin })).decision?.decision).toBe('grant');
  });

  it('whose check breaks inside denies and says nothing of the inside', async () => {
    const { site } = await siteOfOne();
    site.hasher.fails = new Error('secret detail');
    const decision = await withPin(site, { personNumber: 'N1', pin });
    expect([decision?.decision, decision?.reason, JSON.stringify(decision).includes('secret')]).toEqual([
      'deny',
      'internal-fault',
      false,
    ]);
  });
});

describe('a card at the door', () => {
  it('grants alone where the site allows that', async () => {
    const { site, id } = await siteOfOne();
    expect(site.verifications.presentCard(await started(site), '04:a1').decision).toMatchObject({
      ...{ decision: 'grant', method: 'card', reason: 'card-accepted', subjectId: id },
    });
  });

  it('that nobody has is denied', async () => {
    const { site } = await siteOfOne();
    const { decision } = site.verifications.presentCard(await started(site), 'FFFF');
    expect([decision?.decision, decision?.reason]).toEqual(['deny', 'credential-rejected']);
  });

  it('of a person whose time is over is denied', async () => {
    const { site, id } = await siteOfOne();
    site.store.subjects.setExpiry(id, site.clock.wallMs());
    expect(site.verifications.presentCard(await started(site), '04A1').decision?.decision).toBe('deny');
  });

  describe('where the PIN must follow', () => {
    const pinRequired = { changes: { 'credentials.card.pinRequired': true } };

    it('does not open alone', async () => {
      const { site } = await siteOfOne(pinRequired);
      const view = site.verifications.presentCard(await started(site), '04A1');
      expect([view.state, view.cardAccepted]).toEqual(['waiting', true]);
    });

    it('looks the same for a card that nobody has', async () => {
      const { site } = await siteOfOne(pinRequired);
      const view = site.verifications.presentCard(await started(site), 'FFFF');
      expect([view.state, view.cardAccepted]).toEqual(['waiting', true]);
    });

    it('grants with the holder’s PIN', async () => {
      const { site, id } = await siteOfOne(pinRequired);
      const verification = await started(site);
      site.verifications.presentCard(verification, '04A1');
      expect((await site.verifications.presentPin(verification, { pin })).decision).toMatchObject({
        ...{ decision: 'grant', method: 'card+pin', reason: 'card-and-pin-accepted', subjectId: id },
      });
    });

    it.each([
      ['a wrong PIN', '04A1', '314159'],
      ['a card that nobody has', 'FFFF', pin],
    ])('denies %s', async (_what, card, given) => {
      const { site } = await siteOfOne(pinRequired);
      const verification = await started(site);
      site.verifications.presentCard(verification, card);
      const { decision } = await site.verifications.presentPin(verification, { pin: given });
      expect([decision?.decision, decision?.method, decision?.reason]).toEqual([
        'deny',
        'card+pin',
        'credential-rejected',
      ]);
    });

    it('with somebody else’s person number and PIN does not open: the card says who it is', async () => {
      const { site } = await siteOfOne(pinRequired);
      site.store.credentials.addCard(addPerson(site).id, '04A2', 1);
      const verification = await started(site);
      site.verifications.presentCard(verification, '04A2');
      const { decision } = await site.verifications.presentPin(verification, { personNumber: 'N1', pin });
      expect(decision?.decision).toBe('deny');
    });
  });
});

describe('a request', () => {
  it.each([
    ['an unknown door', { doorId: 'nowhere' }, 'door-unknown'],
    ['another purpose than the site’s', { purpose: 'attendance' }, 'purpose-refused'],
    ['a face without the person’s act', { act: undefined, claim: { subjectId: 's-1' } }, 'act-missing'],
    [
      'a face at a door without a camera',
      { doorId: 'blind', methods: ['face'], claim: { subjectId: 's-1' } },
      'method-not-allowed',
    ],
    ['a face of nobody named, where the site verifies 1:1', { methods: ['face'] }, 'method-not-allowed'],
    ['no method at all', { methods: [] }, 'method-not-allowed'],
  ] as const)('for %s is refused, and no frame is looked at', async (_what, change, code) => {
    const site = openSite();
    await expect(started(site, change as Partial<VerificationRequest>)).rejects.toMatchObject({ code });
    expect(site.vision.watching).toBe(0);
  });

  it('for another purpose is on record', async () => {
    const site = openSite();
    await expect(started(site, { purpose: 'attendance' })).rejects.toThrow();
    expect(newestAudit(site, 'purpose.refused')).toEqual({ doorId: 'main', purpose: 'attendance' });
  });

  it('for PINs only takes no card', async () => {
    const { site } = await siteOfOne();
    const id = await started(site, { methods: ['pin'] });
    expect(() => site.verifications.presentCard(id, '04A1')).toThrow(byCode('method-not-allowed'));
  });

  it('for a PIN or card needs no act', async () => {
    const { site } = await siteOfOne();
    const { act: _none, ...withoutAct } = base;
    const view = await site.verifications.start({ ...withoutAct, methods: ['card'] });
    expect(site.verifications.presentCard(view.verificationId, '04A1').decision?.decision).toBe('grant');
  });

  it('names the purpose and the alternatives for the prompt', async () => {
    const view = await openSite().verifications.start(base);
    expect(view.prompt).toEqual({ purpose: 'Opening the test gate', alternatives: ['pin', 'card'] });
  });
});

describe('a verification', () => {
  it('that is cancelled denies, and takes nothing more', async () => {
    const { site } = await siteOfOne();
    const id = await started(site);
    const { decision } = site.verifications.cancel(id);
    expect([decision?.decision, decision?.reason]).toEqual(['deny', 'cancelled']);
    expect(() => site.verifications.presentCard(id, '04A1')).toThrow(byCode('verification-ended'));
  });

  it('that nobody answers times out', async () => {
    const { site } = await siteOfOne();
    const id = await started(site, { timeoutMs: 2000 });
    site.timers.advance(1999);
    const before = site.verifications.view(id).state;
    site.timers.advance(1);
    expect([before, site.verifications.view(id).decision?.reason]).toEqual(['waiting', 'timed-out']);
  });

  it('that nobody knows is not found', () => {
    expect(() => openSite().verifications.view('v-none')).toThrow(byCode('not-found'));
  });

  it('can be asked for ten minutes after its decision, and not longer', async () => {
    const { site } = await siteOfOne();
    const id = await started(site);
    site.verifications.cancel(id);
    site.timers.advance(599_999);
    expect(site.verifications.view(id).state).toBe('decided');
    site.timers.advance(1);
    expect(() => site.verifications.view(id)).toThrow(byCode('not-found'));
  });

  it('is forgotten in its own time, whatever was decided before it', async () => {
    const { site } = await siteOfOne();
    const first = await started(site);
    site.verifications.cancel(first);
    site.timers.advance(300_000);
    const second = await started(site);
    site.verifications.cancel(second);
    site.timers.advance(300_000);
    expect(() => site.verifications.view(first)).toThrow(byCode('not-found'));
    site.timers.advance(299_999);
    expect(site.verifications.view(second).state).toBe('decided');
    site.timers.advance(1);
    expect(() => site.verifications.view(second)).toThrow(byCode('not-found'));
    expect(site.timers.pending).toBe(0);
  });

  it('wakes whoever waits for it', async () => {
    const { site } = await siteOfOne();
    const id = await started(site);
    const waiting = site.verifications.wait(id, 10_000);
    site.verifications.presentCard(id, '04A1');
    expect((await waiting).decision?.decision).toBe('grant');
  });

  it('tells whoever waits too briefly that it goes on', async () => {
    const { site } = await siteOfOne();
    const waiting = site.verifications.wait(await started(site), 1000);
    site.timers.advance(1000);
    expect((await waiting).state).toBe('waiting');
  });

  it('is denied when the service stops', async () => {
    const { site } = await siteOfOne();
    const id = await started(site);
    site.verifications.close();
    expect(site.verifications.view(id).decision).toMatchObject({ decision: 'deny', reason: 'cancelled' });
  });

  it('is one of a thousand at most', async () => {
    const site = openSite();
    for (let n = 0; n < 1000; n += 1) await started(site);
    await expect(started(site)).rejects.toMatchObject({ code: 'too-many-requests' });
  });
});

describe('verifications that are decided', () => {
  it('are remembered up to five thousand, the newest', async () => {
    const { site } = await siteOfOne();
    // Nothing here is about the record.
    site.audit.appendWith = (_kind, bodyFor) => {
      bodyFor(1);
      return { seq: 1, serial: 1 };
    };
    const ids: string[] = [];
    for (let n = 0; n <= 5000; n += 1) ids.push(site.verifications.cancel(await started(site)).verificationId);
    const [first = '', second = ''] = ids;
    expect(() => site.verifications.view(first)).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect([site.verifications.view(second).state, site.timers.pending]).toEqual(['decided', 1]);
  });
});
