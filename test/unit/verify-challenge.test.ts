import { describe, expect, it } from 'vitest';
import { ada, type SeenFace, stranger } from '../support/fake-vision.js';
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
