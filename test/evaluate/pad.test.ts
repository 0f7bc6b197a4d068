import { describe, expect, it } from 'vitest';
import { evaluatePad, type PadSettings, type PresentationRecording } from '#menshen/evaluate/index.js';
import { windowsOf } from '#menshen/evaluate/statistics/pad-windows.js';
import { padSettings, recorded } from './recordings.js';

const evaluate = (recordings: readonly PresentationRecording[]) =>
  evaluatePad({ name: 'by hand', recordings, settings: padSettings, seed: 1, resamplings: 100 });

describe('windows', () => {
  it('follow each other and leave out what is too short at the end', () => {
    const windows = windowsOf(recorded('r', 'bona-fide', new Array(59).fill(0.9)), padSettings);
    expect(windows.map(({ fromMs, toMs, frames }) => [fromMs, toMs, frames])).toEqual([
      [0, 2000, 20],
      [2000, 4000, 20],
    ]);
  });

  it('see no more frames than come at the pack’s rate', () => {
    const fast = recorded('r', 'bona-fide', new Array(120).fill(0.9), { everyMs: 1000 / 60 });
    expect(windowsOf(fast, padSettings)[0]?.frames).toBeLessThanOrEqual(24);
  });

  it('are longer where the pack needs more frames than come in 2 s', () => {
    const slow = { ...padSettings, framesPerSecond: 2 };
    expect(windowsOf(recorded('r', 'bona-fide', new Array(20).fill(0.9), { everyMs: 500 }), slow)[0]?.toMs).toBe(5000);
  });

  it('of a shorter recording are one', () => {
    expect(
      windowsOf(recorded('r', 'bona-fide', new Array(12).fill(0.9)), padSettings).map(({ outcome }) => outcome),
    ).toEqual(['bona-fide']);
  });

  it('without enough usable frames are no response', () => {
    const blurred = recorded('r', 'print', new Array(20).fill(0.9), { usable: (index) => index < 9 });
    expect(windowsOf(blurred, padSettings)[0]).toMatchObject({ usableFrames: 9, outcome: 'no-response' });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e15])('of a recording whose clock says %d are refused', (atMs) => {
    const { frames, ...broken } = recorded('r', 'print', [0.5, 0.5]);
    const late = frames.map((frame, index) => (index === 0 ? frame : { ...frame, atMs }));
    expect(() => windowsOf({ ...broken, frames: late }, padSettings)).toThrow(
      expect.objectContaining({ code: 'evaluation-invalid' }),
    );
  });

  it('of nothing are none', () => {
    expect(windowsOf({ file: 'r', species: 'print', frames: [] }, padSettings)).toEqual([]);
  });
});

