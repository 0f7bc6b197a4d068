/** A still that cannot be decoded here is refused; what it may cost the faces at the gate is little. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditPort, Timers } from '#menshen/core/index.js';
import { VisionProcess } from '#menshen/vision/index.js';
import { hasModels, packDirectory } from '../inference/default-pack.js';

const asModule = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
/** For the recognition process, which is started from here: a picture decoder that is not what it was. */
const damaged = `import { register } from 'node:module'; register(${JSON.stringify(
  asModule(`export const resolve = (name, context, next) => {
    if (name === 'sharp') throw new Error('damaged');
    return next(name, context);
  };`),
)});`;
const png = Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1');
const [backOffMs, decoderPauseMs] = [500, 600_000];

/** Timers that run out when a test says so. */
class TimersByHand implements Timers {
  readonly #waiting = new Set<{ readonly delayMs: number; readonly run: () => void }>();

  after(delayMs: number, run: () => void) {
    const one = { delayMs, run };
    this.#waiting.add(one);
    return { cancel: () => void this.#waiting.delete(one) };
  }

  every = () => ({ cancel: () => undefined });

  /** @returns whether there was one of that delay. */
  runOut(delayMs: number): boolean {
    const due = [...this.#waiting].filter((one) => one.delayMs === delayMs);
    for (const one of due) {
      this.#waiting.delete(one);
      one.run();
    }
    return due.length > 0;
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let n = 0; n < 600; n += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within half a minute: ${what}`);
}

describe.skipIf(!hasModels)('a picture decoder that is damaged for good', () => {
  const before = process.env.NODE_OPTIONS;
  const timers = new TimersByHand();
  let vision: VisionProcess;
  let ends: number;

  beforeEach(async () => {
    process.env.NODE_OPTIONS = `--import=${asModule(damaged)}`;
    ends = 0;
    const captureZone = {
      polygon: [
        { x: 0, y: 0 },
        { x: 1, y: 0 },
        { x: 1, y: 1 },
      ],
    };
    const source = { kind: 'recording', path: '/nowhere/at-all.mp4', pace: 'real-time', repeat: 'loop' } as const;
    const faultLimits = { blackBelowLuminance: 0, coveredBelowSpread: 0, frozenBelowDifference: 0, lastsMs: 600_000 };
    const cameras = [{ cameraId: 'front', source, zone: captureZone }];
    const logger = {
      log: (_level: string, code: string) => {
        if (code === 'vision.lost') ends += 1;
      },
    };
    const audit: AuditPort = { append: () => ({ seq: 0 }) };
    vision = new VisionProcess({ packFolder: packDirectory, faultLimits, cameras }, { audit, timers, logger });
    vision.openCameras();
    await ready();
  });
  afterEach(async () => {
    await vision.close();
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  });

  const ready = () => until('recognition', () => vision.problem() === undefined);
  const still = () => vision.observeStill(png).catch(({ code, detail }) => `${code} ${detail}`);
  const refused = expect.stringMatching(/^vision-down The picture decoder could not be loaded/);

  /** Recognition ended once more, and is started again. */
  async function anew(times: number): Promise<void> {
    await until('its end', () => ends === times);
    expect(timers.runOut(backOffMs)).toBe(true);
    await ready();
  }

  test('is tried anew in another process once in ten minutes, however many stills come', async () => {
    expect(await still()).toEqual(refused);
    await anew(1);
    for (let n = 0; n < 3; n += 1) expect(await still()).toEqual(refused);
    expect([vision.problem(), ends]).toEqual([undefined, 1]);
    timers.runOut(decoderPauseMs);
    expect(await still()).toEqual(refused);
    await anew(2);
  });

  test('ends no face verification that is under way', async () => {
    let lost = false;
    const watch = vision.watch('front', {
      onObservation: () => undefined,
      onLost: () => {
        lost = true;
      },
    });
    expect([await still(), await still()]).toEqual([refused, refused]);
    expect([lost, vision.problem(), ends]).toEqual([false, undefined, 0]);
    watch.stop();
    expect(await still()).toEqual(refused);
    await anew(1);
  });
});
