import { describe, expect, it } from 'vitest';
import type { Randomness } from '#menshen/core/index.js';
import type { PackFacts } from '#menshen/vision/index.js';
import { ada, packFacts, type SeenFace, stranger } from '../support/fake-vision.js';
import { addEnrolled, newestAudit, openSite, type Site } from '../support/site.js';
import { answerOf, base } from './fixtures/verifying.js';

const answers: Readonly<Record<string, Partial<SeenFace>>> = {
  'face-the-camera': {},
  'turn-left': { yawDeg: 20 },
  'turn-right': { yawDeg: -20 },
  'come-nearer': { interEyePx: 80 },
};

async function challenged(changes: Readonly<Record<string, unknown>> = {}) {
  const site = openSite({ changes: { 'face.activeChallenge': 'on', ...changes } });
  const subjectId = addEnrolled(site, ada).id;
  const { verificationId } = await site.verifications.start({ ...base, claim: { subjectId } });
  return { site, view: () => site.verifications.view(verificationId) };
}

/** One frame, a third of a second after the one before. */
function show(site: Site, face: SeenFace): void {
  site.clock.advance(300);
  site.vision.show(face, 1);
}

describe('an active challenge at the gate', () => {
  it('grants a person who does what the prompts say, and not before', async () => {
    const { site, view } = await challenged();
    const prompts: string[] = [];
    show(site, ada);
    while (view().state === 'waiting' && prompts.length < 12) {
      const { guidance = '' } = view();
      prompts.push(guidance);
      show(site, { ...ada, ...answers[guidance] });
    }
    expect([answerOf(view()), prompts.filter((prompt) => prompt !== 'face-the-camera').length]).toEqual([
      'grant face-match',
      3,
    ]);
  });

  it('sends a person who only stands there to the alternative', async () => {
    const { site, view } = await challenged();
    for (let frame = 0; frame < 20; frame += 1) show(site, ada);
    expect(answerOf(view())).toBe('use-alternative presentation-attack-undecided');
  });

  it('does not count for another face than the one that met it', async () => {
    const { site, view } = await challenged();
    show(site, stranger);
    for (let frame = 0; frame < 5; frame += 1) show(site, { ...stranger, ...answers[view().guidance ?? ''] });
    for (let frame = 0; frame < 4; frame += 1) show(site, ada);
    expect(answerOf(view())).toBe('waiting');
  });

  it('does not outweigh a presentation that looks like an attack', async () => {
    const { site, view } = await challenged();
    const onAScreen: SeenFace = { ...ada, bonaFideLikelihood: 0.02 };
    for (let frame = 0; frame < 3; frame += 1) show(site, { ...onAScreen, ...answers[view().guidance ?? ''] });
    expect(answerOf(view())).toBe('deny presentation-attack-suspected');
  });

  it('is on the record with its outcome', async () => {
    const { site } = await challenged();
    for (let frame = 0; frame < 20; frame += 1) show(site, ada);
    expect(newestAudit(site, 'verification.decided')?.attackDetection).toMatch(/active-challenge: failed/);
  });

  it('is not asked of a rendered recording, and the record says so', async () => {
    const { site, view } = await challenged({ mode: 'demonstration' });
    for (let frame = 0; frame < 3; frame += 1) show(site, ada);
    expect([answerOf(view()), newestAudit(site, 'verification.decided')?.attackDetection]).toEqual([
      'grant face-match',
      expect.stringMatching(/active-challenge: not-assessed/),
    ]);
  });
});