describe('attack detection', () => {
  it('gives APCER by species and the highest of them', () => {
    // Screen: one of two windows passes. Print: none of three.
    const screen = recorded('s', 'screen', [...new Array(20).fill(0.9), ...new Array(20).fill(0.1)]);
    const print = recorded('p', 'print', new Array(60).fill(0.2));
    const { groups, maximumApcer } = evaluate([screen, print]);
    expect(
      groups.map(({ species, classificationError }) => [
        species,
        classificationError.errors,
        classificationError.trials,
      ]),
    ).toEqual([
      ['print', 0, 3],
      ['screen', 1, 2],
    ]);
    expect([maximumApcer?.species, maximumApcer?.rate.value]).toEqual(['screen', 0.5]);
  });

  it('gives BPCER with its two parts', () => {
    const genuine = recorded(
      'g',
      'bona-fide',
      [0.9, 0.9, 0.5, 0.1].flatMap((value) => new Array(20).fill(value)),
    );
    const [group] = evaluate([genuine]).groups;
    expect([group?.classificationError.value, group?.bpcerAttack, group?.bpcerUndecided]).toEqual([0.5, 0.25, 0.25]);
  });

  it('does not let windows without a response make a rate better', () => {
    const half = recorded('a', 'screen', new Array(40).fill(0.9), { usable: (index) => index < 20 });
    const [group] = evaluate([half]).groups;
    expect([group?.classificationError.value, group?.nonResponse.value]).toEqual([1, 0.5]);
  });

  it('never mixes derived recordings into a species', () => {
    const real = recorded('a', 'screen', new Array(20).fill(0.9));
    const derived = recorded('b', 'screen', new Array(20).fill(0.1), { derived: 'darkened from a' });
    const { groups, maximumApcer } = evaluate([real, derived]);
    expect(groups.map((group) => [group.derived, group.recordings, group.classificationError.value])).toEqual([
      [undefined, 1, 1],
      ['darkened from a', 1, 0],
    ]);
    expect(maximumApcer?.rate.value).toBe(1);
  });

  it('keeps each kind of derivation apart, across the recordings it was made from', () => {
    const made = (file: string, species: string, derived: string) =>
      recorded(file, species, new Array(20).fill(0.9), { derived });
    const { groups } = evaluate([
      made('a', 'screen', 'dim'),
      made('b', 'screen', 'dim'),
      made('c', 'screen', 'warm'),
      made('d', 'bona-fide', 'warm'),
    ]);
    expect(groups.map(({ species, derived, recordings }) => [species, derived, recordings])).toEqual([
      ['bona-fide', 'warm', 1],
      ['screen', 'dim', 2],
      ['screen', 'warm', 1],
    ]);
  });

  it.each([
    ['face-too-dark', { more: 1, less: 0 }],
    ['face-low-contrast', { more: 1, less: 0 }],
    ['picture-noisy', { more: 1, less: 0 }],
    ['face-too-bright', { more: 0, less: 1 }],
    ['face-blurred', { more: 0, less: 0 }],
  ] as const)('counts a window lost to %s by the light it asks for', (reason, askedForLight) => {
    const recording = recorded('a', 'bona-fide', new Array(20).fill(0.9), { usable: (index) => index < 5, reason });
    expect(evaluate([recording]).groups[0]).toMatchObject({ outcomes: { noResponse: 1 }, askedForLight });
  });

  it.each([
    ['too-little', 0.5, { more: 1, less: 0 }],
    ['too-much', 0.5, { more: 0, less: 1 }],
    ['good', 0.5, { more: 0, less: 0 }],
    ['too-little', 0.9, { more: 0, less: 0 }],
  ] as const)('asks for light in %s light at a likelihood of %d only when undecided', (light, value, askedForLight) => {
    const [group] = evaluate([recorded('a', 'bona-fide', new Array(20).fill(value), { light })]).groups;
    expect(group?.askedForLight).toEqual(askedForLight);
  });

  it('gives the likelihood that the thresholds apply to, of all cues together', () => {
    const { frames, ...named } = recorded('a', 'screen', new Array(20).fill(0.8));
    const border = { cue: 'surround', state: 'assessed', bonaFideLikelihood: 0.2, evidence: 'made up' } as const;
    const both = { ...named, frames: frames.map((frame) => ({ ...frame, pad: [...frame.pad, border] })) };
    const settings: PadSettings = { ...padSettings, countedCues: ['texture-model', 'surround'] };
    expect(windowsOf(both, settings)[0]?.bonaFideLikelihood).toBeCloseTo(0.5);
  });

  it('judges stills frame by frame, apart, and says so', () => {
    const { groups } = evaluate([recorded('still', 'bona-fide', [0.9])]);
    expect(groups.map(({ judged, outcomes }) => [judged, outcomes.bonaFide])).toEqual([['stills, frame by frame', 1]]);
  });

  it('states no rate from few recordings, however many windows they have', () => {
    const long = recorded('a', 'screen', new Array(4000).fill(0.1));
    const [group] = evaluate([long]).groups;
    expect([group?.classificationError.state, group?.classificationError.atMost]).toEqual(['insufficient', 1]);
  });

  it('says 3 in n of n recordings without an error', () => {
    const many = Array.from({ length: 60 }, (_, index) => recorded(`a${index}`, 'print', new Array(20).fill(0.1)));
    expect(evaluate(many).groups[0]?.classificationError.atMost).toBe(0.05);
  });

  it('of nothing is nothing', () => {
    expect(evaluate([])).toMatchObject({ groups: [], recordings: [] });
  });
});
