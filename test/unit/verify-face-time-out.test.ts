import { describe, expect, it, vi } from 'vitest';
import { MenshenError, type QualityReason } from '#menshen/core/index.js';
import { ada, adaInDoubt, stranger } from '../support/fake-vision.js';
import type { Site } from '../support/site.js';
import { adaAtTheDoor, answerOf, pin } from './fixtures/verifying.js';

describe('at the end of the time', () => {
  const afterTimeOut = async (see: (site: Site) => void): Promise<string> => {
    const { site, view } = await adaAtTheDoor();
    see(site);
    site.timers.advance(15_000);
    return answerOf(view());
  };
  const unusable = (reason: QualityReason) => (site: Site) => site.vision.showUnusable(reason, 5);

  it.each<[string, (site: Site) => void, string]>([
    ['nobody came', () => undefined, 'use-alternative no-face-seen'],
    ['no face was in the zone', unusable('no-face-in-zone'), 'use-alternative no-face-seen'],
    ['several faces were there', unusable('several-faces-in-zone'), 'use-alternative several-faces'],
    ['the face was blurred', unusable('face-blurred'), 'use-alternative face-quality-too-low'],
    [
      'attack detection was in doubt',
      (site) => site.vision.show(adaInDoubt, 5),
      'use-alternative presentation-attack-undecided',
    ],
    ['a stranger stood there', (site) => site.vision.show(stranger, 5), 'deny face-non-match'],
    ['too few frames were usable', (site) => site.vision.show(ada, 2), 'use-alternative no-face-seen'],
    [
      'the camera gave nothing',
      ({ vision }) => {
        vision.cameraState = 'failed';
      },
      'use-alternative camera-unavailable',
    ],
  ])('when %s the answer says so', async (_what, see, answer) => {
    expect(await afterTimeOut(see)).toBe(answer);
  });
});

describe('a face that is claimed and not decided in time', () => {
  it('whose comparison fails inside at the end of the time, and its PIN too, does not wait for ever', async () => {
    const { site, verificationId, view } = await adaAtTheDoor({ methods: ['face', 'pin'] });
    site.vision.show(adaInDoubt, 5);
    let fail = (_cause: Error): void => undefined;
    const failing = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    vi.spyOn(site.pins, 'check').mockReturnValue(failing);
    vi.spyOn(site.store.templates, 'withVector').mockImplementation(() => {
      throw new MenshenError('integrity-violation', 'a template that does not open');
    });
    const checking = site.verifications.presentPin(verificationId, { personNumber: 'N-none', pin });
    site.timers.advance(15_000);
    fail(new MenshenError('store-failing', 'a disk that failed'));
    await expect(checking).rejects.toMatchObject({ code: 'store-failing' });
    expect([view().state, site.vision.watching]).toEqual(['decided', 0]);
  });

  it('that fitted nobody in its frames is not granted when the time is over, whatever is stored by then', async () => {
    const { site, view } = await adaAtTheDoor();
    site.vision.show(stranger, 5);
    vi.spyOn(site.store.templates, 'withVector').mockImplementation((_id, use) =>
      use(Float32Array.from(stranger.vector)),
    );
    site.timers.advance(15_000);
    expect(answerOf(view())).toBe('deny face-non-match');
  });

  it('is denied where the end of its time fails inside, and the device goes on', async () => {
    const { site, view } = await adaAtTheDoor();
    const { cameras } = site.vision;
    site.vision.cameras = () => {
      throw new Error('a fault of ours');
    };
    site.timers.advance(15_000);
    site.vision.cameras = cameras;
    expect([answerOf(view()), site.logged]).toEqual([
      'deny internal-fault',
      expect.arrayContaining(['error verification.fault']),
    ]);
  });

  it('has no template opened where attack detection stays in doubt, until the time is over', async () => {
    const { site, view } = await adaAtTheDoor();
    const open = vi.spyOn(site.store.templates, 'withVector');
    site.vision.show(adaInDoubt, 11);
    const before = open.mock.calls.length;
    site.timers.advance(15_000);
    expect([before, answerOf(view()), open.mock.calls.length]).toEqual([
      0,
      'use-alternative presentation-attack-undecided',
      1,
    ]);
  });
});