describe('a challenge with a pack that sees closed eyes', () => {
  const open: SeenFace = { ...ada, eyesClosedLogOdds: -10 };
  const closed: SeenFace = { ...ada, eyesClosedLogOdds: 10 };
  const eyes = { openAtMost: 3, closedAtLeast: 5, riseAtLeast: 8 };
  /** The last of what is allowed, then the first, then the last: close the eyes, turn left, come nearer. */
  const eyesFirst: Randomness = { bytes: (count) => new Uint8Array(count).fill(3) };

  async function asked(changes: Readonly<Record<string, unknown>> = {}, facts: PackFacts = { ...packFacts, eyes }) {
    const site = openSite({
      changes: { 'face.activeChallenge': 'on', ...changes },
      challengeRandomness: eyesFirst,
    });
    site.vision.packFacts = facts;
    const subjectId = addEnrolled(site, ada).id;
    const { verificationId } = await site.verifications.start({ ...base, claim: { subjectId } });
    /** Ten frames a second; gives the guidance after the last of them. */
    const showEach = (faces: readonly SeenFace[]) => {
      for (const face of faces) {
        site.clock.advance(100);
        site.vision.show(face, 1);
      }
      return site.verifications.view(verificationId).guidance;
    };
    return { site, showEach, view: () => site.verifications.view(verificationId) };
  }

  it('asks to close the eyes, and goes on when they were closed for a moment', async () => {
    const { showEach } = await asked();
    const first = showEach([open]);
    const then = showEach([open, open, closed, closed, closed, closed, open]);
    expect([first, then, showEach([open])]).toEqual(['close-eyes', 'face-the-camera', 'turn-left']);
  });

  it('grants after all of it', async () => {
    const { showEach, view } = await asked();
    showEach([open, open, open, closed, closed, closed, closed, open]);
    showEach([open, open, open, { ...open, yawDeg: 20 }]);
    showEach([open, open, open, { ...open, interEyePx: 80 }]);
    expect(answerOf(view())).toBe('grant face-match');
  });

  it('does not go on for a blink', async () => {
    const { showEach } = await asked();
    expect(showEach([open, open, open, closed, closed, open, open])).toBe('close-eyes');
  });

  it('counts closed eyes for the face that closed them alone', async () => {
    const { showEach } = await asked();
    const another: SeenFace = { ...stranger, eyesClosedLogOdds: 10 };
    showEach([open, open, open, another, another, another, another]);
    expect(showEach([open, open])).toBe('close-eyes');
  });

  it('has the eyes looked at', async () => {
    const { site } = await asked();
    expect(site.vision.looksAtEyes).toBe(true);
  });

  it.each([
    ['no challenge is on', { 'face.activeChallenge': 'off' }, undefined],
    ['the recording is rendered', { mode: 'demonstration' }, undefined],
    ['the pack has no model for it', {}, packFacts],
  ])('has nobody’s eyes looked at when %s', async (_when, changes, facts) => {
    const { site } = await asked(changes, facts);
    expect([site.vision.watching, site.vision.looksAtEyes]).toEqual([1, false]);
  });

  it('never asks for it with a pack that has no model for it', async () => {
    const { showEach } = await asked({}, packFacts);
    expect(showEach([open])).toBe('turn-left');
  });

  it('puts nothing of the eyes on record', async () => {
    const { site, showEach } = await asked();
    for (let second = 0; second < 5; second += 1)
      showEach(new Array<SeenFace>(10).fill({ ...ada, eyesClosedLogOdds: -17.25 }));
    const { signature: _random, ...record } = newestAudit(site, 'verification.decided') ?? {};
    expect(JSON.stringify(record)).toMatch(/active-challenge: failed/);
    expect(JSON.stringify(record)).not.toMatch(/eyes|17\.25/i);
  });
});

describe('attack detection without good light', () => {
  it.each([
    ['too-little', 'more-light'],
    ['too-much', 'less-light'],
  ] as const)('in %s of it asks for %s and denies nobody', async (light, guidance) => {
    const site = openSite();
    const claim = { subjectId: addEnrolled(site, ada).id };
    const { verificationId } = await site.verifications.start({ ...base, claim });
    site.vision.show({ ...ada, bonaFideLikelihood: 0.02, light }, 12);
    const seen = site.verifications.view(verificationId);
    site.timers.advance(15_000);
    expect([seen.guidance, answerOf(site.verifications.view(verificationId))]).toEqual([
      guidance,
      'use-alternative presentation-attack-undecided',
    ]);
  });
});
